/**
 * What a transfer needs to know before it is a graph: sizes, framing, where the motion starts.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Framing } from '../../graphs/animate.js'
import type { Normalisation } from '../../graphs/normalise.js'
import type { Config } from '../config/config.js'
import { multiple, trainedSize } from '../config/purpose.js'
import { place } from '../media/fit.js'
import { type Clip, type Fit, type Limits, openClip, type Shape } from '../media/index.js'
import type { Problem } from '../problem/problem.js'

/**
 * A size that every U-Net of a model can halve as often as it does, or what it should be a multiple of.
 *
 * In pixels. Fails with `Usage` where the size that is asked for is no such multiple.
 *
 * @since 0.1.0
 */
export const networkSize = (config: Config, asked: Shape | undefined): E.Either<Problem, Shape> => {
  const size = asked ?? trainedSize(config)
  const by = multiple(config)
  const fits = size.height % by === 0 && size.width % by === 0
  return fits
    ? E.right(size)
    : E.left({
        _tag: 'Usage',
        at: '--size',
        expected: `multiples of ${by} for this model, such as ${Math.max(1, Math.round(size.height / by)) * by}x${Math.max(1, Math.round(size.width / by)) * by}`,
        actual: `${size.height}x${size.width}`
      })
}

/** A strip of frames of the size that the model was trained on, as the original's datasets have them. */
const stripOf = ({ height, width }: Shape, trained: Shape): Shape | null =>
  height === trained.height && width >= 2 * trained.width && width % trained.width === 0 ? trained : null

/**
 * A picture or film that was looked at: its own shape, and that of its frames where it is a strip.
 *
 * @since 0.1.0
 */
export interface Looked {
  readonly clip: Clip
  readonly shape: Shape
  readonly strip: Shape | null
}

/**
 * Looks at a file, without reading its frames. `whole` pictures are strips only where they are as high as the model's
 * training frames; the frames of a driving strip are square otherwise.
 *
 * Shapes are in pixels. Fails as `openClip`: with `BadData`, `OverLimit`, `NoEngine` or `FileTrouble`.
 *
 * @category files
 * @since 0.1.0
 */
export const look = (
  path: string,
  config: Config,
  whole: boolean,
  limits: Partial<Limits>
): TE.TaskEither<Problem, Looked> =>
  pipe(
    openClip(path, { limits, whole: true }),
    TE.flatMap((clip): TE.TaskEither<Problem, Looked> => {
      const own = { height: clip.sourceHeight, width: clip.sourceWidth }
      if (clip.kind !== 'picture') return TE.right({ clip, shape: own, strip: null })
      const strip = stripOf(own, trainedSize(config))
      if (strip === null && whole) return TE.right({ clip, shape: own, strip })
      return pipe(
        openClip(path, { limits, ...(strip === null ? {} : { frameShape: strip }) }),
        TE.map((cut) => {
          const shape = { height: cut.sourceHeight, width: cut.sourceWidth }
          return { clip: cut, shape, strip: cut.kind === 'strip' ? shape : null }
        })
      )
    })
  )

const even = (n: number): number => Math.max(2, 2 * Math.round(n / 2))

/**
 * From the networks' size back to the proportions of the source: bars cut off, stretching undone.
 *
 * @since 0.1.0
 */
export const framingOf = (source: Shape, size: Shape, fit: Fit): Framing => {
  if (fit === 'crop') return { cut: null, size: null }
  if (fit === 'pad') {
    const { scaled, x, y } = place(source, size, 'pad') // laid at (-x, -y) on black
    const whole = scaled.height === size.height && scaled.width === size.width
    return { cut: whole ? null : { top: -y, left: -x, ...scaled }, size: null }
  }
  const scale = Math.sqrt((size.height * size.width) / (source.height * source.width))
  const shown = { height: even(source.height * scale), width: even(source.width * scale) }
  const same = shown.height === size.height && shown.width === size.width
  return { cut: null, size: same ? null : shown }
}

/**
 * The configuration's normalisation with the options of the command line laid over it. Fails with `Usage` where both relative
 * and absolute motion are asked for.
 *
 * @since 0.1.0
 */
export const normalisationOf = (
  config: Config,
  o: Readonly<Record<'relative' | 'absolute' | 'adaptScale' | 'adaptVariance' | 'clip', boolean>>
): E.Either<Problem, Normalisation> => {
  const own = config.transfer_params.normalization_params
  if (o.relative && o.absolute)
    return E.left({ _tag: 'Usage', at: '--relative', expected: 'one of --relative and --absolute', actual: 'both' })
  return E.right({
    move_location: o.relative || (own.move_location && !o.absolute),
    movement_mult: o.adaptScale || own.movement_mult,
    adapt_variance: o.adaptVariance || own.adapt_variance,
    clip_mean: o.clip || own.clip_mean
  })
}

/**
 * The limits that options name.
 *
 * @since 0.1.0
 */
export const limitsOf = (o: {
  readonly maxPixels: number | undefined
  readonly maxFrames: number | undefined
  readonly maxSeconds: number | undefined
}): Partial<Limits> => ({
  ...(o.maxPixels === undefined ? {} : { pixels: o.maxPixels }),
  ...(o.maxFrames === undefined ? {} : { frames: o.maxFrames }),
  ...(o.maxSeconds === undefined ? {} : { seconds: o.maxSeconds })
})
