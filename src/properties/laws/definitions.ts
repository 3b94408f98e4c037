/**
 * The laws of small nodes: each is its definition, entry by entry.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { detach } from '../../nodes/detach.js'
import type { frameDifference, mirror, shiftRight } from '../../nodes/displace.js'
import type { absoluteLoss, sequenceLoss, squaredLoss } from '../../nodes/losses.js'
import type { halves, pair } from '../../nodes/pair.js'
import type { outline } from '../../nodes/picture.js'
import type { constantScale, relativeMotion, strengthen } from '../../nodes/relative-motion.js'
import * as tf from '../../nodes/tf.js'
import type { asSequence, beginWith, framesAt, holdStep } from '../../nodes/timeline.js'
import * as some from '../arbitrary/numbers.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, entries, near, reader, tabulated } from '../tensors.js'

/** A map [b, h, w, c]. */
interface Map {
  readonly b: number
  readonly h: number
  readonly w: number
  readonly c: number
  readonly seed: number
}
const three = some.count(3)
const side = some.count(6)
const maps: fc.Arbitrary<Map> = fc.record({ b: three, h: side, w: side, c: three, seed: some.seed })
const map = ({ b, h, w, c, seed }: Map, salt = 0) => drawn<tf.Rank.R4>([b, h, w, c], seed + salt)
const mean = (xs: ArrayLike<number>): number => Array.from(xs).reduce((s, v) => s + v, 0) / xs.length

/** Positions carried over, and their scale. */
interface Relative {
  readonly relativeMotion: typeof relativeMotion
  readonly constantScale: typeof constantScale
  readonly strengthen: typeof strengthen
}

/**
 * What motion keeps that is carried over from one object to another.
 *
 * @category laws
 * @since 0.1.0
 */
export const relativeMotionLaws: ReadonlyArray<Law<Relative>> = [
  law('is source + (driving - initial) * scale', [three, some.count(5), some.real(-2, 2), some.seed], (r: Relative) =>
    tidied((b: number, k: number, factor: number, seed: number) => {
      const one = (n: number, salt: number) => drawn<tf.Rank.R3>([n, k, 2], seed + salt)
      const [source, initial, driving] = [one(1, 1), one(1, 2), one(b, 3)]
      const [s, i, d] = [reader(source), reader(initial), reader(driving)]
      near(
        r.relativeMotion.run({ source, initial, driving, scale: tf.scalar(factor) }, {}).mean,
        tabulated([b, k, 2], (n, p, axis) => s(0, p, axis) + (d(n, p, axis) - i(0, p, axis)) * factor)
      )
    })
  ),
  law('has a scale that is settled, and stronger by a factor', [some.real(-3, 3), some.real(0, 2)], (r: Relative) =>
    tidied((value: number, by: number) => {
      const scale = r.constantScale({ value }).run({}, {}).scale as tf.Scalar
      near(scale, tf.scalar(value), 1e-6)
      near(r.strengthen.run({ scale, strength: tf.scalar(by) }, {}).scale, tf.scalar(value * by), 1e-6)
    })
  )
]

/** Losses: means of distances. */
interface Losses {
  readonly absoluteLoss: typeof absoluteLoss
  readonly squaredLoss: typeof squaredLoss
  readonly sequenceLoss: typeof sequenceLoss
}
const weight = some.real(0.5, 10)

/**
 * What losses keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const lossLaws: ReadonlyArray<Law<Losses>> = [
  law('of two maps is their mean distance, from either side', [maps, weight], (l: Losses) =>
    tidied((o: Map, by: number) => {
      const [a, b] = [map(o), map(o, 1)]
      const apart = mean(entries(a).map((v, i) => Math.abs(v - entries(b)[i]!)))
      const loss = l.absoluteLoss({ weight: by })
      near(loss.run({ a, b }, {}).loss, tf.scalar(by * apart))
      near(loss.run({ a: b, b: a }, {}).loss, tf.scalar(by * apart))
      near(loss.run({ a, b: a }, {}).loss, tf.scalar(0), 0)
    })
  ),
  law('of scores is their mean squared distance from a target', [maps, weight, some.oneOf(0, 1)], (l: Losses) =>
    tidied((o: Map, by: number, target: number) => {
      const x = map(o)
      const due = by * mean(entries(x).map((v) => (v - target) ** 2))
      near(l.squaredLoss({ weight: by, target }).run({ x }, {}).loss, tf.scalar(due))
    })
  ),
  law(
    'of a sequence is the mean distance of its later steps',
    [three, some.count(5), fc.nat(4), some.seed],
    (l: Losses) =>
      tidied((b: number, t: number, before: number, seed: number) => {
        const from = Math.min(before, t)
        const [x, y] = [drawn([b, t + 1, 2, 2], seed), drawn([b, t + 1, 2, 2], seed + 1)]
        const late = (z: tf.Tensor) => entries(tf.slice(z, [0, from, 0, 0], [b, t + 1 - from, 2, 2]))
        const due = mean(late(x).map((v, i) => Math.abs(v - late(y)[i]!)))
        near(l.sequenceLoss({ from, dims: 'K 2' }).run({ a: x, b: y }, {}).loss, tf.scalar(due))
      })
  )
]

/** What hands tensors on. */
interface Hands {
  readonly detach: typeof detach
  readonly pair: typeof pair
  readonly halves: typeof halves
}

/**
 * What nodes keep that hand tensors on.
 *
 * @category laws
 * @since 0.1.0
 */
