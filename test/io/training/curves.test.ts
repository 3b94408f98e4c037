import { parseHTML } from 'linkedom'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { lines } from '../../../src/io/training/chart.js'
import { curves, type Run, smooth } from '../../../src/io/training/curves.js'

const run = (label: string, count: number, names: ReadonlyArray<string> = ['rec', 'gan']): Run => ({
  label,
  points: Array.from({ length: count }, (_, i) => ({
    step: i + 1,
    losses: Object.fromEntries(names.map((name, k) => [name, (k + 1) * Math.exp(-i / 50) + 0.1 * Math.sin(i * i)]))
  }))
})

const parsed = (svg: string): any => parseHTML(svg).document.querySelector('svg')
const texts = (svg: string): ReadonlyArray<string> =>
  [...parsed(svg).querySelectorAll('text')].map((t) => t.textContent)

/** The longest path of a colour in every chart: its smooth lines. */
const strokes = (svg: string, colour: string): ReadonlyArray<string> =>
  [...parsed(svg).querySelectorAll(`g[stroke="${colour}"][stroke-width="1.8"] path`)].map((p: any) =>
    p.getAttribute('d')
  )

/** Whether a picture shows a colour. */
const shows = async (svg: string, rgb: readonly [number, number, number]): Promise<boolean> => {
  const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const near = (i: number) => rgb.every((v, c) => Math.abs(data[3 * i + c]! - v) < 12)
  return Array.from({ length: info.width * info.height }, (_, i) => i).some(near)
}

it('draws a chart for each loss and a line for each run, named', async () => {
  const svg = await curves([run('seed 1', 200), run('seed <2>', 100)], { title: 'Two & two' })
  for (const text of ['Two & two', 'seed 1', 'seed <2>', 'rec', 'gan', 'step', 'loss'])
    expect(texts(svg)).toContain(text)
  expect(strokes(svg, '#4269d0')).toHaveLength(2)
  expect(strokes(svg, '#e8590c')).toHaveLength(2)
  expect(await shows(svg, [0x42, 0x69, 0xd0])).toBe(true)
  expect(await shows(svg, [0xe8, 0x59, 0x0c])).toBe(true)
})

it('is the same text for the same logs, also after other charts', async () => {
  const first = await curves([run('a', 50)])
  await curves([run('b', 20)])
  expect(await curves([run('a', 50)])).toBe(first)
})

it('falls where the loss falls: a line goes down on the page', async () => {
  const [line] = strokes(await curves([run('a', 200, ['rec'])]), '#4269d0')
  const ys = [...line!.matchAll(/[ML]?[\d.]+,([\d.]+)/g)].map(([, y]) => Number(y))
  expect(ys).toHaveLength(200)
  expect(ys.at(-1)! - ys[0]!).toBeGreaterThan(100)
})

it('stays small however long a run is, and keeps the extremes of the faint line in it', async () => {
  const long = run('a', 20_000, ['rec'])
  const svg = await curves([long])
  expect(svg.length).toBeLessThan(60_000)
  expect(svg).not.toMatch(/NaN|Infinity/)
})

it('is not flattened by a lone spike of the faint line, but holds all of the smooth one', async () => {
  const raw = Array.from({ length: 1000 }, (_, x) => ({ x, y: x === 500 ? 1e6 : 1 + Math.sin(x) }))
  const chart = (high: number) =>
    lines({
      title: 't',
      x: 'x',
      y: 'y',
      series: [
        {
          label: 'a',
          raw,
          points: [
            { x: 0, y: 1 },
            { x: 999, y: high }
          ]
        }
      ]
    })
  expect(texts(await chart(2)).filter((text) => /[kM]$/.test(text))).toEqual([])
  expect(texts(await chart(5e6))).toContain('5M')
})

it('copes with runs of one step, of none, of zeros, and with losses that only one run has', async () => {
  for (const runs of [[run('a', 1)], [run('a', 0)], [], [{ label: 'a', points: [{ step: 1, losses: { rec: 0 } }] }]]) {
    for (const log of [false, true]) expect(await curves(runs, { log })).not.toMatch(/NaN|undefined|Infinity/)
  }
  const svg = await curves([run('a', 5, ['one']), run('b', 5, ['two'])])
  expect(strokes(svg, '#4269d0')).toHaveLength(1)
  expect(strokes(svg, '#e8590c')).toHaveLength(1)
})

it('averages over a window that is narrower where the line begins', () => {
  const line = (ys: ReadonlyArray<number>) => ys.map((y, x) => ({ x, y }))
  expect(smooth(line([8, 2, 5, 5, 2, 8]), 2)).toEqual(line([8, 5, 4, 4, 5, 5]))
  expect(smooth(line([3, 1, 4]), 1)).toEqual(line([3, 1, 4]))
  expect(smooth([], 5)).toEqual([])
})

it('draws bands and dots', async () => {
  const points = [1, 2, 5].map((x) => ({ x, y: 1 / x, low: 0.5 / x, high: 2 / x }))
  const svg = await lines({ title: 'AKD', x: 'keypoints', y: 'pixels', series: [{ label: 'a', points, dots: true }] })
  expect(parsed(svg).querySelectorAll('circle')).toHaveLength(3)
  expect(parsed(svg).querySelectorAll('g[aria-label="area"] path')).toHaveLength(1)
  for (const text of ['AKD', 'keypoints', 'pixels', '2']) expect(texts(svg)).toContain(text)
})
