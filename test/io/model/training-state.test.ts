import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  checksum,
  type Model,
  momentsOf,
  readModel,
  storedOf,
  valuesOf,
  writeModel
} from '../../../src/io/model/model.js'
import type { Training } from '../../../src/io/model/training-state.js'
import { type Problem, showProblem } from '../../../src/io/problem/problem.js'
import {
  parse,
  type StoredTensor,
  serialise,
  storedFloat32,
  storedHalf
} from '../../../src/io/safetensors/safetensors.js'
import * as tf from '../../../src/nodes/tf.js'
import { temporaryFolder } from '../../temporary.js'

const must = async <A>(task: TE.TaskEither<Problem, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(showProblem(result.left))
  return result.right
}
const told = async (task: TE.TaskEither<Problem, unknown>): Promise<string> => {
  const result = await task()
  return E.isLeft(result) ? showProblem(result.left) : 'accepted'
}
const packaged = (): Promise<Model> => must(readModel('models/shapes.safetensors'))
const path = (name: string): string => join(temporaryFolder('state'), name)

/** A state in which a few weights have moments: signs, tiny numbers and a NaN with a payload among them. */
const stateFor = (model: Model): Training => {
  const names = Object.keys(model.tensors).filter((name) => name.startsWith('generator.'))
  const some = (from: number) =>
    Object.fromEntries(
      names.slice(0, 5).map((name, i) => {
        const { shape } = model.tensors[name]!
        const values = new Float32Array(shape.reduce((a, b) => a * b, 1)).map((_, j) => (from + i - j) * 1e-42)
        return [name, storedFloat32(shape, values)]
      })
    )
  return {
    iteration: 7,
    epoch: 2,
    index: 0,
    adam: { generator: 8, kp_detector: 0, discriminator: 3 },
    moments: { m: some(1), v: some(9) }
  }
}

/** The file again with its metadata and tensors changed, and checksums that agree. */
const changed = (
  from: string,
  change: (file: { tensors: Map<string, StoredTensor>; metadata: Map<string, string> }) => void,
  agree = true
): string => {
  const file = parse(from, new Uint8Array(readFileSync(from)))
  if (E.isLeft(file)) throw new Error('not a file')
  const { tensors, metadata } = file.right
  const copy = { tensors: new Map(Object.entries(tensors)), metadata: new Map(Object.entries(metadata)) }
  change(copy)
  const after = Object.fromEntries(copy.tensors)
  const only = (wanted: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(after).filter(([name]) => wanted(name)))
  const bytes = serialise(from, {
    tensors: after,
    metadata: {
      ...Object.fromEntries(copy.metadata),
      ...(agree
        ? {
            sha256: checksum(only((name) => !name.startsWith('adam.'))),
            moments_sha256: checksum(only((name) => name.startsWith('adam.')))
          }
        : {})
    }
  })
  if (E.isLeft(bytes)) throw new Error('not a file')
  const to = path('changed.safetensors')
  writeFileSync(to, bytes.right)
  return to
}

