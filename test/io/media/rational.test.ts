import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseRational, rateOfDelays, rational, resample, toNumber } from '../../../src/io/media/rational.js'

it('reads fractions in lowest terms and nothing else', () => {
  expect(parseRational('30000/1001')).toEqual({ num: 30000, den: 1001 })
  expect(parseRational('50/2')).toEqual({ num: 25, den: 1 })
  expect(parseRational('128:117')).toEqual({ num: 128, den: 117 })
  expect(parseRational('24')).toEqual({ num: 24, den: 1 })
  for (const text of ['0/0', '25/0', '0/1', '-1/2', '1.5', 'N/A', '', '1/2/3', '99999999999999999999/1']) {
    expect(parseRational(text)).toBeUndefined()
  }
})

it('takes the rate of an animation from its delays', () => {
  expect(rateOfDelays([40, 40, 40])).toEqual({ num: 25, den: 1 })
  expect(rateOfDelays([70, 70])).toEqual({ num: 100, den: 7 })
  expect(rateOfDelays([30, 30, 40, 30, 30, 40])).toEqual({ num: 30, den: 1 }) // rounded to centiseconds
  expect(rateOfDelays([33, 34, 33])).toEqual({ num: 30, den: 1 })
  expect(rateOfDelays([0, 0])).toEqual({ num: 10, den: 1 }) // as browsers show it
  expect(rateOfDelays([50, 50, 50, 2000])).toEqual({ num: 20, den: 1 }) // the median
})

it('resamples the identity to itself, and keeps order and length', () => {
  const side = fc.integer({ min: 1, max: 60_000 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), side, side, (count, num, den) => {
      const rate = rational(num, den)
      expect(resample(count, rate, rate)).toEqual(Array.from({ length: count }, (_, i) => i))
    })
  )
  const near = fc.integer({ min: 1, max: 60 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), near, near, (count, from, to) => {
      const [a, b] = [rational(from, 1), rational(to, 1)]
      const shown = resample(count, a, b)
      expect(shown.length).toBe(Math.max(1, Math.floor((count * toNumber(b)) / toNumber(a) + 0.5)))
      shown.forEach((index, tick) => {
        expect(index).toBeGreaterThanOrEqual(shown[tick - 1] ?? 0)
        // each tick shows a frame whose time is within half a tick of its own, or the last one before
        if (shown.length > 1) expect(index / from).toBeLessThanOrEqual((tick + 0.5) / to + 1e-9)
      })
    })
  )
})
