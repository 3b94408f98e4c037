/** The values that the original networks computed, and how ours are held against them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { expect } from 'vitest'
import type { Terminal } from '../../src/io/cli/command.js'
import { type Problem, showProblem } from '../../src/io/problem/problem.js'
import { float32Of, parse, type StoredTensor, serialise, storedFloat32 } from '../../src/io/safetensors/safetensors.js'
import { temporaryFolder } from '../temporary.js'

export const folder = fileURLToPath(new URL('../../../shared/golden/', import.meta.url))
export const present = existsSync(folder)
export const temporary = temporaryFolder('parity')

export const terminal: Terminal = {
  say: () => {},
  progress: () => ({ advance: () => {}, end: () => {} }),
  signal: new AbortController().signal
}

export const must = async <A>(task: TaskEither<Problem, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(showProblem(result.left))
  return result.right
}

const right = <A>(result: E.Either<Problem, A>): A => {
  if (E.isLeft(result)) throw new Error(showProblem(result.left))
  return result.right
}

export type Tensors = Readonly<Record<string, StoredTensor>>

export const read = (path: string): Tensors => right(parse(path, new Uint8Array(readFileSync(path)))).tensors
export const bytes = (tensors: Tensors): Uint8Array => right(serialise('inputs', { tensors, metadata: {} }))

interface Listed {
  readonly f64: number
  readonly oracle?: number
}

export const manifest = (
  set: string
): { readonly [key: string]: any; readonly tensors: Readonly<Record<string, Listed>> } =>
  JSON.parse(readFileSync(join(folder, set, 'manifest.json'), 'utf8'))

/** Axes in another order. */
export const transpose = (x: StoredTensor, order: ReadonlyArray<number>): StoredTensor => {
  const source = float32Of(x)
  const shape = order.map((d) => x.shape[d]!)
  const strides = x.shape.map((_, d) => x.shape.slice(d + 1).reduce((a, b) => a * b, 1))
  const target = Float32Array.from({ length: source.length }, (_, flat) => {
    let [rest, at] = [flat, 0]
    for (let d = order.length - 1; d >= 0; d--) {
      at += (rest % shape[d]!) * strides[order[d]!]!
      rest = Math.floor(rest / shape[d]!)
    }
    return source[at]!
  })
  return storedFloat32(shape, target)
}

export const reshape = (x: StoredTensor, shape: ReadonlyArray<number>): StoredTensor => ({ ...x, shape })

/** A video N C D H W as frames [N*D, H, W, C]. */
export const frames = (x: StoredTensor): StoredTensor => {
  const [n, c, d, h, w] = x.shape as [number, number, number, number, number]
  return reshape(transpose(x, [0, 2, 3, 4, 1]), [n * d, h, w, c])
}

/** Frame `d` of keypoints [N, D, K, ...]. */
export const at = (x: StoredTensor, d: number): StoredTensor => {
  const [n, depth, ...rest] = x.shape as [number, number, ...Array<number>]
  const each = rest.reduce((a, b) => a * b, 1)
  const all = float32Of(x)
  const picked = Array.from({ length: n }, (_, i) => all.slice((i * depth + d) * each, (i * depth + d + 1) * each))
  return storedFloat32([n, ...rest], Float32Array.from(picked.flatMap((p) => [...p])))
}

/** Holds a tensor to a golden one, within `max(20 max(f64, oracle), 2e-5 largest, 1e-6)`. */
export const holds = (name: string, got: StoredTensor | undefined, want: StoredTensor, listed: Listed): void => {
  expect(got, name).toBeDefined()
  const [a, b] = [float32Of(got!), float32Of(want)]
  expect(got!.shape, `shape of ${name}`).toEqual(want.shape)
  let [error, largest] = [0, 0]
  for (let i = 0; i < b.length; i++) {
    error = Math.max(error, Number.isFinite(a[i]!) ? Math.abs(a[i]! - b[i]!) : Number.POSITIVE_INFINITY)
    largest = Math.max(largest, Math.abs(b[i]!))
  }
  expect(error, name).toBeLessThanOrEqual(Math.max(20 * Math.max(listed.f64, listed.oracle ?? 0), 2e-5 * largest, 1e-6))
}
