/**
 * The original's layouts and order of tensors, and ours.
 *
 * @since 0.1.0
 */
import { float32Of, type StoredTensor, storedFloat32 } from '../safetensors/safetensors.js'

/** The sizes of a kernel: channels out, channels in, pixels. */
type Sizes = readonly [out: number, from: number, area: number]

/** Copies the bits of a kernel to other places: `to` and `at` say where an element stands in the new one and the old. */
const moved = (x: StoredTensor, shape: ReadonlyArray<number>, [out, from, area]: Sizes, to: Place, at: Place) => {
  const values = float32Of(x)
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const target = new Uint32Array(source.length)
  for (let o = 0; o < out; o++)
    for (let i = 0; i < from; i++) for (let p = 0; p < area; p++) target[to(o, i, p)] = source[at(o, i, p)]!
  return storedFloat32(shape, new Float32Array(target.buffer))
}

type Place = (o: number, i: number, p: number) => number
const theirs =
  ([, from, area]: Sizes): Place =>
  (o, i, p) =>
    (o * from + i) * area + p
const ours =
  ([out, from]: Sizes): Place =>
  (o, i, p) =>
    (p * from + i) * out + o

/**
 * A kernel [out, in, (1,) height, width] as [height, width, in, out]; anything else as it is. In float32, bit for bit.
 *
 * @category conversion
 * @since 0.1.0
 */
export const fromOriginal = (x: StoredTensor): StoredTensor => {
  if (x.shape.length < 4) return storedFloat32(x.shape, float32Of(x))
  const [[out, from], [h, w]] = [x.shape.slice(0, 2), x.shape.slice(-2)] as [[number, number], [number, number]]
  const sizes: Sizes = [out, from, h * w]
  return moved(x, [h, w, from, out], sizes, ours(sizes), theirs(sizes))
}

/**
 * A kernel [height, width, in, out] as [out, in, 1, height, width]; anything else as it is. In float32, bit for bit.
 *
 * @category conversion
 * @since 0.1.0
 */
export const toOriginal = (x: StoredTensor): StoredTensor => {
  if (x.shape.length !== 4) return storedFloat32(x.shape, float32Of(x))
  const [h, w, from, out] = x.shape as [number, number, number, number]
  const sizes: Sizes = [out, from, h * w]
  return moved(x, [out, from, 1, h, w], sizes, theirs(sizes), ours(sizes))
}

/** The parts of names in the order in which the original's modules register them, one number apart. */
const registered = [
  ...['appearance_encoder', 'dense_motion_module', 'video_decoder', 'refinement_module', 'group_blocks', 'hourglass'],
  ...['predictor', 'encoder', 'decoder', 'down_blocks', 'up_blocks', 'r', 'conv-last', 'rnn', 'linear', 'conv', 'norm'],
  ...['weight', 'bias', 'weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'],
  ...['running_mean', 'running_var', 'num_batches_tracked']
]

/** Where a name stands: for each of its parts the place of the word, then its number. */
const placeOf = (name: string): ReadonlyArray<number> =>
  name
    .replace(/(\w+_[ih]h)_l(\d+)$/, '$2.$1') // a recurrent network registers layer by layer
    .split('.')
    .flatMap((part) => {
      const [, word = '', digits = ''] = /^(.*?)(\d*)$/.exec(part) ?? []
      return [registered.indexOf(word), Number(digits)]
    })

/**
 * The order of names in a state dictionary of the original, which numbers the parameters of its optimiser as well.
 *
 * @category order
 * @since 0.1.0
 */
export const inOriginalOrder = (names: Iterable<string>): ReadonlyArray<string> => {
  const placed = [...names].map((name) => ({ name, place: placeOf(name) }))
  placed.sort((a, b) => {
    const at = a.place.findIndex((n, i) => n !== b.place[i])
    return at < 0 ? a.place.length - b.place.length : (a.place[at] ?? 0) - (b.place[at] ?? 0)
  })
  return placed.map(({ name }) => name)
}

/**
 * Whether a name is that of a batch counter, which the original leaves at zero and nobody reads.
 *
 * @category order
 * @since 0.1.0
 */
export const isCounter = (name: string): boolean => name.endsWith('.num_batches_tracked')

/**
 * Whether a name is that of a parameter, which an optimiser steps; the others are statistics.
 *
 * @category order
 * @since 0.1.0
 */
export const isParameter = (name: string): boolean => !isCounter(name) && !/\.running_(mean|var)$/.test(name)
