/**
 * The laws of resizing: rules that say which pixels make a pixel.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { avgPool } from '../../nodes/avg-pool.js'
import type { toSize } from '../../nodes/picture.js'
import type { every as everyPixel, Interpolation, rescale, resize } from '../../nodes/resize.js'
import * as tf from '../../nodes/tf.js'
import type { upsample } from '../../nodes/upsample.js'
import * as some from '../arbitrary/numbers.js'
import { atMost, equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, inner, near, reader, tabulated } from '../tensors.js'
import { pull } from './differentiation.js'

/** A map [b, h, w, c] and the size that it is brought to. */
interface Resizing {
  readonly b: number
  readonly h: number
  readonly w: number
  readonly c: number
  readonly toH: number
  readonly toW: number
  readonly seed: number
}

const map = ({ b, h, w, c, seed }: Resizing) => drawn<tf.Rank.R4>([b, h, w, c], seed)
const sized = (make: typeof resize, mode: Interpolation, x: tf.Tensor, h: number, w: number) =>
  make({ mode }).run({ x: x as tf.Tensor4D, like: tf.zeros([1, h, w, 2]) }, {}).y as tf.Tensor4D
const scaled = (make: typeof rescale, factor: number, x: tf.Tensor) =>
  make({ factor }).run({ x: x as tf.Tensor4D }, {}).y as tf.Tensor4D

/** Law: a constant map stays constant at any size. */
const constantsStay = (make: typeof resize, scale: typeof rescale) =>
  tidied((o: Resizing, mode: Interpolation, level: number, factor: number) => {
    const { b, h, w, c, toH, toW } = o
    const x = tf.fill<tf.Rank.R4>([b, h, w, c], level)
    near(sized(make, mode, x, toH, toW), tf.fill([b, toH, toW, c], level))
    const [rows, columns] = [Math.floor(h * factor + 1e-9), Math.floor(w * factor + 1e-9)]
    if (rows > 0 && columns > 0) near(scaled(scale, factor, x), tf.fill([b, rows, columns, c], level), 0)
  })

/** Law: at its own size a map is itself. */
const sameSizeIsTheIdentity = (make: typeof resize, scale: typeof rescale) =>
  tidied((o: Resizing, mode: Interpolation) => {
    near(sized(make, mode, map(o), o.h, o.w), map(o), 0)
    near(scaled(scale, 1, map(o)), map(o), 0)
  })

/** Law: `nearest` reads pixel `floor(i H / h)`. */
const nearestReadsOnePixel = (make: typeof resize) =>
  tidied((o: Resizing) => {
    const { b, h, w, c, toH, toW } = o
    const x = map(o)
    const at = reader(x)
    near(
      sized(make, 'nearest', x, toH, toW),
      tabulated([b, toH, toW, c], (n, i, j, k) => at(n, Math.floor((i * h) / toH), Math.floor((j * w) / toW), k)),
      0
    )
  })

/** Law: scaling by a factor gives `floor(H factor)` rows, of which row i is row `floor(i H / floor(H factor))`. */
const rescalingReadsOnePixel = (scale: typeof rescale) =>
  tidied((o: Resizing, factor: number) => {
    const { b, h, w, c } = o
    const [rows, columns] = [Math.floor(h * factor + 1e-9), Math.floor(w * factor + 1e-9)]
    if (rows === 0 || columns === 0) return
    const x = map(o)
    const at = reader(x)
    near(
      scaled(scale, factor, x),
      tabulated([b, rows, columns, c], (n, i, j, k) =>
        at(n, Math.floor((i * h) / rows), Math.floor((j * w) / columns), k)
      ),
      0
    )
  })

/** Law: `every` is a gather of every `down`-th row and every `right`-th column. */
const everyIsAGather = (pick: typeof everyPixel) =>
  tidied((o: Resizing, down: number, right: number) => {
    const x = drawn<tf.Rank.R4>([o.b, o.h * down, o.w * right, o.c], o.seed)
    const rows = tf.gather(x, tf.range(0, o.h * down, down, 'int32'), 1)
    near(pick(x, down, right), tf.gather(rows, tf.range(0, o.w * right, right, 'int32'), 2), 0)
  })

