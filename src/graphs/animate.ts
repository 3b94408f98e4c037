/**
 * Whole commands as graphs: from files to files.
 *
 * @since 0.1.0
 */
import { alignment } from '../nodes/alignment.js'
import type { Keypoints } from '../nodes/keypoints.js'
import type { Sink, Source } from '../nodes/node.js'
import { beside, cut, drawKeypoints, toSize } from '../nodes/picture.js'
import { record } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { detector } from './detector.js'
import { type Draw, graph, toNode, type Wire, type Wires } from './graph.js'
import { type Normalisation, needsInitial } from './normalise.js'
import type { ModelParams } from './params/model.js'
import { type Steadiness, steadied } from './steady.js'
import { transferPoses } from './transfer.js'

type Image = Source<{ readonly image: tf.Tensor4D }>
type Frames = Source<{ readonly frames: tf.Tensor4D }>
type Film = Sink<{ readonly frames: tf.Tensor4D }>

/**
 * The part of a picture that is shown, and the size at which.
 *
 * @since 0.1.0
 */
export interface Framing {
  readonly cut: { readonly top: number; readonly left: number; readonly height: number; readonly width: number } | null
  readonly size: { readonly height: number; readonly width: number } | null
}

/**
 * What an animation is made of. Pictures come as [1, H, W, 3] and frames as [T, H, W, 3], from 0 to 1; keypoints in [-1, 1].
 *
 * @since 0.1.0
 */
export interface Animation {
  readonly model: ModelParams
  readonly normalisation: Normalisation
  readonly source: Image
  /** Frames, or the keypoints of some. */
  readonly driving: Frames | Source<Keypoints>
  /** The driving frame where the motion starts, or its keypoints; the first that comes unless given. Not read for absolute motion. */
  readonly initial?: Image | Source<Keypoints> | undefined
  /** How far relative motion goes, 1 as driven; and what is done to the driving keypoints before. */
  readonly strength?: number
  readonly steadiness?: Steadiness
  readonly framing: Framing
  /** Where the result goes. */
  readonly films: ReadonlyArray<{
    readonly sink: Film
    /** Show the way to the result: source, driving with keypoints, deformed source, prediction. */
    readonly compare: boolean
  }>
}

/** Back to the proportions of the source. */
export const frame = (id: string, x: Wire<tf.Tensor4D>, framing: Framing, { step }: Draw): Wire<tf.Tensor4D> => {
  const part = framing.cut === null ? x : step(`${id}Cut`, cut(framing.cut), { x }).y
  return framing.size === null ? part : step(`${id}Size`, toSize(framing.size), { x: part }).y
}

type Pointed = Readonly<Record<'frames' | 'mean', Wire<any>>>
type Made = Readonly<Record<'deformed' | 'prediction', Wire<tf.Tensor4D>>>

/** The way to a result in columns: the source with its keypoints, frames with those it is to have, what was made of it. */
export const compared = (source: Pointed, aim: Pointed, made: Made, framing: Framing, draw: Draw) => {
  const { step } = draw
  const points = drawKeypoints({ radius: 2 })
  const drawnSource = step('sourcePoints', points, source).frames
  const drawnDriving = step('drivingPoints', points, aim).frames
  const columns = [drawnDriving, made.deformed, made.prediction].map((x, i) => frame(`column${i}`, x, framing, draw))
  return columns.reduce(
    (left, right, i) => step(`beside${i}`, beside, { left, right }).frames,
    frame('columnSource', drawnSource, framing, draw)
  )
}

/** A result, or the way to it, into films. */
export const shownIn = (
  films: Animation['films'],
  result: Wire<tf.Tensor4D>,
  comparison: () => Wire<tf.Tensor4D>,
  { step }: Draw
): void => {
  const way = films.some(({ compare }) => compare) ? comparison() : result
  films.forEach(({ sink, compare }, i) => step(`film${i}`, sink, { frames: compare ? way : result }))
}

/** What sources of pictures, frames and keypoints deliver. */
type Seen = Keypoints & { readonly image?: tf.Tensor4D; readonly frames?: tf.Tensor4D }
type Given = Partial<Wires<Keypoints>> & Readonly<Partial<Record<'image' | 'frames', Wire<tf.Tensor4D>>>>

