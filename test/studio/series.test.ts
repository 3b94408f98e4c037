import { describe, expect, it } from 'vitest'
import { aligned, append, brief, none, smoothed, thinned } from '../../src/studio/draw/series.js'
import { colourOfRun, extended, lossesOf } from '../../src/studio/state/log.js'

describe('series', () => {
  it('forget what is older than the span', () => {
    const grown = [0, 1, 2, 3, 4].reduce((s, t) => append(s, t, 10 * t, 2), none)
    expect(grown).toEqual({ x: [2, 3, 4], y: [20, 30, 40] })
    expect(append(grown, 100, null, 2)).toEqual({ x: [100], y: [null] })
  })

  it('share an axis, with gaps where one has no number', () => {
    const a = { x: [1, 2, 4], y: [10, 20, 40] }
    const b = { x: [2, 3], y: [5, null] }
    expect(aligned([a, b])).toEqual({
      x: [1, 2, 3, 4],
      ys: [
        [10, 20, null, 40],
        [null, 5, null, null]
      ]
    })
    expect(aligned([])).toEqual({ x: [], ys: [] })
  })

  it('are smoothed by the mean of what came before, gaps left out', () => {
    expect(smoothed([1, 2, 3, 4], 1)).toEqual([1, 2, 3, 4])
    expect(smoothed([2, 4, 6, 8], 2)).toEqual([2, 3, 5, 7])
    expect(smoothed([2, null, 6, 8], 2)).toEqual([2, null, 6, 7])
  })

  it('are thinned but keep their ends', () => {
    const long = { x: Array.from({ length: 1001 }, (_, i) => i), y: Array.from({ length: 1001 }, (_, i) => -i) }
    const { x, y } = thinned(long, 100)
    expect(x.length).toBeLessThanOrEqual(102)
    expect([x[0], x.at(-1)]).toEqual([0, 1000])
    expect(y).toEqual(x.map((n) => (n === 0 ? -0 : -n)))
  })

  it('are told in few digits', () => {
    expect([0, 0.0123, 1.234, 12.34, 123.4, 1e6, 1e-6, Number.NaN].map(brief)).toEqual([
      ...['0', '0.012', '1.23', '12.3', '123', '1.0e6', '1.0e-6', '–']
    ])
  })
})

const line = (step: number, rec: number) => JSON.stringify({ step, epoch: 0, losses: { gen_gan: 1, rec } })

describe('the log of a run', () => {
  it('becomes a curve for each loss and grows piece by piece', () => {
    const first = extended({}, `${line(1, 5)}\n${line(2, 4)}\n`)
    expect(first['rec']).toEqual({ x: [1, 2], y: [5, 4] })
    const more = extended(first, `${line(3, 3)}\n`)
    expect(more['rec']).toEqual({ x: [1, 2, 3], y: [5, 4, 3] })
    expect(first['rec']!.x).toEqual([1, 2])
  })

  it('takes steps that are done again in the place of the old ones', () => {
    const old = extended({}, [1, 2, 3, 4].map((s) => line(s, s)).join('\n'))
    expect(extended(old, line(3, 30))['rec']).toEqual({ x: [1, 2, 3], y: [1, 2, 30] })
  })

  it('passes over what is no step', () => {
    expect(extended({}, `nonsense\n{"step":1}\n{"losses":{"a":1}}\nnull\n{"step":"1","losses":{}}\n`)).toEqual({})
  })

  it('names each loss once, those of the picture first', () => {
    const [a, b] = [extended({}, line(1, 1)), { disc_gan: none, 'layer-0_rec': none }]
    expect(lossesOf([a, b])).toEqual(['layer-0_rec', 'rec', 'gen_gan', 'disc_gan'])
  })

  it('gives neighbours different colours', () => {
    expect(colourOfRun(0)).not.toBe(colourOfRun(1))
    expect(colourOfRun(-1)).toMatch(/^#/)
  })
})
