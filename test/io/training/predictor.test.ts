/** Training of the predictor and films that it predicts, through the commands, with a model of a few small networks. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { compile } from '../../../src/graphs/compile.js'
import type { Graph } from '../../../src/graphs/graph.js'
import { networks } from '../../../src/graphs/named.js'
import { predictorDecays } from '../../../src/graphs/predictor-iteration.js'
import { initial } from '../../../src/graphs/run.js'
import { advanced, learner, replacing } from '../../../src/graphs/training.js'
import type { Terminal } from '../../../src/io/cli/command.js'
import { run as predictRun } from '../../../src/io/commands/predict.js'
import { run as trainRun } from '../../../src/io/commands/train-predictor.js'
import { type Config, parseConfig } from '../../../src/io/config/config.js'
import { checksum, type Model, readModel, storedOf, writeModel } from '../../../src/io/model/model.js'
import { readSafetensors, storedFloat32, writeSafetensors } from '../../../src/io/safetensors/safetensors.js'
import { keypointsOf, type Track } from '../../../src/io/training/keypoints.js'
import { type Drawing, sequences, sequenceTensors } from '../../../src/io/training/sequences.js'
import { drawingOf, type Predictable, predictorProgram, untaught } from '../../../src/io/training/train-predictor.js'
import * as tf from '../../../src/nodes/tf.js'
import { open, writeClips } from '../dataset/make.js'
import { read as readFilm } from '../media/make.js'
import { config as small } from '../small-model.js'
import { done, folder, refusal } from './common.js'

const { model_params, train_params } = small
const params = {
  rnn_params: { num_features: 5, num_layers: 2, dropout: 0.5 },
  num_frames: 4,
  init_frames: 2,
  batch_size: 2,
  num_epochs: 3,
  predict_variance: false
}
const dataset_params = { root_dir: 'data', image_shape: [16, 16, 3], augmentation_params: {} }
const textOf = (prediction_params: object | null): string =>
  stringify({ model_params, train_params, dataset_params, prediction_params }, { aliasDuplicateObjects: false })
const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}
const configOf = (prediction_params: object | null): Config =>
  right(parseConfig('small.yaml', textOf(prediction_params)))

const modelOf = (prediction_params: object | null, seed = 1): Model => {
  const program = right(compile(networks(model_params) as Graph<any, any>))
  const values = initial(program, seed)
  const tensors = storedOf(values)
  tf.dispose(values as tf.TensorContainer)
  const training = {
    iteration: 9,
    epoch: 3,
    index: 0,
    adam: { generator: 9, kp_detector: 9, discriminator: 9 },
    moments: { m: {}, v: {} }
  }
  const origin = { by: 'train', file: 'small', sha256: '', epoch: 3, iteration: 9 }
  return { config: configOf(prediction_params), origin, tensors, training }
}

/** A terminal that keeps what is said, and interrupts after some steps. */
const listening = (steps = Number.POSITIVE_INFINITY) => {
  const [lines, control]: [Array<string>, AbortController] = [[], new AbortController()]
  let told = 0
  const terminal: Terminal = {
    say: (line) => void lines.push(line),
    progress: () => ({ advance: () => {}, end: () => {} }),
    signal: control.signal,
    teller: {
      write: () => {
        told++
        if (told >= steps) control.abort('SIGINT')
      },
      drawn: true,
      columns: 80,
      seconds: () => told++ // a second or more between steps, so that each is told
    }
  }
  return { terminal, lines }
}

const at = folder()
const file = (name: string) => join(at, name)
const data = file('clips')
const asked = {
  model: file('model.safetensors'),
  data,
  config: undefined,
  resume: false,
  seed: 3,
  steps: undefined,
  checkpointEvery: undefined,
  cache: file('cache'),
  maxPixels: undefined,
  maxFrames: undefined,
  maxSeconds: undefined,
  with: [],
  backend: undefined
}
const clips = { 'train/a.png': 6, 'train/b.png': 4, 'train/c.png': 9, 'train/d.png': 3, 'test/t.png': 5 }
const bytes = (...path: ReadonlyArray<string>) => readFileSync(join(at, ...path))

beforeAll(async () => {
  await tf.startEngine()
  await writeClips(data, clips, 16)
  await done(writeModel(asked.model, modelOf(params)))
})

