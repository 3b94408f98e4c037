/**
 * Batches of training: pairs of frames, changed by chance, any of them made without those before it.
 *
 * A place in the data is two numbers, the epoch and the index in it; what is there depends on them, the seed, the
 * settings and the clips alone. So a run that was stopped goes on with the batches that it would have had.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Shape } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { augment } from './augment/apply.js'
import { drawPlan, drawWindow, shapeAfter } from './augment/draw.js'
import type { AugmentationParams } from './augment/model.js'
import { toUnit } from './augment/unit.js'
import { readFrames } from './cache.js'
import type { Clip, Dataset } from './model.js'
import { generatorAt, shuffled } from './random.js'

/**
 * A place in the data: which epoch, and which batch of it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Position {
  readonly epoch: number
  readonly index: number
}

/**
 * Pictures [B, H, W, 3] from 0 to 1, and the clips that they are from. What is given belongs to whoever asked for it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Batch {
  readonly source: Float32Array
  readonly driving: Float32Array
  readonly shape: readonly [number, number, number, number]
  readonly names: ReadonlyArray<string>
}

/**
 * The batches of a dataset. `at` makes the one at a place, `from` all from there on, epoch after epoch without end, some
 * made ahead. Both throw a `MediaFailure` where frames can not be read.
 *
 * @category model
 * @since 0.1.0
 */
export interface Batches {
  readonly perEpoch: number
  /** Of every picture. */
  readonly shape: Shape
  readonly at: (position: Position) => Promise<Batch>
  readonly from: (position: Position, ahead?: number) => AsyncIterable<Position & { readonly batch: Batch }>
}

/**
 * How batches are made. With `dropLast` (as in training) what is left of an epoch is no batch; without, it is a smaller one.
 *
 * @category model
 * @since 0.1.0
 */
export interface Batching {
  readonly seed: number
  readonly batchSize: number
  readonly dropLast?: boolean
}

/**
 * The order of `count` clips in an epoch.
 *
 * @category random
 * @since 0.1.0
 */
export const order = (seed: number, epoch: number, count: number): ReadonlyArray<number> =>
  shuffled(
    generatorAt(seed, 'order', epoch),
    Array.from({ length: count }, (_, i) => i)
  )

/**
 * The place behind another.
 *
 * @category constructors
 * @since 0.1.0
 */
export const following = ({ epoch, index }: Position, perEpoch: number): Position =>
  index + 1 < perEpoch ? { epoch, index: index + 1 } : { epoch: epoch + 1, index: 0 }

/** The one shape of all pictures, or the clips that stand against it. */
const commonShape = ({ folder, clips }: Dataset, params: AugmentationParams): E.Either<Problem, Shape> => {
  const shapes = clips.map((clip) => ({ clip, shape: shapeAfter(clip, params) }))
  const bad = (file: string, expected: string, actual: string): E.Either<Problem, Shape> =>
    E.left({ _tag: 'BadData', file, at: 'size', expected, actual })
  const [first] = shapes
  if (first === undefined) return bad(folder, 'clips', 'none')
  const due = first.shape
  if (due === undefined) return bad(folder, 'a crop_param, because resize_param gives pictures of many sizes', 'none')
  const odd = shapes.find(({ shape }) => shape?.height !== due.height || shape.width !== due.width)
  if (odd === undefined) return E.right(due)
  const { source, height, width } = odd.clip
  return bad(source, `${due.height}x${due.width} as ${first.clip.source}, or a crop_param`, `${height}x${width}`)
}

/** One item: its two pictures, each [H, W, 3]. */
const pairOf = async (
  clip: Clip,
  params: AugmentationParams,
  seed: number,
  { epoch, index }: Position,
  item: number
): Promise<readonly [Float32Array, Float32Array]> => {
  const { frames, changes } = drawPlan(generatorAt(seed, 'item', epoch, index, item), clip, params)
  const { height, width } = clip
  const read = { count: 2, height, width, data: toUnit(await readFrames(clip, frames)) }
  const { data } = augment(read, changes)
  return [data.subarray(0, data.length / 2), data.subarray(data.length / 2)]
}

