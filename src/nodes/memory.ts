/**
 * What one tick leaves for the next: state across frames, declared.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import type { Sink, Source } from './node.js'
import { body, define, family, node, reals } from './node.js'
import { filterState } from './one-euro.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** `name` joins the two ends; `dims` are numbers: what is kept has one size. */
const Kept = t.strict({ name: t.string, dims: t.string })

/**
 * What `remember` of the same name was given in the tick before: `x`, zeros of `dims` in the first tick.
 *
 * @category sources
 * @since 0.1.0
 */
export const recall = family(
  'recall',
  Kept,
  (settings): Source<{ readonly x: tf.Tensor }> => ({
    _tag: 'Source',
    kind: 'recall',
    settings,
    pace: 'kept',
    inputs: record({}),
    outputs: record({ x: tensor(settings.dims as string) })
  })
)

/**
 * Keeps `x` of `dims` for `recall` of the same name in the next tick.
 *
 * @category sinks
 * @since 0.1.0
 */
export const remember = family(
  'remember',
  Kept,
  (settings): Sink<{ readonly x: tf.Tensor }> => ({
    _tag: 'Sink',
    kind: 'remember',
    settings,
    inputs: record({ x: tensor(settings.dims as string) }),
    outputs: record({})
  })
)

const Marks = t.strict({ starts: reals })

/**
 * When the frames of a tick are shown: `seconds` [T] since the last frame of the tick before (0 for the first of all), in steps
 * of 1/16384 s, so that float32 holds them and their differences exactly however long a stream lasts. `fresh` [] is 1 where
 * motion starts with this tick: in the first, in the first that has come to one of the times `starts`, and where whoever plays
 * says so; 0 otherwise.
 *
 * @category sources
 * @since 0.1.0
 */
export const frameTimes = family(
  'frameTimes',
  Marks,
  (settings): Source<{ readonly seconds: tf.Tensor1D; readonly fresh: tf.Scalar }> => ({
    _tag: 'Source',
    kind: 'frameTimes',
    settings,
    pace: 'kept',
    inputs: record({}),
    outputs: record({ seconds: tensor('T'), fresh: tensor('') })
  })
)

/**
 * One of two tensors: `now` where `fresh` is 1, `before` where it is 0.
 *
 * @category motion
 * @since 0.1.0
 */
export const renewed = define('renewed', t.strict({ dims: t.string }), ({ dims }) => {
  const kept = tensor(dims as string)
  return body(
    { inputs: record({ fresh: tensor(''), now: kept, before: kept }), outputs: record({ x: kept }) },
    ({ fresh, now, before }) => ({ x: tf.add(tf.mul(now, fresh), tf.mul(before, tf.sub(1, fresh))) })
  )
})

/**
 * The state of the one-euro filter as the tick before left it, its time counted from there; no state where `fresh` is 1.
 *
 * @category motion
 * @since 0.1.0
 */
export const resumeFilter = node(
  'resumeFilter',
  {
    inputs: record({ fresh: tensor(''), mean: tensor('1 K 2'), speed: tensor('1 K 2') }),
    outputs: record({ state: filterState() })
  },
  ({ fresh, mean, speed }) => {
    const goes = tf.sub(1, fresh)
    return { state: { mean: tf.mul(mean, goes), speed: tf.mul(speed, goes), seconds: tf.reshape(tf.neg(fresh), [1]) } }
  }
)