describe('keyflow train-predictor', () => {
  beforeAll(async () => {
    const { terminal, lines } = listening()
    const { json } = await done(trainRun({ ...asked, out: file('whole') }, terminal))
    expect(json).toMatchObject({ path: join(at, 'whole', 'model.safetensors'), steps: 6 }) // 3 epochs of 2 batches
    expect(lines).toContain('1 of 4 clips are left out: they have fewer than 4 frames')
  })

  it('adds a predictor to the model, and changes nothing else in it', async () => {
    const [before, after] = [await done(readModel(asked.model)), await done(readModel(file('whole/model.safetensors')))]
    const own = Object.keys(after.tensors).filter((name) => name.startsWith('predictor.'))
    expect(own).toHaveLength(10)
    const rest = Object.fromEntries(Object.entries(after.tensors).filter(([name]) => !own.includes(name)))
    expect(checksum(rest)).toBe(checksum(before.tensors))
    expect(after.training).toEqual(before.training)
    expect(after.origin).toEqual(before.origin)
    expect(after.config.prediction_params).toMatchObject(params)
    const steps = bytes('whole', 'log.ndjson')
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(steps.map(({ epoch }) => epoch)).toEqual([0, 0, 1, 1, 2, 2])
    for (const { losses } of steps) expect(losses.loss).toBeCloseTo(losses.mean + losses.var, 5)
    const begun = untaught(right(predictorProgram(after.config as Predictable)), asked.seed)
    for (const name of own)
      expect(checksum({ name: after.tensors[name]! })).not.toBe(checksum(storedOf({ name: begun.values[name]! })))
    tf.dispose(begun.values as tf.TensorContainer)
  })

  it('ends with the same bytes when it was stopped and resumed', async () => {
    const { terminal, lines } = listening(3)
    const out = file('stopped')
    expect(await refusal(trainRun({ ...asked, out }, terminal))).toBe('interrupted by SIGINT')
    expect(lines.at(-1)).toContain('--resume')
    expect(existsSync(join(out, 'model.safetensors'))).toBe(false)
    const { training } = await done(readModel(join(out, 'checkpoints', 'last.safetensors')))
    expect(training!.adam).toEqual({ generator: 0, kp_detector: 0, discriminator: 0, predictor: training!.iteration })
    expect([1, 2, 3, 4, 5]).toContain(training!.iteration)
    await done(trainRun({ ...asked, out, resume: true }, listening().terminal))
    for (const name of ['model.safetensors', 'log.ndjson', 'keypoints.safetensors', 'checkpoints/last.safetensors'])
      expect(bytes('stopped', name).equals(bytes('whole', name)), name).toBe(true)
  })

  it('ends otherwise with another seed', async () => {
    await done(trainRun({ ...asked, out: file('other'), seed: 4 }, listening().terminal))
    expect(bytes('other', 'model.safetensors').equals(bytes('whole', 'model.safetensors'))).toBe(false)
    expect(bytes('other', 'keypoints.safetensors').equals(bytes('whole', 'keypoints.safetensors'))).toBe(true)
  })

  it('does not go on with another model, and tells what else can not be', async () => {
    const [other, without] = [file('other-model.safetensors'), file('without.safetensors')]
    await done(writeModel(other, modelOf(params, 2)))
    await done(writeModel(without, modelOf(null)))
    const told = (o: object) => refusal(trainRun({ ...asked, out: file('none'), ...o }, listening().terminal))
    expect(await told({ model: other, out: file('whole'), resume: true })).toMatch(
      /run\.json: data: expected .* as the run began/
    )
    expect(await told({ model: without })).toMatch(/without\.safetensors: prediction_params: expected how to train/)
    const config = file('prediction.yaml')
    writeFileSync(config, textOf({ ...params, init_frames: 4 }))
    expect(await told({ config })).toMatch(/init_frames: expected fewer than the 4 of num_frames, got 4/)
    writeFileSync(config, textOf({ ...params, num_frames: 12 }))
    expect(await told({ config, model: without })).toMatch(/clips: expected at least one of 12 frames, got 4 shorter/)
    expect(existsSync(file('none'))).toBe(false)
    const odd = file('odd')
    await writeClips(odd, { 'train/a.gif': 6, 'test/b.gif': 5 }, 18)
    expect(await told({ data: odd })).toMatch(/a\.gif: size: expected multiples of 4 for this model, got 18x18/)
  })

  it('takes the first train_size clips', async () => {
    const config = file('few.yaml')
    writeFileSync(config, textOf({ ...params, train_size: 2, num_epochs: 1 }))
    await done(trainRun({ ...asked, out: file('few'), config }, listening().terminal))
    const { tensors } = await done(readSafetensors(file('few/keypoints.safetensors')))
    expect(Object.keys(tensors)).toEqual(['0.mean', '0.var', '1.mean', '1.var'])
    expect(tensors['0.mean']!.shape).toEqual([6, 2, 2])
    expect(tensors['1.var']!.shape).toEqual([4, 2, 2, 2])
  })
})