export const handingLaws: ReadonlyArray<Law<Hands>> = [
  law('two batches in one are taken apart again, and what is handed on is itself', [maps], (h: Hands) =>
    tidied((o: Map) => {
      const [a, b] = [map(o), map(o, 1)]
      const dims = 'H W C'
      const both = h.pair({ dims }).run({ a, b }, {}).y
      const [p, q] = [reader(a), reader(b)]
      near(
        both,
        tabulated([2 * o.b, o.h, o.w, o.c], (n, ...at) => (n < o.b ? p(n, ...at) : q(n - o.b, ...at))),
        0
      )
      const apart = h.halves({ dims }).run({ x: both }, {})
      near(apart.a, a, 0)
      near(apart.b, b, 0)
      near(h.detach({ dims: 'B H W C' }).run({ x: a }, {}).y, a, 0)
    })
  )
]

/** Steps of a sequence. */
interface Timeline {
  readonly asSequence: typeof asSequence
  readonly beginWith: typeof beginWith
  readonly holdStep: typeof holdStep
  readonly framesAt: typeof framesAt
}

/**
 * What nodes keep that pick and put steps of a sequence.
 *
 * @category laws
 * @since 0.1.0
 */
export const timelineLaws: ReadonlyArray<Law<Timeline>> = [
  law('begins with steps of another', [three, some.count(5), fc.nat(6), some.seed], (s: Timeline) =>
    tidied((b: number, t: number, keep: number, seed: number) => {
      const [start, x] = [drawn([b, t + 1, 2, 2], seed), drawn([b, t, 2, 2], seed + 1)]
      const [p, q] = [reader(start), reader(x)]
      near(
        s.beginWith({ keep, dims: 'K 2' }).run({ start, x }, {}).y,
        tabulated([b, t, 2, 2], (n, i, ...at) => (i < keep ? p(n, i, ...at) : q(n, i, ...at))),
        0
      )
    })
  ),
  law('holds one of its steps', [three, some.count(5), fc.nat(4), three, some.seed], (s: Timeline) =>
    tidied((b: number, t: number, step: number, frames: number, seed: number) => {
      const x = drawn([b, t, 2, 2], seed)
      const at = reader(x)
      near(
        s.holdStep({ at: step % t, frames, dims: 'K 2' }).run({ x }, {}).y,
        tabulated([b, frames, 2, 2], (n, _, ...rest) => at(n, step % t, ...rest)),
        0
      )
    })
  ),
  law(
    'is made of frames, and gives them back',
    [some.count(5), fc.array(fc.nat(4), { minLength: 1 }), some.seed],
    (s: Timeline) =>
      tidied((t: number, picks: ReadonlyArray<number>, seed: number) => {
        const frames = drawn([t, 3, 2], seed)
        const index = picks.map((n) => n % t)
        const at = reader(frames)
        const x = s.asSequence({ dims: 'K 2' }).run({ x: frames }, {}).y
        near(x, tf.reshape(frames, [1, t, 3, 2]), 0)
        near(
          s.framesAt({ dims: 'K 2' }).run({ x, index: tf.tensor1d(index, 'int32') }, {}).y,
          tabulated([index.length, 3, 2], (n, ...rest) => at(index[n]!, ...rest)),
          0
        )
      })
  )
]

/** Pictures that are displaced, compared and framed. */
interface Displaced {
  readonly mirror: typeof mirror
  readonly shiftRight: typeof shiftRight
  readonly frameDifference: typeof frameDifference
  readonly outline: typeof outline
}

/**
 * What displaced pictures keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const displacementLaws: ReadonlyArray<Law<Displaced>> = [
  law('mirrored twice is itself, and once has its columns reversed', [maps], (d: Displaced) =>
    tidied((o: Map) => {
      const x = map(o)
      const at = reader(x)
      const once = d.mirror.run({ x }, {}).y as tf.Tensor4D
      near(
        once,
        tabulated([o.b, o.h, o.w, o.c], (n, i, j, c) => at(n, i, o.w - 1 - j, c)),
        0
      )
      near(d.mirror.run({ x: once }, {}).y, x, 0)
    })
  ),
  law('moved to the right has its first column on the left', [maps, fc.nat(8)], (d: Displaced) =>
    tidied((o: Map, pixels: number) => {
      const x = map(o)
      const at = reader(x)
      near(
        d.shiftRight({ pixels }).run({ x }, {}).y,
        tabulated([o.b, o.h, o.w, o.c], (n, i, j, c) => at(n, i, Math.max(0, j - pixels), c)),
        0
      )
    })
  ),
  law('is as far from another as its pixels are in the mean', [maps, fc.boolean()], (d: Displaced) =>
    tidied((o: Map, shared: boolean) => {
      const [left, right] = [map(shared ? { ...o, b: 1 } : o, 1), map(o)]
      const whole = tf.tile(left, [shared ? o.b : 1, 1, 1, 1])
      const each = o.h * o.w * o.c
      const [p, q] = [entries(whole), entries(right)]
      near(
        d.frameDifference.run({ left, right }, {}).difference,
        tabulated([o.b], (n) =>
          mean(Array.from({ length: each }, (_, i) => Math.abs(p[n * each + i]! - q[n * each + i]!)))
        )
      )
    })
  ),
  law('is framed by a line of one pixel', [maps], (d: Displaced) =>
    tidied((o: Map) => {
      const frames = map(o)
      const at = reader(frames)
      const border = (i: number, size: number) => i === 0 || i === size - 1
      near(
        d.outline.run({ frames }, {}).frames,
        tabulated([o.b, o.h, o.w, o.c], (n, i, j, c) => (border(i, o.h) || border(j, o.w) ? 1 : at(n, i, j, c))),
        0
      )
    })
  )
]
