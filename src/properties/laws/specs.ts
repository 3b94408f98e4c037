/**
 * The laws of specs and of other codecs: what fits is let in, what does not is refused with its place.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import * as D from '../../nodes/dims.js'
import { type Leaf, type match, match as matched } from '../../nodes/match.js'
import { build, type Spec } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import { shapeOf } from '../arbitrary/inputs.js'
import * as some from '../arbitrary/numbers.js'
import { equal, isTrue } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { computed, type Expression, type Numbers, written } from './dims.js'

const shaped = (dims: ReadonlyArray<number>): tf.Tensor => tf.zeros([...dims])

/** Law: a value fits exactly if whole numbers for the names give its shape; the numbers found do. */
const fitsIfNumbersExist =
  (matching: typeof match) =>
  (
    leaves: ReadonlyArray<ReadonlyArray<Expression>>,
    shapes: ReadonlyArray<ReadonlyArray<number>>,
    most: number
  ): void => {
    const specs = leaves.map((dims, i): Leaf => ({ path: `x${i}`, dims: dims.map(written), dtype: 'float32' }))
    const solutions: Array<Numbers> = []
    for (let K = 0; K <= most; K++)
      for (let H = 0; H <= most; H++)
        if (leaves.every((dims, i) => dims.every((d, j) => computed(d, { K, H }) === shapes[i]![j])))
          solutions.push({ K, H })
    const value = Object.fromEntries(shapes.map((s, i) => [`x${i}`, shaped(s)]))
    try {
      const found = matching(specs, value)
      equal(E.isRight(found), solutions.length > 0)
      if (E.isLeft(found)) return
      const numbers = Object.fromEntries([...found.right].map(([k, p]) => [k, D.value(p)]))
      equal(
        solutions.some((s) => Object.entries(numbers).every(([k, n]) => s[k] === n)),
        true
      )
    } finally {
      tf.dispose(value)
    }
  }

const dim = (n: 'H' | 'K') => {
  const one: Expression = { _tag: 'name', name: n }
  const plus = (value: number): Expression => ({ _tag: 'sum', left: one, right: { _tag: 'number', value } })
  const part = (d: number, whole: boolean): Expression => ({ _tag: 'part', of: one, divisor: d, whole })
  return fc.oneof(
    fc.constant(one),
    fc.nat(2).map(plus),
    some.between(2, 3).chain((d) => fc.boolean().map((whole) => part(d, whole))),
    fc.constant<Expression>({ _tag: 'product', left: one, right: { _tag: 'name', name: 'K' } }),
    fc.constant<Expression>({ _tag: 'sum', left: one, right: { _tag: 'name', name: 'H' } })
  )
}
// every name stands somewhere alone, so that what is asked can be decided
const alone: ReadonlyArray<Expression> = [
  { _tag: 'name', name: 'K' },
  { _tag: 'name', name: 'H' }
]

/**
 * What deciding whether tensors fit dims keeps; each thing that does not fit is a `SpecError`.
 *
 * @category laws
 * @since 0.1.0
 */
export const matchLaws: ReadonlyArray<Law<typeof match>> = [
  law(
    'fits its spec exactly if its shape is that of some numbers for the names',
    [
      fc.array(fc.oneof(dim('H'), dim('K')), { minLength: 1, maxLength: 3 }),
      fc.nat(4),
      fc.nat(4),
      fc.array(some.between(-1, 1), { minLength: 3, maxLength: 3 }),
      fc.boolean()
    ],
    (matching: typeof match) =>
      (dims: ReadonlyArray<Expression>, K: number, H: number, off: ReadonlyArray<number>, last: boolean) => {
        const shape = dims.map((d, i) => Math.max(0, Math.floor(computed(d, { K, H })) + (i === 0 ? off[i]! : 0)))
        const [leaves, shapes] = [
          [dims, alone],
          [shape, [K, H]]
        ]
        fitsIfNumbersExist(matching)(last ? leaves : [...leaves].reverse(), last ? shapes : [...shapes].reverse(), 20)
      },
    { runs: 300 }
  )
]

const numbersOf = fc.record({
  B: some.count(3),
  H: some.count(3).map((n) => 2 * n),
  W: some.count(3).map((n) => 2 * n)
})
const tensorsFor = (spec: Spec<any>, numbers: Numbers, change: (leaf: Leaf, x: tf.Tensor) => tf.Tensor | undefined) =>
  build(spec, (leaf) => change(leaf, tf.zeros([...shapeOf(leaf, numbers)], leaf.dtype as 'float32')))

/** Law: what fits is let in as it is; another rank, another dtype and a tensor that is missing are refused at their place. */
const letsInWhatFits = (spec: Spec<any>) =>
  tidied((numbers: Numbers, at: number) => {
    if (spec.leaves.length === 0) return
    const right = tensorsFor(spec, numbers, (_, x) => x)
    const known = spec.decode(right)
    isTrue(E.isRight(known) && known.right === right, 'what fits is let in as it is')
    const wrong = spec.leaves[at % spec.leaves.length]!
    const spoilt = (change: (x: tf.Tensor) => tf.Tensor | undefined) =>
      tensorsFor(spec, numbers, ({ path }, x) => (path === wrong.path ? change(x) : x))
    for (const u of [
      spoilt((x) => tf.expandDims(x, 0)),
      spoilt((x) => tf.cast(x, wrong.dtype === 'int32' ? 'float32' : 'int32')),
      spoilt(() => undefined)
    ]) {
      isTrue(E.isLeft(spec.decode(u)), `${wrong.path} that does not fit is refused`)
      const found = matched(spec.leaves, u)
      equal(E.isLeft(found) ? found.left.map((e) => e.at) : [], [wrong.path], 'places')
    }
  })

/**
 * What any spec keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const specLaws: ReadonlyArray<Law<Spec<any>>> = [
  law('lets in what fits, and refuses at its place what does not', [numbersOf, fc.nat()], letsInWhatFits)
]

/**
 * What any codec keeps: a value that is written is read back whole, writes the same again, and survives JSON; whatever else it is
 * given is read or refused, and nothing is thrown.
 *
 * @category laws
 * @since 0.1.0
 */
export const codecLaws = <A>(values: fc.Arbitrary<A>): ReadonlyArray<Law<t.Type<A, any, unknown>>> => [
  law('reads back what it writes, through JSON too', [values], (codec: t.Type<A, any, unknown>) => (value: A) => {
    isTrue(codec.is(value), 'a value is one')
    const text = JSON.stringify(codec.encode(value))
    const back = codec.decode(JSON.parse(text))
    if (E.isLeft(back)) throw new Error(`${codec.name} refuses ${text}`)
    equal(JSON.stringify(codec.encode(back.right)), text, 'written again')
    equal(JSON.parse(JSON.stringify(back.right)), JSON.parse(JSON.stringify(value)), 'read back')
  }),
  law(
    'reads any value or refuses it',
    [fc.anything()],
    (codec: t.Type<A, any, unknown>) => (u: unknown) => {
      const read = codec.decode(u)
      if (E.isRight(read)) isTrue(codec.is(read.right), 'what is read is a value')
      else isTrue(read.left.length > 0, 'a refusal says why')
    },
    { runs: 100 }
  )
]
