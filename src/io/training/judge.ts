/**
 * How good a model is while it is trained: what the best checkpoint is chosen by.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { run } from '../../graphs/run.js'
import { validate } from '../../graphs/validate.js'
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import type { Config } from '../config/config.js'
import { type Dataset, type DatasetClip, readFrames, toUnit } from '../dataset/index.js'
import type { Shape } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { attempt, program } from '../run/compute.js'

/**
 * Judges values of a model, which it borrows; the lower the better. Nothing where it has nothing to judge by, or finds no number.
 *
 * @category model
 * @since 0.1.0
 */
export interface Judge {
  readonly score: (values: Values) => number | undefined
  readonly close: TE.TaskEither<never, void>
}

/** A judge without a test. */
const none: Judge = { score: () => undefined, close: TE.right(undefined) }

/** At most so many clips are looked at. */
const most = 32

/** Of the clips of one shape, some that are spread over all. */
const chosen = ({ clips }: Dataset, { height, width }: Shape): ReadonlyArray<DatasetClip> => {
  const fitting = clips.filter((c) => c.height === height && c.width === width && c.frames > 1)
  const count = Math.min(most, fitting.length)
  return Array.from({ length: count }, (_, i) => fitting[Math.floor((i * fitting.length) / count)]!)
}

/** The first frame of each clip and one of its middle: [N, H, W, 3] each. */
const pairsOf = async (clips: ReadonlyArray<DatasetClip>, { height, width }: Shape) => {
  const picture = async (n: (clip: DatasetClip) => number) => {
    const frames = await Promise.all(clips.map((clip) => readFrames(clip, [n(clip)])))
    return tf.tensor4d(toUnit(Buffer.concat(frames)), [clips.length, height, width, 3])
  }
  const source = await picture(() => 0)
  return { source, driving: await picture(({ frames }) => Math.floor(frames / 2)) }
}

/**
 * A judge by the test part of a dataset: the mean absolute difference between the middle frame of a clip and what is made of
 * its first, over some clips of the shape that is trained on.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openJudge = (
  { model_params }: Config,
  test: Dataset | undefined,
  shape: Shape
): TE.TaskEither<Problem, Judge> => {
  const clips = test === undefined ? [] : chosen(test, shape)
  if (clips.length === 0) return TE.right(none)
  return pipe(
    TE.fromEither(program(validate(model_params))),
    TE.bindTo('p'),
    TE.bind('pairs', () => attempt(() => pairsOf(clips, shape))),
    TE.map(
      ({ p, pairs }): Judge => ({
        score: (values) => {
          const { loss } = run(p)(values, pairs).outputs
          const score = loss.dataSync()[0]!
          loss.dispose()
          return Number.isFinite(score) ? score : undefined
        },
        close: TE.fromIO(() => tf.dispose(pairs as unknown as tf.TensorContainer))
      })
    )
  )
}
