/** `keyflow train` in this process, on clips of sixteen pixels. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Model, writeModel } from '../../../src/io/model/model.js'
import { type Problem, showProblem } from '../../../src/io/problem/problem.js'
import { float32Of, storedFloat32 } from '../../../src/io/safetensors/safetensors.js'
import * as tf from '../../../src/nodes/tf.js'
import { done, folder } from './common.js'
import * as T from './tiny.js'

const dir = folder()
const at = (name: string): string => join(dir, name)
let given = { config: '', data: '', cache: at('cache') }

beforeAll(async () => {
  await tf.startEngine('tensorflow')
  given = { ...given, config: T.writeConfiguration(at('tiny.yaml')), data: await T.writeData(at('data')) }
})

const succeeds = async (asked: T.Asked, terminal?: Parameters<typeof T.train>[1]): Promise<any> => {
  const result = await T.train({ ...given, ...asked }, terminal)
  if (E.isLeft(result)) throw new Error(showProblem(result.left))
  return result.right
}
const fails = async (asked: T.Asked, terminal?: Parameters<typeof T.train>[1]): Promise<Problem> => {
  const result = await T.train({ ...given, ...asked }, terminal)
  if (E.isRight(result)) throw new Error('trained')
  return result.left
}

/** A run of eight steps that nothing interrupted, made once. */
let made: Promise<string> | undefined
const straight = (): Promise<string> => {
  made ??= succeeds({ out: at('straight'), steps: 8, seed: 5 }).then(() => at('straight'))
  return made
}

describe('a run', () => {
  it('is the same bytes for the same seed, wherever it lies, and others for another', async () => {
    const due = T.left(await straight(), [...T.kept, 'run.json', 'checkpoints/best.safetensors', 'pictures/step-4.png'])
    await succeeds({ out: at('again'), data: `${given.data}/../data`, steps: 8, seed: 5 })
    expect(T.left(at('again'), Object.keys(due))).toEqual(due)
    await succeeds({ out: at('other'), steps: 8, seed: 6 })
    for (const name of ['log.ndjson', 'checkpoints/last.safetensors'])
      expect(readFileSync(join(at('other'), name), 'latin1')).not.toBe(due[name])
  })

  it('leaves what it learned: a line a step, checkpoints, pictures, curves, and a model that is trained on', async () => {
    const out = await straight()
    expect(readFileSync(join(out, 'log.ndjson'), 'utf8').trim().split('\n')).toHaveLength(8)
    expect(T.checkpoints(out)).toEqual(expect.arrayContaining(['step-6.safetensors', 'step-8.safetensors']))
    expect(readdirSync(join(out, 'pictures')).sort()).toEqual(['step-4.png', 'step-8.png'])
    const { training, tensors } = await T.modelAt(join(out, 'checkpoints/last.safetensors'))
    // seven clips are three batches of two an epoch
    expect(training).toMatchObject({ iteration: 8, epoch: 2, index: 2, adam: { generator: 8, discriminator: 8 } })
    expect(Object.keys(training!.moments.m).length).toBeGreaterThan(20)
    expect(Object.keys(tensors)).toContain('kp_detector.predictor.encoder.down_blocks.0.conv.weight')
  })

  it('stops at any step and goes on to any later one', async () => {
    const due = T.left(await straight())
    const out = at('two')
    await succeeds({ out, steps: 4, seed: 5 })
    expect(await succeeds({ out, steps: 8, resume: true })).toMatchObject({ steps: 8 })
    expect(T.left(out)).toEqual(due)
  })

  it('has nothing to do when it is done', async () => {
    const out = at('done')
    await succeeds({ out, steps: 3 })
    const due = T.left(out)
    const terminal = T.interruptedAfter(1)
    const { path, steps } = await succeeds({ out, steps: 3, resume: true }, terminal)
    expect([path, steps]).toEqual([join(out, 'checkpoints/step-3.safetensors'), 3])
    expect(terminal.lines).toEqual(['nothing to do: the run is at step 3'])
    expect(T.left(out)).toEqual(due)
  })

  it('ends with the epochs of its configuration', async () => {
    const config = T.writeConfiguration(at('epochs.yaml'), { num_epochs: 2 })
    expect(await succeeds({ out: at('epochs'), config })).toMatchObject({ steps: 6 })
  })
})

