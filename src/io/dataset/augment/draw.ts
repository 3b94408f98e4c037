/**
 * Draws the changes of one clip for one step of training.
 *
 * Order: two frames with replacement, flip, rotation, resize, crop, colours. A flip in time excludes a flip left to
 * right. An edge of the crop is drawn wherever there is room; the reference asks the other axis whether there is, so
 * that of a clip which is only too wide it always takes the left.
 *
 * Source: `AllAugmentationTransform` and the classes that it is made of in the reference `augmentation.py`.
 *
 * @since 0.1.0
 */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import type { Shape } from '../../media/index.js'
import { below, shuffled, uniform } from '../random.js'
import type { AugmentationParams, Change, Colour, Plan } from './model.js'

/**
 * Indices of `count` frames, drawn with replacement, in order.
 *
 * @category random
 * @since 0.1.0
 */
const drawFrames = (random: RandomGenerator, frames: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, () => below(random, frames)).sort((a, b) => a - b)

/**
 * Indices of `count` frames that follow one another, from a place of chance; all frames of a clip that has no more.
 *
 * @category random
 * @since 0.1.0
 */
export const drawWindow = (random: RandomGenerator, frames: number, count: number): ReadonlyArray<number> => {
  const first = below(random, Math.max(1, frames - count + 1))
  return Array.from({ length: Math.min(count, frames) }, (_, i) => first + i)
}

const drawFlip = (random: RandomGenerator, { flip_param: p }: AugmentationParams): ReadonlyArray<Change> => {
  if (p === null) return []
  const [time, side] = [uniform(random, 0, 1) < 0.5, uniform(random, 0, 1) < 0.5]
  if (time && p.time_flip) return [{ _tag: 'Reverse' }]
  return side && p.horizontal_flip ? [{ _tag: 'Mirror' }] : []
}

const drawRotation = (random: RandomGenerator, { rotation_param: p }: AugmentationParams): ReadonlyArray<Change> =>
  p === null ? [] : [{ _tag: 'Rotate', degrees: uniform(random, p.degrees[0]!, p.degrees[1]!) }]

const drawSize = (
  random: RandomGenerator,
  { height, width }: Shape,
  { resize_param: p }: AugmentationParams
): Shape => {
  if (p === null) return { height, width }
  const scale = uniform(random, p.ratio[0]!, p.ratio[1]!)
  return { height: Math.max(1, Math.trunc(height * scale)), width: Math.max(1, Math.trunc(width * scale)) }
}

/** Where a line of `due` samples starts in one of `length`; before it where it is too short, the odd sample behind. */
const drawEdge = (random: RandomGenerator, length: number, due: number): number =>
  length > due ? below(random, length - due + 1) : -Math.floor((due - length) / 2)

const drawColours = (random: RandomGenerator, { jitter_param: p }: AugmentationParams): ReadonlyArray<Change> => {
  if (p === null) return []
  const factor = (of: Colour['of'], most: number): ReadonlyArray<Colour> =>
    most > 0 ? [{ of, by: uniform(random, Math.max(0, 1 - most), 1 + most) }] : []
  const steps = [
    ...factor('brightness', p.brightness),
    ...factor('contrast', p.contrast),
    ...factor('saturation', p.saturation),
    ...(p.hue > 0 ? [{ of: 'hue' as const, by: uniform(random, -p.hue, p.hue) }] : [])
  ]
  return [{ _tag: 'Colours', steps: shuffled(random, steps) }]
}

/**
 * The changes of a clip of so many frames of this shape. Nothing but the generator decides, and only these are asked.
 *
 * @category random
 * @since 0.1.0
 */
export const drawPlan = (
  random: RandomGenerator,
  clip: Shape & { readonly frames: number },
  params: AugmentationParams
): Plan => {
  const frames = drawFrames(random, clip.frames, 2)
  const flip = drawFlip(random, params)
  const rotation = drawRotation(random, params)
  const size = drawSize(random, clip, params)
  const resize: ReadonlyArray<Change> =
    params.resize_param === null
      ? []
      : [{ _tag: 'Resize', ...size, smooth: params.resize_param.interpolation === 'bilinear' }]
  const [height, width] = params.crop_param?.size ?? []
  const crop: ReadonlyArray<Change> =
    height === undefined || width === undefined
      ? []
      : [
          {
            _tag: 'Crop',
            left: drawEdge(random, size.width, width),
            top: drawEdge(random, size.height, height),
            height,
            width
          }
        ]
  return { frames, changes: [...flip, ...rotation, ...resize, ...crop, ...drawColours(random, params)] }
}

/**
 * The shape of what the changes give for frames of a shape; nothing where it is a matter of chance.
 *
 * @category sizes
 * @since 0.1.0
 */
export const shapeAfter = (shape: Shape, { crop_param, resize_param }: AugmentationParams): Shape | undefined => {
  if (crop_param !== null) return { height: crop_param.size[0]!, width: crop_param.size[1]! }
  return resize_param === null ? { height: shape.height, width: shape.width } : undefined
}
