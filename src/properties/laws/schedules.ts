/**
 * The laws of schedules that lower a learning rate where the loss does not fall.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as some from '../arbitrary/numbers.js'
import { close, equal } from '../due.js'
import { type Law, law } from '../law.js'

/** A learning rate that hears of losses. */
interface Rates {
  /** The rate of an epoch. */
  readonly at: (epoch: number) => number
  /** The schedule after a step. */
  readonly heard: (step: {
    readonly step: number
    readonly epoch: number
    readonly losses: Readonly<Record<string, number>>
  }) => Rates
}

/**
 * A schedule from the rate that it starts with.
 *
 * @category model
 * @since 0.1.0
 */
export type Schedule = (rate: number) => Rates

/** Law: a schedule that hears of nothing but worse losses is lowered after 51 epochs, again and again, whatever the steps of an epoch. */
const isLowered =
  (rates: Schedule) =>
  (perEpoch: number, worse: ReadonlyArray<number>): void => {
    const losses = Array.from({ length: 110 * perEpoch }, (_, i) => 1 + (i < perEpoch ? 0 : worse[i % worse.length]!))
    let told = rates(0.1)
    const at: Array<number> = []
    losses.forEach((loss, i) => {
      const epoch = Math.floor(i / perEpoch)
      at[epoch] = told.at(epoch)
      told = told.heard({ step: i + 1, epoch, losses: { loss } })
    })
    // the first epoch is the best; 51 epochs without progress come after it
    at.forEach((rate, epoch) => {
      close(rate, epoch <= 51 ? 0.1 : epoch <= 102 ? 0.01 : 0.001, 9)
    })
  }

/** Law: as long as the loss falls by more than a ten-thousandth within 50 epochs, the rate stays. */
const staysWhileItFalls =
  (rates: Schedule) =>
  (every: number): void => {
    let told = rates(0.1)
    for (let epoch = 0; epoch < 300; epoch++)
      told = told.heard({ step: epoch + 1, epoch, losses: { loss: 0.99 ** Math.floor(epoch / every) } })
    equal(told.at(300), 0.1)
  }

/**
 * What a schedule keeps that lowers the rate to a tenth after 50 epochs without progress.
 *
 * @category laws
 * @since 0.1.0
 */
export const scheduleLaws: ReadonlyArray<Law<Schedule>> = [
  law(
    'is lowered where the loss does not fall',
    [some.count(3), fc.array(some.real(0, 1), { minLength: 1, maxLength: 7 })],
    isLowered,
    { runs: 20 }
  ),
  law('stays where the loss falls', [some.count(50)], staysWhileItFalls, { runs: 20 })
]