describe('an interrupt', () => {
  it('finishes the step, writes a checkpoint, says how to go on, and leaves no trace in the end', async () => {
    const due = T.left(await straight(), [...T.kept, 'checkpoints/best.safetensors'])
    for (const after of [1, 3, 4]) {
      const [out, terminal] = [at(`interrupted ${after}`), T.interruptedAfter(after)]
      const asked = { out, steps: 8, seed: 5 }
      expect(await fails(asked, terminal)).toEqual({ _tag: 'Interrupted', signal: 'SIGINT' })
      expect(T.checkpoints(out).at(-1)).toBe(`step-${after}.safetensors`)
      const [told = ''] = terminal.lines
      expect(told).toMatch(/^to go on: keyflow train --config .*tiny\.yaml --data .* --resume --seed 5 --steps 8 /)
      expect(told).toContain(`--out '${out}'`)
      await succeeds({ ...asked, resume: true })
      expect(T.left(out, Object.keys(due))).toEqual(due)
    }
  })

  it('before the first step leaves a run that can be gone on with', async () => {
    const [out, control] = [at('at once'), new AbortController()]
    let parts = 0
    const end = () => void (++parts === 2 && control.abort('SIGTERM')) // both parts of the data are read
    const terminal = { ...T.interruptedAfter(0), signal: control.signal, progress: () => ({ advance: () => {}, end }) }
    const problem = await fails({ out, steps: 8, seed: 5 }, terminal)
    expect(problem).toEqual({ _tag: 'Interrupted', signal: 'SIGTERM' })
    expect(T.checkpoints(out)).toEqual(['step-0.safetensors'])
    await succeeds({ out, steps: 8, resume: true })
    expect(T.left(out)).toEqual(T.left(await straight()))
  })

  it('at the last step is none', async () => {
    expect(await succeeds({ out: at('late'), steps: 3 }, T.interruptedAfter(3))).toMatchObject({ steps: 3 })
  })
})

/** A model with the number at one place of one weight. */
const withNumber = ({ tensors, ...rest }: Model, name: string, value: number): Model => {
  const x = tensors[name]!
  const values = float32Of(x).slice()
  values[3] = value
  return { ...rest, tensors: { ...tensors, [name]: storedFloat32(x.shape, values) } }
}

const weight = 'generator.appearance_encoder.down_blocks.0.conv.weight'

describe('NaN and infinity', () => {
  it('in a model that is started from are refused by the name of the weight', async () => {
    const model = await T.modelAt(join(await straight(), 'checkpoints/last.safetensors'))
    for (const [value, word] of [
      [Number.NaN, 'NaN'],
      [Number.NEGATIVE_INFINITY, '-Infinity']
    ] as const) {
      await done(writeModel(at('bad.safetensors'), withNumber(model, weight, value)))
      const problem = await fails({ out: at('never'), init: at('bad.safetensors'), steps: 20 })
      expect(showProblem(problem)).toBe(`${at('bad.safetensors')}: ${weight}: expected finite numbers, got ${word}`)
      expect(existsSync(at('never'))).toBe(false)
    }
  })

  it('stop a run, with the path of the node and the last good checkpoint', async () => {
    const out = at('exploding')
    const problem = await fails({ out, config: T.writeConfiguration(at('exploding.yaml'), { lr: 1e18 }), steps: 9 })
    expect(showProblem(problem)).toMatch(
      /^step \d+, (detect|generate|fake|real|gradients|update|generator|kp_detector)\S*: NaN or infinity; the last good checkpoint is .*step-\d\.safetensors$/
    )
    const named = /checkpoint is (.*)$/.exec(showProblem(problem))![1]!
    expect(
      T.checkpoints(out)
        .map((name) => join(out, 'checkpoints', name))
        .at(-1)
    ).toBe(named)
    for (const name of T.checkpoints(out)) expect(T.finite(await T.modelAt(join(out, 'checkpoints', name)))).toBe(true)
  })

  it('in a gradient alone are named by the loss and the node that it is of', async () => {
    const loss_weights = {
      reconstruction: [1e25, 1, 1],
      reconstruction_deformed: 0,
      generator_gan: 1,
      discriminator_gan: 1
    }
    const config = T.writeConfiguration(at('steep.yaml'), { loss_weights })
    const problem = await fails({ out: at('steep'), config, steps: 3 })
    expect(showProblem(problem)).toMatch(
      /^step 1, (gradients\.totals\.generator\.|update\.)(generat|kp_det|detect)\S+: NaN/
    )
  })

  it('that no loss shows are never written', async () => {
    // A learning rate that is lawful for the weights of the loss, but too large for a float: the weights overflow at once.
    const out = at('overflow')
    const config = T.writeConfiguration(at('overflow.yaml'), { lr: 1e39 })
    const problem = await fails({ out, config, steps: 1 })
    expect(showProblem(problem)).toMatch(
      /^step 1, \S+: NaN or infinity; the last good checkpoint is .*step-0\.safetensors$/
    )
    expect(T.checkpoints(out)).toEqual(['step-0.safetensors'])
  })
})

