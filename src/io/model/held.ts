/**
 * Models in memory: what a safetensors file with a configuration, an origin and a checksum means. No files; `model` has them.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import { type Config, configFromJson } from '../config/codec.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { float32Of, type Safetensors, storedFloat32 } from '../safetensors/format.js'
import {
  type Moments,
  momentsKey,
  momentTensors,
  parted,
  type StoredTensors,
  type Training,
  trainingKey
} from './training-state.js'

/** The version of the format that is written; a reader refuses others. */
export const format = 'keyflow/1'

/**
 * Where a model comes from.
 *
 * @since 0.1.0
 */
export const Origin = t.strict({
  /** `import` or `train`. */
  by: t.string,
  /** The file it was made from. */
  file: t.string,
  sha256: t.string,
  epoch: t.union([t.number, t.null]),
  iteration: t.union([t.number, t.null])
})
export type Origin = t.TypeOf<typeof Origin>

/**
 * A model in memory: no tensor of the engine exists yet.
 *
 * @category model
 * @since 0.1.0
 */
export interface Model {
  readonly config: Config
  readonly origin: Origin
  readonly tensors: StoredTensors
  /** There if training can go on from this model. */
  readonly training?: Training
}

/** What makes a SHA-256: Node's own, or one in plain code where there is no Node. */
export interface Digest {
  readonly update: (data: string | Uint8Array) => unknown
  readonly hex: () => string
}

/** Checksum of tensors: of their names in order, each with dtype, shape and bytes. */
export const checksumBy =
  (digest: () => Digest) =>
  (tensors: StoredTensors): string => {
    const hash = digest()
    for (const [name, { dtype, shape, data }] of Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1))) {
      hash.update(`${name}\0${dtype}\0${shape.join(',')}\0`)
      hash.update(data)
    }
    return hash.hex()
  }

/** The origin that a model's metadata tells. */
const originOf = (path: string, text: string | undefined): E.Either<Problem, Origin> =>
  pipe(
    E.tryCatch(
      () => JSON.parse(text ?? 'null') as unknown,
      () => undefined
    ),
    E.flatMap(Origin.decode),
    E.mapLeft(() => complaint(path)('metadata origin', Origin.name, text ?? 'nothing'))
  )

/**
 * The model that a safetensors file holds, its tensors held against their checksum, or what it lacks.
 *
 * @category codec
 * @since 0.1.0
 */
export const understand = (
  path: string,
  { tensors, metadata }: Safetensors,
  checksum: (tensors: StoredTensors) => string
): E.Either<Problem, Model> => {
  const bad = complaint(path)
  if (metadata.format !== format)
    return E.left(bad('metadata format', `${format} (import a checkpoint first)`, metadata.format ?? 'nothing'))
  const agrees = (at: string, key: string, held: StoredTensors): E.Either<Problem, void> => {
    const actual = checksum(held)
    return metadata[key] === actual
      ? E.right(undefined)
      : E.left(bad(at, `sha256 ${metadata[key] ?? 'in the metadata'}`, actual))
  }
  return pipe(
    parted(path, tensors, metadata[trainingKey]),
    E.tap((parts) => agrees('weights', 'sha256', parts.tensors)),
    E.tap(({ training }) =>
      training === undefined ? E.right(undefined) : agrees('moments', momentsKey, momentTensors(training))
    ),
    E.bindTo('parts'),
    E.bind('config', () => configFromJson(path, metadata.config ?? '')),
    E.bind('origin', () => originOf(path, metadata.origin)),
    E.map(({ config, origin, parts }) => ({ config, origin, ...parts }))
  )
}

/**
 * The weights of a model as tensors of the engine, which the receiver owns; only those that are `wanted`. Each has the shape
 * that it is stored in.
 *
 * @category constructors
 * @since 0.1.0
 */
export const valuesOf = ({ tensors }: Pick<Model, 'tensors'>, wanted: Iterable<string>): Values =>
  Object.fromEntries(
    [...wanted].flatMap((name) => {
      const stored = tensors[name]
      return stored === undefined ? [] : [[name, tf.tensor(float32Of(stored), [...stored.shape], 'float32')]]
    })
  )

/**
 * Adam's moments of some weights as tensors of the engine, which the receiver owns; zeros where the model has none. Each has
 * the shape of its weight.
 *
 * @category constructors
 * @since 0.1.0
 */
export const momentsOf = ({ tensors, training }: Model, paths: Iterable<string>): Moments<tf.Tensor> => {
  const wanted = [...paths].filter((path) => tensors[path] !== undefined)
  const each = (stored: StoredTensors): Values =>
    Object.fromEntries(
      wanted.map((path) => {
        const [x, shape] = [stored[path], [...tensors[path]!.shape]]
        return [path, x === undefined ? tf.zeros(shape) : tf.tensor(float32Of(x), shape, 'float32')]
      })
    )
  return { m: each(training?.moments.m ?? {}), v: each(training?.moments.v ?? {}) }
}

/**
 * Tensors of the engine as a file keeps them; they are borrowed. Each keeps its shape.
 *
 * @category conversion
 * @since 0.1.0
 */
export const storedOf = (values: Values): StoredTensors =>
  Object.fromEntries(
    Object.entries(values).map(([name, x]) => [name, storedFloat32(x.shape, Float32Array.from(x.dataSync()))])
  )
