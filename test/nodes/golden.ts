/** Golden values of the original's primitives, where they are beside the repository: read, laid out anew, compared. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import { float32Of, parse } from '../../src/io/safetensors/safetensors.js'
import * as tf from '../../src/nodes/tf.js'

/** What the manifest says of a tensor: how far float32 is from float64, and one computation of it from the other. */
interface Measure {
  readonly f64: number
  readonly oracle?: number
}

/** One set of golden values. */
export interface Golden {
  readonly input: (name: string) => tf.Tensor
  readonly output: (name: string) => tf.Tensor
  readonly names: ReadonlyArray<string>
  readonly manifest: any
}

const folder = (set: string): string => fileURLToPath(new URL(`../../../shared/golden/${set}`, import.meta.url))

/** Whether a set is there; its tests are skipped where it is not. */
export const hasGolden = (set: string): boolean => existsSync(join(folder(set), 'manifest.json'))

/** A set of golden values in files `inputs` and `outputs`. */
export const golden = (set: string): Golden => {
  const load = (file: string) => {
    const read = parse(file, new Uint8Array(readFileSync(join(folder(set), file))))
    if (E.isLeft(read)) throw new Error(`${set}/${file} is not a safetensors file`)
    return read.right.tensors
  }
  const [inputs, outputs] = [load('inputs.safetensors'), load('outputs.safetensors')]
  const from = (all: typeof inputs) => (name: string) => {
    const stored = all[name]
    if (stored === undefined) throw new Error(`no golden ${name}`)
    return tf.tensor(float32Of(stored)!, [...stored.shape])
  }
  const manifest = JSON.parse(readFileSync(join(folder(set), 'manifest.json'), 'utf8')) as any
  return { input: from(inputs), output: from(outputs), names: Object.keys(outputs), manifest }
}

/** A video [N, C, D, H, W] as frames [N*D, H, W, C]. */
export const frames = (x: tf.Tensor): tf.Tensor4D => {
  const [n, c, d, h, w] = x.shape as [number, number, number, number, number]
  return tf.reshape(tf.transpose(x, [0, 2, 3, 4, 1]), [n * d, h, w, c])
}

/** Frames [N*D, H, W, C] as a video [N, C, D, H, W]. */
export const video = (x: tf.Tensor, n: number): tf.Tensor => {
  const [b, h, w, c] = x.shape as [number, number, number, number]
  return tf.transpose(tf.reshape(x, [n, b / n, h, w, c]), [0, 4, 1, 2, 3])
}

/** The first two axes of a tensor as one, [N, D, ...] to [N*D, ...]. */
export const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [x.shape[0]! * x.shape[1]!, ...x.shape.slice(2)])

/** Forward values: `max(20 max(f64, oracle), 2e-5 of the largest magnitude, 1e-6)`. */
export const expectGolden = (actual: tf.Tensor, expected: tf.Tensor, { f64, oracle = 0 }: Measure): void => {
  expect(actual.shape).toEqual(expected.shape)
  const largest = tf.max(tf.abs(expected)).dataSync()[0]!
  const tolerance = Math.max(20 * Math.max(f64, oracle), 2e-5 * largest, 1e-6)
  expect(tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0]!).toBeLessThanOrEqual(tolerance)
}

/** Gradients: relative error 1e-3 in the 2-norm, as the primitives pin them. */
export const expectGradient = (actual: tf.Tensor, expected: tf.Tensor): void => {
  expect(actual.shape).toEqual(expected.shape)
  const size = (x: tf.Tensor) => Math.sqrt(tf.sum(tf.square(x)).dataSync()[0]!)
  expect(size(tf.sub(actual, expected))).toBeLessThanOrEqual(1e-3 * size(expected) + 1e-6)
}