describe('a run that starts from a model', () => {
  it('goes on with its training: Adam, iteration, epoch and place in the data', async () => {
    const first = at('first')
    await succeeds({ out: first, steps: 4, seed: 5 })
    const init = join(first, 'checkpoints/step-4.safetensors')
    const out = at('second')
    await succeeds({ out, init, steps: 6, seed: 5 })
    expect(await succeeds({ out, resume: true, steps: 8 })).toMatchObject({ steps: 8 })
    const last = 'checkpoints/last.safetensors'
    expect(T.left(out, [last])).toEqual(T.left(await straight(), [last]))
    const lines = readFileSync(join(await straight(), 'log.ndjson'), 'utf8').split('\n')
    expect(readFileSync(join(out, 'log.ndjson'), 'utf8')).toBe(lines.slice(4).join('\n'))
    expect(await fails({ out: at('behind'), init, steps: 4 })).toEqual({
      _tag: 'Usage',
      at: '--steps',
      expected: 'a step after 4, where training stands',
      actual: '4'
    })
    expect(existsSync(at('behind'))).toBe(false)
  })

  it('starts anew with weights alone', async () => {
    const { training: _, ...bare } = await T.modelAt(join(await straight(), 'checkpoints/last.safetensors'))
    await done(writeModel(at('bare.safetensors'), bare))
    expect(await succeeds({ out: at('from bare'), init: at('bare.safetensors'), steps: 1 })).toMatchObject({ steps: 1 })
    const { tensors, training } = await T.modelAt(join(at('from bare'), 'checkpoints/step-0.safetensors'))
    expect(tensors).toEqual(bare.tensors)
    expect(training).toMatchObject({ iteration: 0, epoch: 0, index: 0, adam: { generator: 0 } })
  })

  it('fine-tunes its weights at a tenth of the rate, with new moments, also when it is resumed', async () => {
    const init = join(await straight(), 'checkpoints/last.safetensors')
    const { training: _, ...bare } = await T.modelAt(init)
    await done(writeModel(at('plain.safetensors'), bare))
    // the milestone of the other configuration is never reached
    const config = T.writeConfiguration(at('tenth.yaml'), { lr: 2e-3 / 10, epoch_milestones: [99] })
    await succeeds({ out: at('tenth'), config, init: at('plain.safetensors'), steps: 8 })
    const out = at('tuned')
    await succeeds({ out, init, fineTune: true, steps: 5 })
    await succeeds({ out, resume: true, steps: 8 })
    const last = 'checkpoints/last.safetensors'
    const [due, is] = [await T.modelAt(join(at('tenth'), last)), await T.modelAt(join(out, last))]
    expect(is.tensors).toEqual(due.tensors)
    expect(is.training).toEqual(due.training)
    expect(T.left(out, ['log.ndjson'])).toEqual(T.left(at('tenth'), ['log.ndjson']))
    expect(showProblem(await fails({ out: at('tenth'), config, resume: true, fineTune: true, steps: 9 }))).toMatch(
      /run\.json: fineTune: expected false, as the run began with, got true/
    )
  })

  it('that was killed before its first checkpoint is not resumed without the model', async () => {
    const init = join(await straight(), 'checkpoints/last.safetensors')
    const out = at('headless')
    await succeeds({ out, init, fineTune: true, steps: 2 })
    rmSync(join(out, 'checkpoints'), { recursive: true })
    expect(showProblem(await fails({ out, resume: true, steps: 2 }))).toMatch(
      /^--init: expected the model that the run/
    )
    await succeeds({ out, init, resume: true, steps: 2 })
  })
})

