/**
 * The laws of warping: what any node that reads a picture at the positions of a flow must keep.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import { node, type Primitive } from '../../nodes/node.js'
import { corners, gathered } from '../../nodes/sample.js'
import * as tf from '../../nodes/tf.js'
import { warp } from '../../nodes/warp.js'
import * as some from '../arbitrary/numbers.js'
import { atMost } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, inner, near, perSample, reader, tabulated } from '../tensors.js'
import { pull } from './differentiation.js'

/**
 * Anything that warps: a node, or a function of a picture [n, h, w, c] and positions [b, toH, toW, 2] that it is read at.
 *
 * Positions are x and y, from -1 at the first pixel centre to 1 at the last; `n` is `b`, or 1 for a picture that all flows
 * read. What lies outside of the picture is zero.
 *
 * @category model
 * @since 0.1.0
 */
export type Warp = Warping | ((image: tf.Tensor4D, flow: tf.Tensor4D) => tf.Tensor)
type Warping = Primitive<{ readonly image: tf.Tensor4D; readonly flow: tf.Tensor4D }, { readonly image: tf.Tensor4D }>

/** The node that a warp is. */
const asNode = (w: Warp): Warping =>
  typeof w !== 'function'
    ? w
    : node(w.name, { inputs: warp.inputs, outputs: warp.outputs }, ({ image, flow }) => ({ image: w(image, flow) }))

/** A picture [n, h, w, c] read at positions [b, toH, toW]. */
interface Sizes {
  readonly n: number
  readonly b: number
  readonly h: number
  readonly w: number
  readonly toH: number
  readonly toW: number
  readonly c: number
  readonly seed: number
}

const read = (warping: Warp, image: tf.Tensor, flow: tf.Tensor): tf.Tensor4D =>
  asNode(warping).run({ image: image as tf.Tensor4D, flow: flow as tf.Tensor4D }, {}).image as tf.Tensor4D

const picture = ({ n, h, w, c, seed }: Sizes) => drawn<tf.Rank.R4>([n, h, w, c], seed)
const wild = ({ b, toH, toW, seed }: Sizes) => drawn<tf.Rank.R4>([b, toH, toW, 2], seed + 1, -1.8, 1.8)

/** The place in [-1, 1] of a pixel among `size`, fractions of pixels too. */
const place = (pixel: number, size: number): number => (size === 1 ? -1 : (2 * pixel) / (size - 1) - 1)

/** A flow [b, h, w, 2] that reads pixel (`x`, `y`) of pictures `width` x `height` for each output pixel (i, j). */
const reading = (
  [b, toH, toW]: readonly [number, number, number],
  [height, width]: readonly [number, number],
  at: (i: number, j: number, n: number) => readonly [number, number]
): tf.Tensor4D =>
  tabulated<tf.Rank.R4>([b, toH, toW, 2], (n, i, j, axis) => {
    const [x, y] = at(i, j, n)
    return axis === 0 ? place(x, width) : place(y, height)
  })

/** Law: read everywhere at its own place, a picture is itself. */
const identityGridKeeps = (warping: Warp) =>
  tidied((o: Sizes) => {
    const { n, h, w } = o
    near(
      read(
        warping,
        picture(o),
        reading([n, h, w], [h, w], (i, j) => [j, i])
      ),
      picture(o)
    )
  })

/** Law: `warp(a x + b y) = a warp(x) + b warp(y)`. */
const linearInTheImage = (warping: Warp) =>
  tidied((o: Sizes, a: number, b: number) => {
    const [x, y, flow] = [picture(o), picture({ ...o, seed: o.seed + 7 }), wild(o)]
    const mixed = tf.add(tf.mul(x, a), tf.mul(y, b))
    near(
      read(warping, mixed, flow),
      tf.add(tf.mul(read(warping, x, flow), a), tf.mul(read(warping, y, flow), b)),
      1e-5 * (1 + Math.abs(a) + Math.abs(b))
    )
  })

/** Law: what is read a pixel or more outside of the picture is zero, whatever the picture. */
const zeroOutside = (warping: Warp) =>
  tidied((o: Sizes, left: boolean, upright: boolean) => {
    const { b, toH, toW, h, w } = o
    const far = drawn([b, toH, toW], o.seed + 3, 1.001, 5).dataSync()
    const beyond = (k: number, size: number) => (left ? -far[k]! : size - 1 + far[k]!)
    const flow = reading([b, toH, toW], [h, w], (i, j, n) => {
      const k = (n * toH + i) * toW + j
      return upright ? [j % w, beyond(k, h)] : [beyond(k, w), i % h]
    })
    near(read(warping, picture(o), flow), tf.zeros([b, toH, toW, o.c]), 0)
  })