describe('detected keypoints', () => {
  it('are read where they are those of the clips and the detector, and made anew otherwise', async () => {
    const dataset = await open(data, asked.cache, { size: { height: 16, width: 16 } })
    const [model, path] = [await done(readModel(asked.model)), file('tracks.safetensors')]
    const keypoints = (m: Model) => done(keypointsOf(path, m, dataset.clips, listening().terminal))
    const found = await keypoints(model)
    expect(found.map(({ frames }) => frames)).toEqual([6, 4, 9, 3])
    const { tensors, metadata } = await done(readSafetensors(path))
    await done(
      writeSafetensors(path, {
        tensors: { ...tensors, '0.mean': storedFloat32([6, 2, 2], new Float32Array(24)) },
        metadata
      })
    )
    expect((await keypoints(model))[0]!.mean.every((x) => x === 0)).toBe(true) // read, not made
    const other = await keypoints(modelOf(params, 2))
    expect(other[0]!.mean.some((x) => x !== 0)).toBe(true)
    expect(other).not.toEqual(found)
    await truncate(path, statSync(path).size - 1)
    expect(await keypoints(model)).toEqual(found)
    await rm(path)
    expect(await keypoints(model)).toEqual(found)
  })
})

describe('sequences', () => {
  const track = (frames: number, from: number): Track => ({
    frames,
    mean: Float32Array.from({ length: frames * 4 }, (_, i) => from + Math.floor(i / 4)),
    var: Float32Array.from({ length: frames * 8 }, (_, i) => -from - Math.floor(i / 8))
  })
  const drawing: Drawing = {
    seed: 5,
    batchSize: 2,
    span: { keep: 1, frames: 3 },
    rnn: { num_features: 400, num_layers: 2, dropout: 0.25 },
    keypoints: 2,
    matrices: true
  }
  const tracks = [track(3, 0), track(8, 100), track(5, 200)]

  it('are consecutive frames of each film in turn, placed anew in every epoch', () => {
    const all = sequences(tracks, drawing)
    expect(all.perEpoch).toBe(2)
    const starts = new Set<number>()
    for (let epoch = 0; epoch < 40; epoch++) {
      const { mean, var: variance, count } = all.at({ epoch, index: 0 })
      expect(count).toBe(2)
      expect([...mean.slice(0, 12)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
      const first = mean[12]!
      starts.add(first)
      expect([...mean.slice(12)]).toEqual([0, 1, 2].flatMap((t) => Array(4).fill(first + t)))
      expect([...variance!.slice(24)]).toEqual([0, 1, 2].flatMap((t) => Array(8).fill(-first - t)))
    }
    expect([...starts].sort()).toEqual([100, 101, 102, 103, 104, 105])
    expect(all.at({ epoch: 1, index: 1 }).count).toBe(1)
    expect(all.at({ epoch: 1, index: 1 })).toEqual(all.at({ epoch: 1, index: 1 }))
  })

  it('are masked by chance, so that the mean stays', () => {
    const { at: batchAt } = sequences(tracks, drawing)
    const masks = (epoch: number, o = drawing) => {
      const made = sequenceTensors(o, batchAt({ epoch, index: 0 }))
      const values = made.masks === undefined ? undefined : Float32Array.from(made.masks['0']!.dataSync())
      tf.dispose(made as unknown as tf.TensorContainer)
      return values
    }
    const [one, again, other] = [masks(0)!, masks(0)!, masks(1)!]
    expect(again).toEqual(one)
    expect(other).not.toEqual(one)
    expect(new Set(one)).toEqual(new Set([0, Math.fround(4 / 3)]))
    const mean = one.reduce((a, b) => a + b, 0) / one.length
    expect(Math.abs(mean - 1)).toBeLessThan(0.1)
    expect(masks(0, { ...drawing, rnn: { ...drawing.rnn, dropout: 0 } })).toBeUndefined()
    expect(masks(0, { ...drawing, rnn: { ...drawing.rnn, num_layers: 1 } })).toBeUndefined()
  })

  it('that follow a rule are learned', () => {
    // points on a circle: where they go depends on where they are
    const turning = (phase: number): Track => ({
      frames: 6,
      mean: Float32Array.from({ length: 6 * 4 }, (_, i) => {
        const angle = phase + 0.4 * Math.floor(i / 4) + (i % 4 < 2 ? 0 : Math.PI)
        return 0.6 * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
      })
    })
    const config = configOf({
      ...{ rnn_params: { num_features: 24, num_layers: 1 }, num_frames: 6, init_frames: 1, batch_size: 32, lr: 0.01 },
      ...{ num_epochs: 1 }
    })
    const still = { ...config.model_params.common_params, kp_variance: 0.01 as const }
    const taught = { ...config, model_params: { ...config.model_params, common_params: still } } as Predictable
    const [program, o] = [right(predictorProgram(taught)), drawingOf(taught, 0)]
    const all = sequences(
      Array.from({ length: 32 }, (_, i) => turning((i * Math.PI) / 16)),
      o
    )
    const step = learner<{ losses: Readonly<Record<string, tf.Scalar>> }, object>(program, { decays: predictorDecays })
    let state = untaught(program, 1)
    const losses = Array.from({ length: 300 }, (_, epoch) => {
      const tensors = sequenceTensors(o, all.at({ epoch, index: 0 }))
      const made = step(state, tensors, 0.01)
      state = advanced(state, replacing(state.values, made.updates))
      const loss = made.outputs.losses['loss']!.dataSync()[0]!
      tf.dispose([tensors, made.outputs, made.taps] as unknown as tf.TensorContainer)
      return loss
    })
    tf.dispose(state.values as tf.TensorContainer)
    expect(losses[0]!).toBeGreaterThan(0.3)
    expect(losses.at(-1)!).toBeLessThan(0.05) // standing still would lose 0.4
  })
})

describe('keyflow predict', () => {
  const wanted = {
    model: file('whole/model.safetensors'),
    source: join(data, 'test/t.png'),
    driving: undefined,
    frames: undefined,
    fps: undefined,
    compare: false,
    size: undefined,
    fit: undefined,
    batch: 3,
    maxPixels: undefined,
    maxFrames: undefined,
    maxSeconds: undefined,
    with: [],
    backend: undefined
  }
  const predict = (o: Partial<Parameters<typeof predictRun>[0]> & { readonly out: string }) =>
    predictRun({ ...wanted, ...o }, listening().terminal)
  const strip = { frameShape: { height: 16, width: 16 } }

  it('makes as many frames as are asked for, a longer film beginning with the shorter one', async () => {
    const before = tf.memory().numTensors
    const { json } = await done(predict({ out: file('p.png') }))
    expect(json).toMatchObject({ path: file('p.png'), frames: 4, rate: 25, size: { height: 16, width: 16 } })
    await done(predict({ out: file('longer.png'), frames: 7 }))
    await done(predict({ out: file('again.png'), frames: 7, batch: 8 }))
    expect(tf.memory().numTensors).toBe(before)
    const [shorter, longer] = [await readFilm(file('p.png'), strip), await readFilm(file('longer.png'), strip)]
    expect([shorter.length, longer.length]).toEqual([4, 7])
    shorter.forEach(({ data: x }, i) => expect(x).toEqual(longer[i]!.data))
    expect(bytes('again.png').equals(bytes('longer.png'))).toBe(true)
  })

  it('shows the way, keeps a rate, and begins with another film', async () => {
    await done(predict({ out: file('way.gif'), compare: true, fps: { num: 10, den: 1 } }))
    const way = await readFilm(file('way.gif'))
    expect(way.map(({ height, width }) => [height, width])).toEqual(Array(4).fill([16, 64]))
    expect(way[1]!.time).toBeCloseTo(0.1, 5)
    await done(predict({ out: file('own.png') }))
    await done(predict({ out: file('driven.png'), driving: join(data, 'train/c.png') }))
    expect(bytes('driven.png').equals(bytes('own.png'))).toBe(false)
  })

  it('tells what it can not begin with', async () => {
    await writeClips(at, { 'single.png': 1 }, 16)
    const picture = file('single.png')
    const out = file('none.gif')
    expect(await refusal(predict({ out, source: picture }))).toMatch(/--driving: expected a film of at least 2 frames/)
    expect(await refusal(predict({ out, frames: 1 }))).toMatch(/--frames: expected at least the 2 .*, got 1/)
    expect(await refusal(predict({ out, model: asked.model }))).toMatch(
      /predictor: expected all of its weights, got 10 missing/
    )
    expect(await refusal(predict({ out, model: file('without.safetensors') }))).toMatch(/expected a predictor/)
    expect(existsSync(out)).toBe(false)
  })
})