/** The keypoints that a source delivers, or those of the pictures that it delivers. */
const pointsIn = (id: string, given: Given, model: ModelParams, { step }: Draw): Wires<Keypoints> => {
  const frames = given.frames ?? given.image
  if (frames === undefined) return given as Wires<Keypoints>
  const detect = toNode(detector(model.common_params, model.kp_detector_params))
  return step(id, detect, { frames }, 'kp_detector')
}

/**
 * A picture moved by a film, or by the keypoints of one, into a film: what `keyflow transfer` runs. The source, its keypoints and its encoding are held;
 * `score` [1] tells how well the driving frame where the motion starts is aligned with it.
 *
 * Pictures are RGB from 0 to 1, as `readPicture` and `readFilm` give them.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.6; `transfer_one` in the reference `transfer.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const animate = ({
  model,
  normalisation,
  framing,
  films,
  strength = 1,
  steadiness = { smoothing: null, recalibrate: [] },
  ...sources
}: Animation) =>
  graph('animate', record({}), (_, draw) => {
    const { step } = draw
    const { common_params: common } = model
    const source = step('source', sources.source, {}).image
    const from = pointsIn('from', { image: source }, model, draw)
    const given = step('driving', sources.driving as Source<Seen>, {}) as Given
    const seen = pointsIn('seen', given, model, draw)
    const known = !needsInitial(normalisation) || sources.initial !== undefined
    const start = () =>
      needsInitial(normalisation)
        ? pointsIn('start', step('initial', sources.initial as Source<Seen>, {}) as Given, model, draw)
        : from
    const steady = known ? steadiness : { ...steadiness, onRequest: true }
    const { driving, initial } = steadied(seen, start, steady, common, draw)
    const made = step(
      'transfer',
      toNode(transferPoses(model, normalisation, strength)),
      { source, from, initial, driving },
      ''
    )
    const result = frame('prediction', made.prediction, framing, draw)
    const shown =
      given.frames === undefined
        ? { frames: made.prediction, mean: made.normalised.mean }
        : { frames: given.frames, mean: driving.mean }
    const comparison = () => compared({ frames: source, mean: from.mean }, shown, made, framing, draw)
    shownIn(films, result, comparison, draw)
    return step('alignment', alignment, { source: from.mean, driving: initial.mean })
  })

/**
 * Keypoints of every frame of a film; with `film`, also the frames with the keypoints drawn as discs of `radius` pixels; with
 * `initial`, also those of that frame alone, as `start`.
 *
 * `points` and `start` are `Keypoints` of T frames a tick and of one: `mean` [T, K, 2] in [-1, 1], `var` as the model has it.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.2.
 *
 * @category graphs
 * @since 0.1.0
 */
export const watch = (
  model: ModelParams,
  frames: Frames,
  film: Film | null,
  { radius = 2, initial }: { readonly radius?: number; readonly initial?: Image } = {}
) =>
  graph('watch', record({}), (_, draw) => {
    const { step } = draw
    const seen = step('frames', frames, {})
    const points = pointsIn('detect', seen, model, draw)
    if (film !== null)
      step('film', film, step('draw', drawKeypoints({ radius }), { frames: seen.frames, mean: points.mean }))
    if (initial === undefined) return { points }
    return { points, start: pointsIn('start', step('initial', initial, {}), model, draw) }
  })

/**
 * How far the pose of every frame of a film is from a picture's: `score` [T] a tick, from 0 for the same pose to 2. Pictures
 * are RGB from 0 to 1.
 *
 * Source: supplement, section C.1; see `alignment`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const align = (model: ModelParams, picture: Image, film: Frames | Source<Keypoints>) =>
  graph('align', record({}), (_, draw) => {
    const source = pointsIn('from', draw.step('source', picture, {}), model, draw)
    const driving = pointsIn('seen', draw.step('driving', film as Source<Seen>, {}) as Given, model, draw)
    return draw.step('alignment', alignment, { source: source.mean, driving: driving.mean })
  })
