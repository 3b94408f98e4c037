/**
 * Training pictures as files.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { run } from '../../graphs/run.js'
import { type Batch, trainingSheet } from '../../graphs/training-sheet.js'
import * as tf from '../../nodes/tf.js'
import { toBytes } from '../animation/drivers.js'
import type { Config } from '../config/config.js'
import { writeAtomic } from '../files/atomic.js'
import type { Problem } from '../problem/problem.js'
import { attempt, program } from '../run/compute.js'
import type { Shown } from './events.js'

/** The colours in which keypoints are drawn. */
const colours = 'gist_rainbow'

/**
 * Whether pictures can be drawn as a configuration asks: to be known before the first step.
 *
 * @category config
 * @since 0.1.0
 */
export const drawable = ({
  visualizer_params: { colormap }
}: Pick<Config, 'visualizer_params'>): E.Either<Problem, void> =>
  colormap === colours
    ? E.right(undefined)
    : E.left({ _tag: 'Usage', at: 'visualizer_params.colormap', expected: colours, actual: colormap })

/**
 * The picture of a batch as a PNG, one row for each of its first `rows` samples: source and driving with keypoints, deformed
 * source, prediction, driving, then `more`. Borrows the batch.
 *
 * @category pictures
 * @since 0.1.0
 */
export const picture = (
  { visualizer_params: { kp_size, draw_border } }: Pick<Config, 'visualizer_params'>,
  batch: Batch,
  rows = 8
): TE.TaskEither<Problem, Shown> =>
  pipe(
    TE.fromEither(program(trainingSheet({ radius: kp_size, border: draw_border, more: Object.keys(batch.more) }))),
    TE.flatMap((p) =>
      attempt(async () => {
        const { sheet } = run(p)({}, batch).outputs
        try {
          const [samples, h, width] = sheet.shape
          const height = h * Math.min(rows, samples)
          const bytes = toBytes(sheet, 'down').subarray(0, height * width * 3)
          const { default: sharp } = await import('sharp')
          const png = await sharp(bytes, { raw: { width, height, channels: 3 } })
            .png()
            .toBuffer()
          return { png, height, width }
        } finally {
          tf.dispose(sheet)
        }
      })
    )
  )

/**
 * Writes the picture of a batch, whole or not at all, and gives it.
 *
 * @category files
 * @since 0.1.0
 */
export const writePicture = (path: string, config: Pick<Config, 'visualizer_params'>, batch: Batch, rows?: number) =>
  pipe(
    picture(config, batch, rows),
    TE.tap(({ png }) => writeAtomic(path, png))
  )