/** Keeps `ahead` results under way before they are asked for. */
async function* running<A>(start: (n: number) => Promise<A>, ahead: number): AsyncGenerator<A, void, undefined> {
  const waiting: Array<Promise<A>> = []
  for (let n = 0; ; n++) {
    const started = start(n)
    started.catch(() => undefined) // told when it is its turn
    waiting.push(started)
    if (waiting.length > ahead) yield await waiting.shift()!
  }
}

/**
 * Batches of a dataset: pictures [B, H, W, 3] from 0 to 1.
 *
 * Fails with `BadData` where there are too few clips for one batch, or pictures of several sizes. Asking for a batch rejects
 * with a `MediaFailure` where a file is no longer what it was.
 *
 * @category constructors
 * @since 0.1.0
 */
export const batches = (
  dataset: Dataset,
  params: AugmentationParams,
  { seed, batchSize, dropLast = true }: Batching
): E.Either<Problem, Batches> => {
  const { clips, folder } = dataset
  const perEpoch = dropLast ? Math.floor(clips.length / batchSize) : Math.ceil(clips.length / batchSize)
  if (perEpoch === 0) {
    const [expected, actual] = [`at least ${batchSize}, one batch`, `${clips.length}`]
    return E.left({ _tag: 'BadData', file: folder, at: 'clips', expected, actual })
  }
  return E.map((shape: Shape): Batches => {
    const { height, width } = shape
    const orders = new Map<number, ReadonlyArray<number>>()
    const inOrder = (epoch: number): ReadonlyArray<number> => {
      const known = orders.get(epoch) ?? order(seed, epoch, clips.length)
      orders.clear() // the last one asked for is enough
      orders.set(epoch, known)
      return known
    }
    const at = async (position: Position): Promise<Batch> => {
      const { epoch, index } = position
      const chosen = inOrder(epoch)
        .slice(index * batchSize, (index + 1) * batchSize)
        .map((n) => clips[n]!)
      const pairs = await Promise.all(chosen.map((clip, item) => pairOf(clip, params, seed, position, item)))
      const size = height * width * 3
      const [source, driving] = [new Float32Array(pairs.length * size), new Float32Array(pairs.length * size)]
      pairs.forEach(([a, b], n) => {
        source.set(a, n * size)
        driving.set(b, n * size)
      })
      return { source, driving, shape: [pairs.length, height, width, 3], names: chosen.map(({ name }) => name) }
    }
    const from = (start: Position, ahead = 2) => {
      let next = start
      return running(async () => {
        const position = next
        next = following(position, perEpoch)
        return { ...position, batch: await at(position) }
      }, ahead)
    }
    return { perEpoch, shape, at, from }
  })(commonShape(dataset, params))
}

/**
 * Frames of a clip as numbers from 0 to 1: the first `count`, all by default, without changes, as the original tests with.
 *
 * Rejects with a `MediaFailure` where the file is no longer what it was.
 *
 * @category reading
 * @since 0.1.0
 */
export const wholeClip = async (
  clip: Clip,
  count = clip.frames
): Promise<{ readonly data: Float32Array; readonly shape: readonly [number, number, number, number] }> => {
  const indices = Array.from({ length: Math.min(count, clip.frames) }, (_, i) => i)
  return { data: toUnit(await readFrames(clip, indices)), shape: [indices.length, clip.height, clip.width, 3] }
}

/**
 * Which frames of a clip an epoch of the predictor's training sees: `count` that follow one another.
 *
 * @category random
 * @since 0.1.0
 */
export const windowAt = (seed: number, epoch: number, item: number, frames: number, count: number) =>
  drawWindow(generatorAt(seed, 'window', epoch, item), frames, count)
