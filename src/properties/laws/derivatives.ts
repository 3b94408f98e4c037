/**
 * The laws of derivatives, and of forms of one function: they agree with its definition.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { gru } from '../../nodes/gru.js'
import type { sequenceLoss } from '../../nodes/losses.js'
import type { Primitive } from '../../nodes/node.js'
import { normed } from '../../nodes/normed.js'
import type * as tf from '../../nodes/tf.js'
import type { masked } from '../../nodes/timeline.js'
import * as some from '../arbitrary/numbers.js'
import { type Law, law, tidied } from '../law.js'
import { drawn } from '../tensors.js'
import {
  hasShapesAlone,
  isDifferentiated,
  kernelsAreTheirDefinitions,
  pullbackGivesWhatIsAsked,
  pullbackIsTheSlope,
  pullbackIsTheTapes,
  pullbackIsTheTapesAt,
  shapesAloneCount
} from './differentiation.js'

type Any = Primitive<any, any, any>

/** Pullbacks that tfjs has no gradient to hold against, or not on every backend; the slope remains. */
const untaped = new Set(['barePhases', 'warp'])
/** Nodes with a kink among what is drawn for them: the tape remains. */
const kinked = new Set(['absoluteLoss', 'sequenceLoss'])
/** A node without the kink of its activation. */
const smoothed = (made: Any): Any => (made.kind === 'normed' ? normed({ ...(made.settings as any), slope: 1 }) : made)
const hasPullback = (made: Any): boolean => isDifferentiated(made) && typeof made.pullback === 'object'

/**
 * What any node keeps that is differentiated: its pullback is the derivative of its definition.
 *
 * @category laws
 * @since 0.1.0
 */
export const derivativeLaws: ReadonlyArray<Law<Any>> = [
  law('has the gradient of its definition', [some.start], pullbackIsTheTapes, {
    runs: 24,
    derives: true,
    applies: (made: Any) => hasPullback(made) && !untaped.has(made.kind)
  }),
  law('gives each cotangent whichever others are asked for', [some.start], pullbackGivesWhatIsAsked, {
    runs: 12,
    derives: true,
    applies: hasPullback
  }),
  law('has the slope of finite differences', [some.start], (made: Any) => pullbackIsTheSlope(smoothed(made)), {
    runs: 12,
    derives: true,
    applies: (made: Any) => isDifferentiated(made) && !kinked.has(made.kind)
  })
]

/**
 * What a node keeps that says of inputs that only their shape counts; `back` holds its pullback to it too.
 *
 * @category laws
 * @since 0.1.0
 */
export const shapeLaws = (back = true): ReadonlyArray<Law<Any>> => [
  law('reads no number where the shape alone counts', [some.start], shapesAloneCount(back), {
    runs: 12,
    applies: hasShapesAlone
  })
]

/**
 * What any node keeps on a backend: it makes what it makes in plain JavaScript.
 *
 * @category laws
 * @since 0.1.0
 */
export const backendLaws = (backend: tf.Backend): ReadonlyArray<Law<Any>> => [
  law('is the same in plain JavaScript, forward and back', [some.start], kernelsAreTheirDefinitions(backend), {
    runs: 9
  })
]

/** What is learned from a sequence, at sizes that are small. */
interface Learned {
  readonly gru: typeof gru
  readonly sequenceLoss: typeof sequenceLoss
  readonly masked: typeof masked
}
const three = some.count(3)
const steps = some.count(5)

/**
 * What the derivatives of a sequence keep, at few samples and steps.
 *
 * @category laws
 * @since 0.1.0
 */
export const sequenceDerivativeLaws: ReadonlyArray<Law<Learned>> = [
  law(
    'follows the derivative of a recurrence',
    [three, some.between(2, 5), three, three, some.seed],
    (l: Learned) =>
      tidied((b: number, t: number, from: number, features: number, seed: number) =>
        pullbackIsTheTapesAt(l.gru({ from, features, layer: 0 }), { x: drawn([b, t, from], seed, -2, 2) }, seed)
      ),
    { derives: true }
  ),
  law(
    'follows the derivative of a loss',
    [three, steps, fc.nat(4), some.seed],
    (l: Learned) =>
      tidied((b: number, t: number, before: number, seed: number) => {
        const shape = [b, t + 1, 2, 2]
        const made = l.sequenceLoss({ from: Math.min(before, t), dims: 'K 2' })
        pullbackIsTheTapesAt(made, { a: drawn(shape, seed), b: drawn(shape, seed + 1) }, seed)
      }),
    { derives: true }
  ),
  law(
    'follows the derivative of dropout',
    [three, steps, three, some.seed],
    (l: Learned) =>
      tidied((b: number, t: number, f: number, seed: number) =>
        pullbackIsTheTapesAt(l.masked, { x: drawn([b, t, f], seed), mask: drawn([b, t, f], seed + 1) }, seed)
      ),
    { derives: true }
  )
]
