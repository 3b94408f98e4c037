import { expect, it } from 'vitest'
import { type Moment, showMoment, stepProgress, type Teller } from '../../../src/io/training/progress.js'

const moment = (step: number): Moment => ({ step, epoch: 3, losses: { rec: 0.123456, gan: 2 } })

/** A teller with a clock that stands still between the ticks given, and what it was told. */
const listening = (drawn: boolean, columns = 200) => {
  const told: Array<string> = []
  let now = 0
  const teller: Teller = { write: (text) => told.push(text), drawn, columns, seconds: () => now }
  return { told, teller, pass: (seconds: number) => (now += seconds) }
}

it('tells steps, pace, time left and losses', () => {
  expect(showMoment(moment(40), 100, 2)).toBe('40/100 epoch 3, 2.00 steps/s, 0:30 left  rec 0.123  gan 2')
  expect(showMoment(moment(40), 10_000, 0.5)).toMatch(/2\.00 s\/step, 5:32:00 left/)
})

it('draws over its line ten times a second at most, and ends on the last state', () => {
  const { told, teller, pass } = listening(true)
  const progress = stepProgress(teller, 1000)
  for (let step = 1; step <= 100; step++) {
    pass(0.02)
    progress.step(moment(step))
  }
  expect(told.length).toBeLessThanOrEqual(21)
  expect(told.every((text) => text.startsWith('\r\u001b[2K['))).toBe(true)
  expect(told.at(-1)).toMatch(/50\.00 steps\/s, 0:1[89] left/)
  progress.end()
  expect(told.at(-2)).toMatch(/100\/1000/)
  expect(told.at(-1)).toBe('\n')
})

it('is no wider than the terminal', () => {
  const { told, teller } = listening(true, 30)
  stepProgress(teller, 10).step(moment(1))
  expect(told[0]!.replace('\r\u001b[2K', '')).toHaveLength(29)
})

it('tells a line every half minute where nothing can be drawn, and the last step', () => {
  const { told, teller, pass } = listening(false)
  const progress = stepProgress(teller, 120)
  for (let step = 1; step <= 120; step++) {
    pass(1)
    progress.step(moment(step))
  }
  progress.end()
  expect(told.map((text) => text.split('/')[0])).toEqual(['1', '31', '61', '91', '120'])
  expect(told.every((text) => text.endsWith('\n') && !text.includes('\r'))).toBe(true)
})

it('follows the pace: old steps are forgotten', () => {
  const { told, teller, pass } = listening(true)
  const progress = stepProgress(teller, 1000)
  for (let step = 1; step <= 300; step++) {
    pass(step <= 100 ? 10 : 0.5)
    progress.step(moment(step))
  }
  expect(told.at(-1)).toMatch(/ (1\.9\d|2\.00) steps\/s/)
})

it('says nothing without a teller, and nothing at the end of nothing', () => {
  const silent = stepProgress(undefined, 10)
  silent.step(moment(1))
  silent.end()
  const { told, teller } = listening(true)
  stepProgress(teller, 10).end()
  expect(told).toEqual([])
})
