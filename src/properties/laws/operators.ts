/**
 * The laws of operators on streams of tensors: who receives a tensor owns it, and nothing is left behind.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import { catchError, EMPTY, from, lastValueFrom, map, type OperatorFunction, take, toArray } from 'rxjs'
import type * as tf from '../../nodes/tf.js'
import { equal } from '../due.js'
import { type Law, law } from '../law.js'
import { count, free, stillThere } from './programs.js'

/**
 * An operator under trial: what it is built with, how it is made of that, and the value of each tick.
 *
 * It takes over what it receives, hands over what it emits, and borrows what it is built with.
 *
 * @category model
 * @since 0.1.0
 */
export interface Operator {
  readonly name: string
  /** Fresh tensors that it is built with, if there are any. */
  readonly lend?: () => any
  readonly make: (lent: any) => OperatorFunction<any, unknown>
  /** A fresh value for a tick. */
  readonly value: (tick: number) => tf.TensorContainer
  /** Whether it fails on every value. */
  readonly fails?: boolean
  /** Holds an error that it fails with to what it should be. */
  readonly told?: (error: unknown, lent: any) => void
}

/** What a run of an operator came to. */
interface Ended {
  readonly emitted: number
  readonly errors: ReadonlyArray<unknown>
}

/** Runs an operator over some ticks, of which one may fail, until its receiver leaves. */
const ended = async (
  { make, value }: Operator,
  lent: unknown,
  ticks: number,
  failsAt: number,
  leave = Number.POSITIVE_INFINITY
): Promise<Ended> => {
  function* source() {
    for (let i = 0; i < ticks; i++) {
      if (i === failsAt) throw new Error('source')
      yield value(i)
    }
  }
  const errors: Array<unknown> = []
  const got = await lastValueFrom(
    from(source()).pipe(
      make(lent),
      take(leave),
      map(free),
      catchError((e) => {
        errors.push(e)
        return EMPTY
      }),
      toArray()
    )
  )
  return { emitted: got.length, errors }
}

/** Tries an operator with what it borrows, which has to be there afterwards. */
const lending = async (operator: Operator, trial: (lent: unknown) => Promise<void>): Promise<void> => {
  const lent = operator.lend?.()
  try {
    await trial(lent)
    stillThere(lent)
  } finally {
    free(lent)
  }
}

/** Law: however a stream ends (at its own end, after a few values, by an error of its own or of its source) no tensor is left. */
const nothingIsLeftBehind =
  (operator: Operator) =>
  (ticks: number, failsAt: number, leave: number): Promise<void> =>
    lending(operator, async (lent) => {
      const before = count()
      const { errors } = await ended(operator, lent, ticks, failsAt, leave)
      equal(count(), before, 'tensors left')
      if (operator.fails === true && ticks > 0 && leave > 0 && failsAt !== 0) equal(errors.length, 1, 'errors')
      for (const e of errors) if (!(e instanceof Error && e.message === 'source')) operator.told?.(e, lent)
    })

/** Law: an error of the source is told after all that came before it, and no other one is told. */
const errorsPass =
  (operator: Operator) =>
  (ticks: number, failsAt: number): Promise<void> =>
    lending(operator, async (lent) => {
      const { errors } = await ended(operator, lent, ticks, failsAt)
      const told = errors.map((e) => (e instanceof Error ? e.message : String(e)))
      equal(told, failsAt >= 0 && failsAt < ticks ? ['source'] : [], 'errors')
    })

/** Law: an operator does the same each time it is subscribed to. */
const doesTheSameAgain =
  (operator: Operator) =>
  (ticks: number): Promise<void> =>
    lending(operator, async (lent) => {
      const first = await ended(operator, lent, ticks, -1)
      const again = await ended(operator, lent, ticks, -1)
      equal(again.emitted, first.emitted, 'values emitted')
      equal(again.errors.length, first.errors.length, 'errors')
    })

const ticks = fc.nat(4)
const failsAt = fc.integer({ min: -1, max: 4 })

/**
 * What any operator on streams of tensors keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const operatorLaws: ReadonlyArray<Law<Operator>> = [
  law('leaves nothing behind, complete, failed or left early', [ticks, failsAt, fc.nat(4)], nothingIsLeftBehind, {
    runs: 100
  }),
  law('passes on the error of its source', [ticks, failsAt], errorsPass, {
    applies: (operator: Operator) => operator.fails !== true
  }),
  law('does the same each time it is subscribed to', [ticks], doesTheSameAgain)
]
