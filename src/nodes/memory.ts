/**
 * What one tick leaves for the next: state across frames, declared.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import type { Sink, Source } from './node.js'
import { family } from './node.js'
import { record, tensor } from './spec.js'
import type * as tf from './tf.js'

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