/** Law: a shift by whole pixels moves them and changes none; what comes in from outside is zero. */
const integerTranslationsAreExact = (warping: Warp) =>
  tidied((o: Sizes, dx: number, dy: number) => {
    const { n, h, w, c } = o
    const x = picture(o)
    const at = reader(x)
    near(
      read(
        warping,
        x,
        reading([n, h, w], [h, w], (i, j) => [j + dx, i + dy])
      ),
      tabulated([n, h, w, c], (m, i, j, k) => at(m, i + dy, j + dx, k))
    )
  })

/** Law: two shifts in the same direction, one after the other, are one. */
const translationsCompose = (warping: Warp) =>
  tidied((o: Sizes, [ax, ay]: readonly [number, number], [bx, by]: readonly [number, number], sign: number) => {
    const { n, h, w } = o
    const shift = (image: tf.Tensor, dx: number, dy: number) =>
      read(
        warping,
        image,
        reading([n, h, w], [h, w], (i, j) => [j + sign * dx, i + dy])
      )
    near(shift(shift(picture(o), ax, ay), bx, by), shift(picture(o), ax + bx, ay + by))
  })

/** An affine function of the position: `p + q x + r y`. */
type Affine = readonly [number, number, number]
const evaluate = ([p, q, r]: Affine, x: number, y: number) => p + q * x + r * y

/**
 * Law: a picture that is an affine function of the position is read as that function, and two affine flows one after the
 * other are one, as long as both stay inside.
 */
const affineFlowsCompose = (warping: Warp) =>
  tidied((o: Sizes, f: readonly [Affine, Affine], g: readonly [Affine, Affine], colour: Affine) => {
    const { n, h, w } = o
    const inside = ([p, q, r]: Affine): Affine => [p / 3, q / 3, r / 3] // |p|, |q|, |r| <= 1: within [-1, 1]
    const map = ([x, y]: readonly [number, number], m: readonly [Affine, Affine]): readonly [number, number] => [
      evaluate(inside(m[0]), x, y),
      evaluate(inside(m[1]), x, y)
    ]
    const flow = (m: (at: readonly [number, number]) => readonly [number, number]) =>
      tabulated<tf.Rank.R4>([n, h, w, 2], (_, i, j, axis) => m([place(j, w), place(i, h)])[axis]!)
    const image = tabulated<tf.Rank.R4>([n, h, w, 1], (_, i, j) => evaluate(colour, place(j, w), place(i, h)))
    const byF = flow((at) => map(at, f))
    const once = read(warping, image, byF)
    near(
      once,
      tabulated<tf.Rank.R4>([n, h, w, 1], (_, i, j) => evaluate(colour, ...map([place(j, w), place(i, h)], f)))
    )
    const both = flow((at) => map(map(at, g), f))
    const byG = flow((at) => map(at, g))
    near(read(warping, once, byG), read(warping, image, both))
  })

/** Law: every output pixel is the mean of the four input pixels around its position, each by its nearness; 0 outside. */
const readsBetweenPixels = (warping: Warp) =>
  tidied((o: Sizes) => {
    const { n, b, toH, toW, h, w, c } = o
    const [x, flow] = [picture(o), wild(o)]
    const [pixel, at] = [reader(x), reader(flow)]
    const tent = (d: number) => Math.max(0, 1 - Math.abs(d))
    const expected = tabulated<tf.Rank.R4>([b, toH, toW, c], (m, i, j, k) => {
      const [px, py] = [((at(m, i, j, 0) + 1) / 2) * (w - 1), ((at(m, i, j, 1) + 1) / 2) * (h - 1)]
      let sum = 0
      for (const row of [Math.floor(py), Math.floor(py) + 1])
        for (const column of [Math.floor(px), Math.floor(px) + 1])
          sum += tent(row - py) * tent(column - px) * pixel(n === 1 ? 0 : m, row, column, k)
      return sum
    })
    near(read(warping, x, flow), expected)
  })

/** Law: the form that the backend runs is the portable one: four gathers. */
const sameAsGathered = (warping: Warp) =>
  tidied((o: Sizes) => {
    const { n, b, toH, toW, h, w, c } = o
    const [x, flow] = [picture(o), wild(o)]
    const portable = gathered(tf.reshape(x, [n * h * w, c]), corners([n, h, w], flow))
    near(read(warping, x, flow), tf.reshape(portable, [b, toH, toW, c]), 1e-6)
  })

/** Law: one picture for a batch of flows is that picture once for each of them, and samples do not see each other. */
const onePictureServesABatch = (warping: Warp) =>
  tidied((o: Sizes) => {
    const [x, flow] = [picture({ ...o, n: 1 }), wild(o)]
    const repeated = tf.tile(x, [o.b, 1, 1, 1])
    near(read(warping, x, flow), read(warping, repeated, flow), 1e-6)
    perSample<{ x: tf.Tensor; flow: tf.Tensor }>((i) => read(warping, i.x, i.flow))({
      x: picture({ ...o, n: o.b }),
      flow
    })
  })

