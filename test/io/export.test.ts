import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { run as exportRun } from '../../src/io/commands/export.js'
import { inOriginalOrder, isParameter } from '../../src/io/model/layout.js'
import { readModel, writeModel } from '../../src/io/model/model.js'
import { temporaryFolder } from '../temporary.js'
import * as S from './small-model.js'

const temporary = temporaryFolder('export')
const file = (name: string): string => join(temporary, name)
const { must, told } = S

const python = fileURLToPath(new URL('../../bench/peer/.venv/bin/python', import.meta.url))
const program = fileURLToPath(new URL('torch-loads.py', import.meta.url))
const golden = fileURLToPath(new URL('../../../shared/golden/', import.meta.url))
const missing = (what: string, path: string): boolean => {
  if (!existsSync(path)) console.warn(`skipped: no ${what} at ${path}`)
  return !existsSync(path)
}

const exported = async (
  model: string,
  name: string,
  format?: 'safetensors' | 'pth' | 'pth-legacy'
): Promise<string> => {
  await must(exportRun({ model, out: file(name), format }, S.terminal()))
  return file(name)
}
const imported = S.importer(file('small.yaml'))

describe('a model that is exported', () => {
  const written = async (training = true): Promise<string> => {
    const to = file(`model-${training}.safetensors`)
    await must(writeModel(to, training ? S.model() : S.untrained()))
    return to
  }

  it.each([
    ['checkpoint.pth.tar', undefined],
    ['checkpoint.pt', undefined],
    ['checkpoint.tar', 'pth'],
    ['old.pth', 'pth-legacy']
  ] as const)('comes back bit for bit from %s (%s)', async (name, format) => {
    const model = S.model()
    const { model: back, notes } = await imported(await exported(await written(), name, format))
    expect(back.tensors).toEqual(model.tensors)
    expect(back.training).toEqual(model.training)
    expect(notes).toEqual([])
  })

  it('comes back without its training state from safetensors', async () => {
    const { model: back } = await imported(await exported(await written(), 'w.safetensors'))
    expect(back.tensors).toEqual(S.model().tensors)
    expect(back.training).toBeUndefined()
  })

  it('that was never trained has no optimisers, but the epoch and iteration without which the original does not load', async () => {
    const to = await exported(await written(false), 'untrained.pth')
    const read = S.checkpoint(to)
    expect([...read.keys()]).toEqual(['generator', 'discriminator', 'kp_detector', 'epoch', 'it'])
    expect((await imported(to)).model.training).toBeUndefined()
  })

  it('may be a predictor alone, whose parameters stand layer by layer', async () => {
    const from = file('predictor.safetensors')
    await must(writeModel(from, S.predictorAlone()))
    for (const name of ['predictor.pth', 'predictor-w.safetensors'])
      expect((await imported(await exported(from, name))).model.tensors).toEqual(S.predictorAlone().tensors)
    const read = S.checkpoint(file('predictor.pth'))
    expect([...read.keys()]).toEqual(['predictor', 'epoch', 'it'])
    expect([...(read.get('predictor') as Map<string, unknown>).keys()]).toEqual(
      Object.keys(S.predictorAlone().tensors).map((name) => name.replace('predictor.', ''))
    )
  })

  it('has the same bytes every time', async () => {
    for (const [a, b] of [
      ['1.pth', '2.pth'],
      ['1.safetensors', '2.safetensors']
    ] as const) {
      const from = await written()
      expect(readFileSync(await exported(from, a)).equals(readFileSync(await exported(from, b)))).toBe(true)
    }
  })

  it('has kernels [out, in, 1, height, width] and batch counters at zero', async () => {
    const read = S.tensors(await exported(await written(), 'layout.safetensors'))
    const name = 'discriminator.down_blocks.0.conv.weight'
    const [ours, theirs] = [S.model().tensors[name]!, read[name]!]
    const [h, w, from, out] = ours.shape as [number, number, number, number]
    expect(theirs.shape).toEqual([out, from, 1, h, w])
    const [mine, other] = [S.floats(ours), S.floats(theirs)]
    const [o, i, y, x] = [out - 1, 1, 2, 3]
    expect(other[((o * from + i) * h + y) * w + x]).toBe(mine[((y * w + x) * from + i) * out + o])
    const statistics = Object.keys(read).filter((key) => key.endsWith('.running_var'))
    expect(statistics.length).toBeGreaterThan(5)
    for (const key of statistics)
      expect(read[key.replace('running_var', 'num_batches_tracked')]).toEqual({
        dtype: 'I64',
        shape: [],
        data: new Uint8Array(8)
      })
  })

  it('tells the learning rate as the schedule has it when the epoch is saved', async () => {
    const model = S.model()
    const rate = async (epoch: number) => {
      const from = file(`epoch${epoch}.safetensors`)
      await must(writeModel(from, { ...model, training: { ...model.training!, epoch } }))
      const optimiser = S.checkpoint(await exported(from, `epoch${epoch}.pth`)).get('optimizer_kp_detector') as any
      const group = optimiser.get('param_groups')[0]
      return [group.get('initial_lr'), group.get('lr')]
    }
    const { lr, epoch_milestones } = model.config.train_params!
    expect(epoch_milestones).toEqual([4, 6])
    expect(await rate(3)).toEqual([lr, lr])
    expect(await rate(4)).toEqual([lr, lr * 0.1])
    expect(await rate(6)).toEqual([lr, lr * 0.1 ** 2])
  })

  it.skipIf(missing('PyTorch', python)).each(['pth', 'pth-legacy'] as const)(
    'is loaded by PyTorch from %s, and Adam goes on from it',
    async (format) => {
      const model = S.model()
      const to = await exported(await written(), `torch-${format}.pth`, format)
      const read = JSON.parse(execFileSync(python, [program, to], { encoding: 'utf8' }))
      const weights = S.tensors(await exported(await written(), 'torch.safetensors'))
      const of = ({ shape, data }: { shape: ReadonlyArray<number>; data: Uint8Array }, dtype = 'torch.float32') => [
        dtype,
        shape,
        createHash('sha256').update(data).digest('hex')
      ]
      for (const [name, x] of Object.entries(weights))
        expect(read.tensors[name], name).toEqual(of(x, x.dtype === 'I64' ? 'torch.int64' : 'torch.float32'))
      const { moments, adam, epoch, iteration } = model.training!
      const inTheirs = await S.inTheirLayout(file('moments.safetensors'), exported)
      for (const [key, kind] of [
        ['exp_avg', 'm'],
        ['exp_avg_sq', 'v']
      ] as const)
        for (const name of Object.keys(moments[kind]))
          expect(read.tensors[`${key}.${name}`], name).toEqual(of(inTheirs[kind][name]!))
      expect([read.epoch, read.it]).toEqual([epoch, iteration])
      expect(read.keys).toEqual([
        ...['generator', 'discriminator', 'kp_detector'],
        ...['optimizer_generator', 'optimizer_discriminator', 'optimizer_kp_detector', 'epoch', 'it']
      ])
      const group = { lr: 2e-4, betas: [0.5, 0.999], eps: 1e-8, weight_decay: 0, initial_lr: 2e-4 }
      for (const network of ['generator', 'kp_detector', 'discriminator'] as const) {
        const held = Object.keys(moments.m).filter((name) => name.startsWith(`${network}.`)).length
        const steps = held === 0 ? [] : [adam[network]]
        expect(read.adam[network]).toEqual({ group, steps, after: steps.map((n) => n + 1), held })
      }
    },
    60_000
  )
})