/** Law: `trilinear` reads between pixel centres, `(i + 1/2) H / h - 1/2`, held at the border. */
const trilinearReadsBetweenCentres = (make: typeof resize) =>
  tidied((o: Resizing) => {
    const { b, h, w, c, toH, toW } = o
    const x = map(o)
    const at = reader(x)
    const place = (i: number, from: number, to: number) =>
      Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1)
    near(
      sized(make, 'trilinear', x, toH, toW),
      tabulated([b, toH, toW, c], (n, i, j, k) => {
        const [y, z] = [place(i, h, toH), place(j, w, toW)]
        const [top, left] = [Math.floor(y), Math.floor(z)]
        const [down, right] = [y - top, z - left]
        return (
          (1 - down) * ((1 - right) * at(n, top, left, k) + right * at(n, top, left + 1, k)) +
          down * ((1 - right) * at(n, top + 1, left, k) + right * at(n, top + 1, left + 1, k))
        )
      })
    )
  })

/** Law: resizing is linear, and its gradient is its adjoint. */
const resizingIsLinear = (make: typeof resize) =>
  tidied((o: Resizing, mode: Interpolation, a: number) => {
    const { b, c, toH, toW } = o
    const [x, z] = [map(o), map({ ...o, seed: o.seed + 1 })]
    const of = (t: tf.Tensor) => sized(make, mode, t, toH, toW)
    near(of(tf.add(tf.mul(x, a), z)), tf.add(tf.mul(of(x), a), of(z)))
    const y = drawn([b, toH, toW, c], o.seed + 2)
    const [left, right] = [inner(of(x), y), inner(x, tf.grad((t) => tf.sum(tf.mul(of(t), y)))(x))]
    atMost(Math.abs(left - right), 1e-4 * Math.max(1, Math.abs(left)))
  })

/** Law: the pullback of resizing is its adjoint, `<resize(x), y> = <x, pullback(y)>`; by whole factors too. */
const pullbackIsTheAdjoint = (make: typeof resize) =>
  tidied((o: Resizing, mode: Interpolation) => {
    const { b, c, toH, toW } = o
    const [x, y] = [map(o), drawn([b, toH, toW, c], o.seed + 2)]
    const given = { inputs: { x, like: tf.zeros([1, toH, toW, 2]) }, weights: {} }
    const [back] = pull(make({ mode }), given, [y], ['x'])
    equal(back!.shape, x.shape, 'shape')
    const [left, right] = [inner(sized(make, mode, x, toH, toW), y), inner(x, back!)]
    atMost(Math.abs(left - right), 1e-4 * Math.max(1, Math.abs(left)))
  })

/** Law: every pixel twice is resizing to the double size, and picking every second pixel undoes it. */
const upsamplingIsResizing = (up: typeof upsample, make: typeof resize, scale: typeof rescale) =>
  tidied((o: Resizing) => {
    const x = map(o)
    const twice = up.run({ x }, {}).y
    near(twice, sized(make, 'nearest', x, 2 * o.h, 2 * o.w), 0)
    near(scaled(scale, 0.5, twice), x, 0)
  })

/** Law: pooling takes the mean of windows of 2x2 pixels, an odd last row or column left out; what was upsampled comes back. */
const poolingIsTheMean = (pool: typeof avgPool, up: typeof upsample) =>
  tidied((o: Resizing) => {
    const { b, h, w, c } = o
    const x = drawn<tf.Rank.R4>([b, h + 1, w + 1, c], o.seed)
    const at = reader(x)
    const [rows, columns] = [(h + 1) >> 1, (w + 1) >> 1]
    near(
      pool({ even: false }).run({ x }, {}).y,
      tabulated([b, rows, columns, c], (n, i, j, k) =>
        [0, 1].flatMap((p) => [0, 1].map((q) => at(n, 2 * i + p, 2 * j + q, k) / 4)).reduce((s, v) => s + v, 0)
      )
    )
    near(pool({ even: true }).run({ x: up.run({ x: map(o) }, {}).y as tf.Tensor4D }, {}).y, map(o))
  })

