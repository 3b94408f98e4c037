/**
 * The learning rate lowered where the loss no longer falls.
 *
 * @since 0.1.0
 */
import type { Rates } from './fold.js'

/** What is known after some epochs: the rate, the best mean loss, for how many epochs none was better. */
interface Plateau {
  readonly rate: number
  readonly best: number
  readonly bad: number
}

/** Epochs without progress that are borne, how much is progress, what the rate is multiplied with, and the least change. */
const patience = 50
const threshold = 1e-4
const factor = 0.1
const least = 1e-8

/** After an epoch with this mean loss. */
const after = ({ rate, best, bad }: Plateau, loss: number): Plateau => {
  if (loss < best * (1 - threshold)) return { rate, best: loss, bad: 0 }
  if (bad < patience) return { rate, best, bad: bad + 1 }
  const lower = rate * factor
  return { rate: rate - lower > least ? lower : rate, best, bad: 0 }
}

/** The epoch that is under way, and the sum of the losses of its steps. */
interface Running {
  readonly epoch: number
  readonly sum: number
  readonly steps: number
}

const settled = (plateau: Plateau, { sum, steps }: Running): Plateau =>
  steps === 0 ? plateau : after(plateau, sum / steps)

const from = (plateau: Plateau, running: Running): Rates => ({
  at: (epoch) => (epoch > running.epoch ? settled(plateau, running) : plateau).rate,
  heard: ({ epoch, losses }) => {
    const loss = losses['loss'] ?? 0
    return epoch > running.epoch
      ? from(settled(plateau, running), { epoch, sum: loss, steps: 1 })
      : from(plateau, { epoch, sum: running.sum + loss, steps: running.steps + 1 })
  }
})

/**
 * A tenth of the rate after 51 epochs whose mean `loss` was not below the best by a ten-thousandth of it. All that it knows
 * are the steps that it heard of, so that a run is resumed by telling it those of the log.
 *
 * Source: `torch.optim.lr_scheduler.ReduceLROnPlateau` as the reference `prediction.py` calls it.
 *
 * @category training
 * @since 0.1.0
 */
export const plateauRates = (rate: number): Rates =>
  from({ rate, best: Number.POSITIVE_INFINITY, bad: 0 }, { epoch: 0, sum: 0, steps: 0 })