describe('what cannot be exported', () => {
  const attempt = (model: string, out: string) => told(exportRun({ model, out, format: undefined }, S.terminal()))

  it('is told', async () => {
    writeFileSync(file('text.safetensors'), 'not a model')
    writeFileSync(file('empty'), '')
    const model = file('for-errors.safetensors')
    await must(writeModel(model, S.model()))
    const bare = await exported(model, 'bare.safetensors')
    const checkpoint = await exported(model, 'no-model.pth')
    expect(await attempt(file('text.safetensors'), file('a.pth'))).toMatch(
      /text.safetensors: byte 0: expected a header/
    )
    expect(await attempt(file('empty'), file('a.pth'))).toMatch(/the 8 bytes of the header length/)
    expect(await attempt(file('nowhere.safetensors'), file('a.pth'))).toMatch(/cannot read: .*no such file/i)
    expect(await attempt(bare, file('a.pth'))).toMatch(/metadata format: expected keyflow\/1 .*got pt/)
    expect(await attempt(checkpoint, file('a.pth'))).toMatch(/no-model.pth: byte 0/)
    expect(await attempt(model, file('model.onnx'))).toMatch(
      /--out: expected .safetensors, .pth, .pth.tar or .pt, or --format/
    )
    expect(await attempt(model, join(file('no'), 'such', 'folder.pth'))).toMatch(/cannot write/)
    expect(readdirSync(temporary).filter((name) => name.startsWith('a.pth') || name.endsWith('.tmp'))).toEqual([])
  })
})