describe('what was asked wrongly', () => {
  it('is told by the option', async () => {
    expect(await fails({ out: at('never'), fineTune: true })).toMatchObject({ _tag: 'Usage', at: '--fine-tune' })
    expect(await fails({ out: at('never'), resume: true })).toMatchObject({ _tag: 'Usage', at: at('never') })
    expect(await fails({ out: await straight(), data: at('no data') })).toMatchObject({ _tag: 'Usage' })
    expect(showProblem(await fails({ out: await straight(), resume: true, seed: 6, steps: 8 }))).toMatch(
      /seed: expected 5/
    )
    expect(existsSync(at('never'))).toBe(false)
  })

  it('of the data or the configuration is told before anything is written', async () => {
    const [few, odd, broken] = [at('few'), at('odd'), at('broken')]
    mkdirSync(join(few, 'train'), { recursive: true })
    await T.writeClip(join(few, 'train', '0.png'), 0)
    await T.writeData(odd)
    await T.writeClip(join(odd, 'train', '9.gif'), 0, 12)
    await T.writeData(broken)
    writeFileSync(join(broken, 'test', '1.png'), readFileSync(join(broken, 'test', '1.png')).subarray(0, 90))
    const config = (name: string, train: object, other: object = {}) =>
      T.writeConfiguration(at(`${name}.yaml`), train, other)
    const { dataset_params, model_params } = T.configuration()
    const shape = (side: number) => ({
      dataset_params: { ...dataset_params, augmentation_params: { crop_param: { size: side } } }
    })
    const grey = { ...model_params, common_params: { ...model_params.common_params, num_channels: 1 } }
    const init = join(await straight(), 'checkpoints/last.safetensors')
    const wide = { ...model_params, kp_detector_params: { ...model_params.kp_detector_params, max_features: 16 } }
    const cases: ReadonlyArray<readonly [Partial<T.Asked>, RegExp]> = [
      [{ data: few }, /few: clips: expected at least 2, one batch, got 1/],
      [{ data: odd }, /9\.gif: size: expected 16x16/],
      [{ data: broken }, /test\/1\.png/],
      [{ data: at('no data') }, /ENOENT/],
      [{ config: at('no.yaml') }, /ENOENT/],
      [{ config: config('none', {}, { train_params: null }) }, /train_params: expected how to train/],
      [{ config: config('colours', {}, { visualizer_params: { colormap: 'jet' } }) }, /colormap/],
      [{ config: config('side', {}, shape(14)) }, /size of the frames: expected multiples of 4 from 13 on, got 14x14/],
      [{ config: config('small', {}, shape(12)) }, /size of the frames: expected multiples of 4 from 13 on, got 12x12/],
      [{ config: config('grey', {}, { model_params: grey }) }, /num_channels: expected 3/],
      [{ config: config('wide', {}, { model_params: wide }), init }, /kp_detector\S*: expected shape .*, got /],
      [{ init: at('no.safetensors') }, /ENOENT/]
    ]
    for (const [asked, message] of cases) {
      expect(showProblem(await fails({ out: at('never'), steps: 2, ...asked }))).toMatch(message)
      expect([asked, existsSync(at('never'))]).toEqual([asked, false])
    }
  })

  it('leaves a damaged run as it is, and free', async () => {
    const out = at('damaged')
    await succeeds({ out, steps: 3 })
    appendFileSync(join(out, 'log.ndjson'), 'no line\n')
    const before = readFileSync(join(out, 'checkpoints/last.safetensors'))
    expect(showProblem(await fails({ out, steps: 5, resume: true }))).toMatch(/log\.ndjson: line 4/)
    expect(readFileSync(join(out, 'checkpoints/last.safetensors')).equals(before)).toBe(true)
  })
})