/** Law: a picture enlarged for people is a map enlarged between pixel centres. */
const enlargingIsTrilinear = (enlarge: typeof toSize, make: typeof resize) =>
  tidied((o: Resizing) => {
    const [height, width] = [o.h + o.toH, o.w + o.toW]
    near(enlarge({ height, width }).run({ x: map(o) }, {}).y, sized(make, 'trilinear', map(o), height, width))
  })

const side = some.count(9)
const sizes: fc.Arbitrary<Resizing> = fc.record({
  b: some.count(3),
  h: side,
  w: side,
  c: some.count(3),
  toH: side,
  toW: side,
  seed: some.seed
})
/** Sizes that are whole multiples of those that they are brought to, or of which the other is. */
const whole: fc.Arbitrary<Resizing> = fc
  .tuple(sizes, some.count(3), some.count(3), fc.boolean())
  .map(([o, down, right, back]) => {
    const [h, w] = [o.toH * down, o.toW * right]
    return back ? { ...o, h: o.toH, w: o.toW, toH: h, toW: w } : { ...o, h, w }
  })
const mode = some.oneOf('nearest', 'trilinear')
const number = some.real(-3, 3)
const factor = fc.oneof(fc.constantFrom(0.25, 0.5, 1, 2), some.real(0.15, 2.5))

/** Resizing to the size of another map, and by a factor. */
interface Both {
  readonly resize: typeof resize
  readonly rescale: typeof rescale
}

/**
 * What resizing keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const resizeLaws: ReadonlyArray<Law<Both>> = [
  law('keeps a constant', [sizes, mode, number, factor], (r: Both) => constantsStay(r.resize, r.rescale)),
  law('to the same size changes nothing', [sizes, mode], (r: Both) => sameSizeIsTheIdentity(r.resize, r.rescale)),
  law('nearest reads one pixel', [fc.oneof(sizes, whole)], (r: Both) => nearestReadsOnePixel(r.resize), { runs: 60 }),
  law('by a factor reads one pixel', [sizes, factor], (r: Both) => rescalingReadsOnePixel(r.rescale), { runs: 60 }),
  law('trilinear reads between pixel centres', [sizes], (r: Both) => trilinearReadsBetweenCentres(r.resize), {
    runs: 60
  }),
  law('is linear, with its adjoint for a gradient', [sizes, mode, number], (r: Both) => resizingIsLinear(r.resize)),
  law('is pulled back by its adjoint', [fc.oneof(sizes, whole), mode], (r: Both) => pullbackIsTheAdjoint(r.resize), {
    runs: 60
  })
]

/**
 * What picking every so many pixels of a map [B, H, W, C] keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const everyPixelLaws: ReadonlyArray<Law<typeof everyPixel>> = [
  law('by a whole factor is a gather', [sizes, some.count(3), some.count(3)], everyIsAGather)
]

/** Doubling and halving, beside resizing. */
interface Steps extends Both {
  readonly upsample: typeof upsample
  readonly avgPool: typeof avgPool
}

/**
 * What doubling and halving the size of a map keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const upsampleLaws: ReadonlyArray<Law<Steps>> = [
  law('is resizing to the double size', [sizes], (r: Steps) => upsamplingIsResizing(r.upsample, r.resize, r.rescale)),
  law('is undone by pooling, which takes means', [sizes], (r: Steps) => poolingIsTheMean(r.avgPool, r.upsample))
]

/** Enlarging a picture for people, beside resizing. */
interface Enlarging {
  readonly toSize: typeof toSize
  readonly resize: typeof resize
}

/**
 * What enlarging a picture for people keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const enlargeLaws: ReadonlyArray<Law<Enlarging>> = [
  law('is enlarged between pixel centres', [sizes], (r: Enlarging) => enlargingIsTrilinear(r.toSize, r.resize))
]