/** Law: the gradient by the image is the adjoint, `<warp(x), y> = <x, warpT(y)>`. */
const gradientIsTheAdjoint = (warping: Warp) =>
  tidied((o: Sizes) => {
    const { b, toH, toW, c } = o
    const [x, flow, y] = [picture(o), wild(o), drawn([b, toH, toW, c], o.seed + 5)]
    const [byImage] = pull(asNode(warping), { inputs: { image: x, flow }, weights: {} }, [y], ['image'])
    const [left, right] = [inner(read(warping, x, flow), y), inner(x, byImage!)]
    atMost(Math.abs(left - right), 1e-4 * Math.max(1, Math.abs(left)))
  })

/** Law: the gradient by the flow is the slope of the sampled picture, between pixels, at the border and beyond. */
const flowGradientIsTheSlope = (warping: Warp) =>
  tidied((o: Sizes) => {
    const { b, toH, toW, c, h, w } = o
    const next = drawn([b * toH * toW, 4], o.seed + 2, 0, 1).dataSync()
    // whole pixels from two before the picture to one behind it, and a fraction away from both neighbours
    const pixel = (k: number, size: number, axis: number) =>
      Math.floor(next[k * 4 + axis]! * (size + 2)) - 2 + 0.25 + next[k * 4 + 2 + axis]! / 2
    const flow = reading([b, toH, toW], [h, w], (i, j, n) => {
      const k = (n * toH + i) * toW + j
      return [pixel(k, w, 0), pixel(k, h, 1)]
    })
    const [x, y, along] = [picture(o), drawn([b, toH, toW, c], o.seed + 5), drawn([b, toH, toW, 2], o.seed + 6)]
    const slope = pull(asNode(warping), { inputs: { image: x, flow }, weights: {} }, [y])[1]!
    // a step of at most an eighth of a pixel in either direction; along it the picture is a parabola
    const step = tf.mul(along, tf.tensor1d([0.25 / Math.max(w - 1, 1), 0.25 / Math.max(h - 1, 1)]))
    const rise = inner(read(warping, x, tf.add(flow, step)), y) - inner(read(warping, x, tf.sub(flow, step)), y)
    const expected = 2 * inner(slope, step)
    const scale = Math.max(1, inner(tf.abs(slope), tf.abs(step)))
    atMost(Math.abs(rise - expected), 2e-4 * scale)
  })

const sizes = fc
  .record({
    b: some.count(3),
    shared: fc.boolean(),
    h: some.count(9),
    w: some.count(9),
    toH: some.count(9),
    toW: some.count(9),
    c: some.count(4),
    seed: some.seed
  })
  .map(({ shared, ...o }): Sizes => ({ ...o, n: shared ? 1 : o.b }))
const two = some.between(2, 9)
const larger = fc.tuple(sizes, two, two).map(([o, h, w]): Sizes => ({ ...o, h, w }))
const factor = some.real(-3, 3)
const shift = some.between(-11, 11)
const few = fc.tuple(fc.nat(4), fc.nat(4))
const affine = fc.tuple(some.unit, some.unit, some.unit)
const map = fc.tuple(affine, affine)

/**
 * What any warp keeps, however it reads between pixels.
 *
 * @category laws
 * @since 0.1.0
 */
export const warpLaws: ReadonlyArray<Law<Warp>> = [
  law('by the identity grid keeps a picture', [sizes], identityGridKeeps),
  law('is linear in the picture', [sizes, factor, factor], linearInTheImage),
  law('reads zero outside of the picture', [larger, fc.boolean(), fc.boolean()], zeroOutside),
  law('moves by whole pixels exactly', [larger, shift, shift], integerTranslationsAreExact),
  law('twice by whole pixels is one warp', [larger, few, few, fc.constantFrom(-1, 1)], translationsCompose),
  law('of one picture by a batch of flows is that of the picture repeated', [sizes], onePictureServesABatch),
  law('differentiated by the picture is its adjoint', [sizes], gradientIsTheAdjoint)
]

/**
 * What a warp keeps that reads the four pixels around each position, each by its nearness.
 *
 * @category laws
 * @since 0.1.0
 */
export const bilinearWarpLaws: ReadonlyArray<Law<Warp>> = [
  law('reads affine pictures as functions, and affine flows compose', [larger, map, map, affine], affineFlowsCompose),
  law('reads the four pixels around each position', [sizes], readsBetweenPixels),
  law('is the same in the form of the backend and in the portable one', [sizes], sameAsGathered),
  law('differentiated by the flow is the slope between pixels', [larger], flowGradientIsTheSlope)
]
