/**
 * Records whose leaves are tensors.
 *
 * @since 0.1.0
 */
import * as tf from '../nodes/tf.js'

/** Lets go of every tensor. */
export const drop = (values: unknown): void => tf.dispose(values as tf.TensorContainer)

/** The record with every tensor replaced. */
export const mapTensors = <A>(values: A, f: (x: tf.Tensor, path: string) => unknown, path = ''): A =>
  values instanceof tf.Tensor
    ? (f(values, path) as A)
    : (Object.fromEntries(
        Object.entries(values as object).map(([name, x]) => [
          name,
          mapTensors(x, f, path === '' ? name : `${path}.${name}`)
        ])
      ) as A)

/** Tensors by path. */
export const flat = (values: object): ReadonlyMap<string, tf.Tensor> => {
  const all = new Map<string, tf.Tensor>()
  mapTensors(values, (x, path) => all.set(path, x))
  return all
}

/** How many frames a value is: the first size of its tensors. */
export const count = (values: object): number => [...flat(values).values()][0]?.shape[0] ?? 0

/** `size` frames from the one at `at`. */
export const rows = <A extends object>(values: A, at: number, size: number): A =>
  mapTensors(values, (x) => tf.slice(x, [at, ...x.shape.slice(1).map(() => 0)], [size, ...x.shape.slice(1)]))