describe('a model with training state', () => {
  beforeAll(() => tf.startEngine('cpu'))

  it('comes back as it was written, in the same bytes whatever the order', async () => {
    const model = await packaged()
    const training = stateFor(model)
    const [a, b] = [path('a.safetensors'), path('b.safetensors')]
    await must(writeModel(a, { ...model, training }))
    const back = await must(readModel(a))
    expect(back.training).toEqual(training)
    expect(checksum(back.tensors)).toBe(checksum(model.tensors))
    const turned = <A>(r: Readonly<Record<string, A>>) => Object.fromEntries(Object.entries(r).reverse())
    const moments = { v: turned(training.moments.v), m: turned(training.moments.m) }
    await must(writeModel(b, { ...model, tensors: turned(model.tensors), training: { ...training, moments } }))
    expect(readFileSync(b).equals(readFileSync(a))).toBe(true)
  })

  it('is the same to whoever only computes with it', async () => {
    const model = await packaged()
    const to = path('m.safetensors')
    await must(writeModel(to, { ...model, training: stateFor(model) }))
    const back = await must(readModel(to))
    expect(Object.keys(back.tensors).sort()).toEqual(Object.keys(model.tensors).sort())
    expect((await packaged()).training).toBeUndefined()
  })

  it('hands moments to the engine, zeros where there are none, and takes tensors back', async () => {
    const model = await packaged()
    const training = stateFor(model)
    const [first, last] = [Object.keys(training.moments.m)[0]!, Object.keys(model.tensors).at(-1)!]
    const before = tf.memory().numTensors
    const { m, v } = momentsOf({ ...model, training }, [first, last, 'no.such'])
    expect(Object.keys(m)).toEqual([first, last])
    expect(storedOf(m)[first]).toEqual(training.moments.m[first])
    expect(storedOf(v)[first]).toEqual(training.moments.v[first])
    expect(m[last]!.shape).toEqual(model.tensors[last]!.shape)
    expect([...m[last]!.dataSync()].every((x) => x === 0)).toBe(true)
    const weights = valuesOf(model, [last])
    tf.dispose([m, v, weights] as tf.TensorContainer)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('is not written where it does not fit', async () => {
    const model = await packaged()
    const training = stateFor(model)
    const [name] = Object.keys(training.moments.m) as [string]
    const held = training.moments.m[name]!
    const half = storedHalf(held.shape, new Float32Array(held.data.length / 4))
    const set = (m: Training['moments']['m'], v = training.moments.v) => ({ ...training, moments: { m, v } })
    const { [name]: _, ...less } = training.moments.v
    const cases: ReadonlyArray<readonly [Training, RegExp]> = [
      [
        set({ ...training.moments.m, [name]: storedFloat32([1], new Float32Array(1)) }),
        /expected F32 \[.*got F32 \[1\]/
      ],
      [set({ ...training.moments.m, [name]: half }), /expected F32 .*got F16/],
      [set({ ...training.moments.m, constructor: held }), /a weight "constructor", got none/],
      [set(training.moments.m, less), /adam\.v\..* beside it, got nothing/],
      [{ ...training, iteration: -1 }, /whole numbers from 0 on/],
      [{ ...training, adam: { ...training.adam, generator: 1.5 } }, /whole numbers from 0 on/]
    ]
    for (const [wrong, words] of cases)
      expect(await told(writeModel(path('w.safetensors'), { ...model, training: wrong }))).toMatch(words)
  })

  it('is refused where the file does not hold together', async () => {
    const model = await packaged()
    const to = path('m.safetensors')
    await must(writeModel(to, { ...model, training: stateFor(model) }))
    const flip = (name: string): string =>
      changed(
        to,
        ({ tensors }) => {
          const { dtype, shape, data } = tensors.get(name)!
          tensors.set(name, { dtype, shape, data: data.map((b, i) => (i === 0 ? b ^ 1 : b)) })
        },
        false
      )
    const [name] = Object.keys(stateFor(model).moments.m)
    expect(await told(readModel(flip(name!)))).toMatch(/weights: expected sha256/)
    expect(await told(readModel(flip(`adam.v.${name}`)))).toMatch(/moments: expected sha256/)
    const meta = (text: string) => changed(to, (file) => file.metadata.set('training', text))
    expect(await told(readModel(changed(to, () => {})))).toBe('accepted')
    for (const text of ['', '{}', 'null', '{"iteration":1,"epoch":1,"adam":{"generator":1}}', '[1,'])
      expect(await told(readModel(meta(text)))).toMatch(/metadata training: expected iteration, epoch/)
    const orphan = changed(to, (file) => file.tensors.set('adam.v.nobody', storedFloat32([], new Float32Array(1))))
    expect(await told(readModel(orphan))).toMatch(/"adam\.v\.nobody": expected a weight "nobody", got none/)
  })
})