describe('the order of parameters', () => {
  it('is that in which modules are registered, not the one of the alphabet or of the graph', () => {
    const due = [
      ...[
        'appearance_encoder.down_blocks.2.norm.running_var',
        'appearance_encoder.down_blocks.2.norm.num_batches_tracked'
      ],
      ...['appearance_encoder.down_blocks.10.conv.weight', 'dense_motion_module.group_blocks.1.conv.bias'],
      ...[
        'dense_motion_module.hourglass.encoder.down_blocks.0.conv.weight',
        'dense_motion_module.hourglass.decoder.conv.weight'
      ],
      ...[
        'video_decoder.up_blocks.0.conv.weight',
        'refinement_module.r0.conv1.weight',
        'refinement_module.r0.conv1.bias'
      ],
      ...[
        'refinement_module.r0.conv2.weight',
        'refinement_module.r0.norm1.weight',
        'refinement_module.r0.norm2.weight'
      ],
      ...[
        'refinement_module.r9.conv1.weight',
        'refinement_module.r10.conv1.weight',
        'refinement_module.conv-last.weight'
      ]
    ]
    expect(inOriginalOrder([...due].reverse())).toEqual(due)
    const gru = ['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0', 'weight_ih_l1', 'weight_hh_l1']
    const predictor = [...gru.map((name) => `rnn.${name}`), 'linear.weight', 'linear.bias']
    expect(inOriginalOrder([...predictor].sort())).toEqual(predictor)
  })
})

describe.skipIf(missing('golden values', golden))('golden checkpoints (need ../shared/golden)', () => {
  const from = (name: string) => join(golden, 'checkpoint', name)
  const yaml = from('config.yaml')
  const parts = ['generator', 'discriminator', 'kp_detector'] as const

  it.each(['zip', 'legacy'])('%s comes back bit for bit, its optimisers too', async (layout) => {
    const { model, notes } = await S.importer(yaml, false)(from(`checkpoint-${layout}.pth.tar`))
    expect(notes).toEqual([])
    const to = file(`golden-${layout}.safetensors`)
    await must(writeModel(to, model))
    expect((await must(readModel(to))).training).toEqual(model.training)
    const due = S.checkpoint(from(`checkpoint-${layout}.pth.tar`)) as Map<string, any>
    for (const format of ['pth', 'pth-legacy'] as const) {
      const got = S.checkpoint(await exported(to, `golden-${layout}-${format}.pth`, format)) as Map<string, any>
      expect([...got.keys()]).toEqual([...due.keys()])
      expect([got.get('epoch'), got.get('it')]).toEqual([due.get('epoch'), due.get('it')])
      for (const part of parts) {
        expect([...got.get(part).keys()]).toEqual([...due.get(part).keys()])
        expect(got.get(part)).toEqual(due.get(part))
        const [a, b] = [got, due].map((all) => all.get(`optimizer_${part}`)) as [Map<string, any>, Map<string, any>]
        const [ids, theirs] = [a, b].map((all) => all.get('param_groups')[0].get('params')) as [number[], number[]]
        expect(ids.length).toBe(theirs.length)
        for (const [i, id] of ids.entries())
          for (const key of ['exp_avg', 'exp_avg_sq'])
            expect(a.get('state').get(id).get(key)).toEqual(b.get('state').get(theirs[i]).get(key))
        for (const key of ['lr', 'betas', 'eps', 'weight_decay', 'amsgrad', 'initial_lr'])
          expect(a.get('param_groups')[0].get(key)).toEqual(b.get('param_groups')[0].get(key))
      }
    }
  })

  it('number parameters in the order that we derive from names', () => {
    const { order_of_optimizer_params: due } = JSON.parse(readFileSync(from('manifest.json'), 'utf8'))
    const expected = Object.keys(S.tensors(from('expected.safetensors')))
    for (const part of parts) {
      const own = expected.filter((name) => name.startsWith(`${part}.`)).map((name) => name.slice(part.length + 1))
      expect(inOriginalOrder(own.filter(isParameter))).toEqual(due[part])
    }
  })

  const sets = existsSync(golden)
    ? readdirSync(golden).filter((set) =>
        ['weights.safetensors', 'config.yaml'].every((name) => existsSync(join(golden, set, name)))
      )
    : []
  it.each(sets)('weights of %s come back as they were', async (set) => {
    const weights = join(golden, set, 'weights.safetensors')
    const { model } = await S.importer(join(golden, set, 'config.yaml'), false)(weights)
    const to = file(`${set}.safetensors`)
    await must(writeModel(to, model))
    expect(S.tensors(await exported(to, `${set}-w.safetensors`))).toEqual(S.tensors(weights))
  })
})
