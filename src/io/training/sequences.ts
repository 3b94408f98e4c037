/**
 * Batches of keypoint sequences, any of them made without those before it.
 *
 * @since 0.1.0
 */
import { droppedLayers, type Masked, type RnnParams, type Span } from '../../graphs/predictor.js'
import { drops } from '../../graphs/predictor-iteration.js'
import * as tf from '../../nodes/tf.js'
import { following, generatorAt, type Position, windowAt } from '../dataset/index.js'
import type { Track } from './keypoints.js'

/**
 * What sequences are drawn for.
 *
 * @since 0.1.0
 */
export interface Drawing {
  readonly seed: number
  readonly batchSize: number
  readonly span: Span
  readonly rnn: RnnParams & { readonly dropout: number }
  readonly keypoints: number
  /** Whether variances are learned: those that are matrices. */
  readonly matrices: boolean
}

/**
 * Sequences [B, T, K, ...] of consecutive frames, and where in the data they are.
 *
 * @since 0.1.0
 */
export interface Sequences {
  readonly position: Position
  readonly count: number
  readonly mean: Float32Array
  readonly var?: Float32Array
}

/**
 * Batches of sequences. `at` makes the one at a place, `from` all from there on.
 *
 * @since 0.1.0
 */
export interface SequenceBatches {
  readonly perEpoch: number
  readonly at: (position: Position) => Sequences
  readonly from: (position: Position) => AsyncIterable<{ readonly batch: Sequences }>
}

/** Some frames of numbers that are as many for each frame. */
const cut = (values: Float32Array, frames: number, first: number, count: number): Float32Array => {
  const each = values.length / frames
  return values.subarray(first * each, (first + count) * each)
}

const joined = (parts: ReadonlyArray<Float32Array>): Float32Array => {
  const each = parts[0]!.length
  const all = new Float32Array(each * parts.length)
  parts.forEach((part, i) => all.set(part, i * each))
  return all
}

/**
 * Sequences of the films in their order, a stretch of each that chance places anew in every epoch; the last batch of an epoch may be
 * smaller. Every film has as many frames as a sequence.
 *
 * Source: `KPDataset` in the reference `prediction.py`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const sequences = (tracks: ReadonlyArray<Track>, o: Drawing): SequenceBatches => {
  const perEpoch = Math.ceil(tracks.length / o.batchSize)
  const at = (position: Position): Sequences => {
    const first = position.index * o.batchSize
    const chosen = tracks.slice(first, first + o.batchSize).map((track, i) => {
      const window = windowAt(o.seed, position.epoch, first + i, track.frames, o.span.frames)
      return { track, start: window[0] ?? 0 }
    })
    const part = (of: (track: Track) => Float32Array) =>
      joined(chosen.map(({ track, start }) => cut(of(track), track.frames, start, o.span.frames)))
    return {
      position,
      count: chosen.length,
      mean: part(({ mean }) => mean),
      ...(o.matrices ? { var: part((track) => track.var!) } : {})
    }
  }
  async function* from(start: Position): AsyncGenerator<{ readonly batch: Sequences }> {
    for (let position = start; ; position = following(position, perEpoch)) yield { batch: at(position) }
  }
  return { perEpoch, at, from }
}

/** Masks of dropout: 0 with probability `rate`, else what keeps the mean. */
const maskOf = (o: Drawing, { epoch, index }: Position, layer: string, count: number): tf.Tensor3D => {
  const random = generatorAt(o.seed, 'dropout', epoch, index, layer)
  const { dropout, num_features } = o.rnn
  const threshold = dropout * 2 ** 32
  const scale = dropout < 1 ? 1 / (1 - dropout) : 0
  const values = Float32Array.from({ length: count * o.span.frames * num_features }, () =>
    random.next() >>> 0 < threshold ? 0 : scale
  )
  return tf.tensor3d(values, [count, o.span.frames, num_features])
}

/**
 * A batch as the tensors that the predictor's iteration takes; the receiver owns them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const sequenceTensors = (o: Drawing, { position, count, mean, var: v }: Sequences): Masked => {
  const { span, keypoints: k } = o
  const masks = drops(o.rnn)
    ? { masks: Object.fromEntries(droppedLayers(o.rnn).map((l) => [l, maskOf(o, position, l, count)])) }
    : {}
  return {
    mean: tf.tensor4d(mean, [count, span.frames, k, 2]),
    ...(v === undefined ? {} : { var: tf.tensor5d(v, [count, span.frames, k, 2, 2]) }),
    ...masks
  }
}
