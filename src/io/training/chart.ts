/**
 * Charts of lines as SVG: one, or several as small multiples under one legend.
 *
 * @since 0.1.0
 */
import { parseHTML } from 'linkedom'

/**
 * A point of a line; `low` and `high` are the ends of a band around it, such as the spread of seeds.
 *
 * @category model
 * @since 0.1.0
 */
export interface Point {
  readonly x: number
  readonly y: number
  readonly low?: number
  readonly high?: number
}

/**
 * A named line; where it has `raw` points, they are drawn faintly under it. `dots` marks each of its points.
 *
 * @category model
 * @since 0.1.0
 */
export interface Series {
  readonly label: string
  readonly points: ReadonlyArray<Point>
  readonly raw?: ReadonlyArray<Point>
  readonly dots?: boolean
}

/**
 * One chart. `log` makes the vertical axis logarithmic.
 *
 * @category model
 * @since 0.1.0
 */
export interface Chart {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly series: ReadonlyArray<Series>
  readonly log?: boolean
}

/** Width and height of one chart. */
type Size = readonly [number, number]

/** Ten colours that stay apart, also for people who see fewer. */
const palette = [
  ...['#4269d0', '#e8590c', '#2f9e44', '#c2255c', '#0c8599'],
  ...['#9c6b00', '#7048e8', '#868e96', '#364fc7', '#5c940d']
]

const ink = '#2b2f36'
const font = 'system-ui, "Helvetica Neue", Arial, sans-serif'
const gap = 16

/** A range with some width that holds every `sure` value and nearly all others: lone spikes do not flatten the rest. */
const rangeOf = (
  sure: ReadonlyArray<number>,
  others: ReadonlyArray<number>,
  log: boolean
): readonly [number, number] => {
  const sound = (all: ReadonlyArray<number>) => all.filter((v) => Number.isFinite(v) && (!log || v > 0))
  const ordered = sound(others).sort((a, b) => a - b)
  const usual = ordered.slice(0, Math.ceil(0.995 * ordered.length))
  const all = [...sound(sure), ...usual]
  const [least, most] =
    all.length === 0 ? [log ? 0.1 : 0, 1] : [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))]
  if (log) return most > least ? [least, most] : [least / 3, least * 3]
  const low = least > 0 && least < 0.6 * most ? 0 : least
  return [low, most > low ? most : low + (Math.abs(low) || 1)]
}

/** Numbers as an axis shows them: 1,000 as 1k, small ones as they are. */
const short = (v: number): string => {
  const size = Math.abs(v)
  if (size >= 1e6) return `${+(v / 1e6).toPrecision(4)}M`
  if (size >= 1e4) return `${+(v / 1e3).toPrecision(4)}k`
  return size !== 0 && size < 1e-3 ? v.toExponential(0) : String(+v.toPrecision(4))
}

const panel = async (chart: Chart, colours: ReadonlyMap<string, string>, [width, height]: Size): Promise<any> => {
  const Plot = await import('@observablehq/plot')
  const { document }: any = parseHTML('<html><body></body></html>')
  const { series, log = false } = chart
  const sure = series.flatMap(({ points }) => points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]))
  const raws = series.flatMap(({ raw = [] }) => raw.map(({ y }) => y))
  const marks = series.flatMap(({ label, points, raw, dots }) => {
    const stroke = colours.get(label)!
    const banded = points.filter(({ low, high }) => low !== undefined && high !== undefined)
    return [
      ...(banded.length > 0
        ? [Plot.areaY(banded, { x: 'x', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.15 })]
        : []),
      ...(raw === undefined ? [] : [Plot.line(raw, { x: 'x', y: 'y', stroke, strokeOpacity: 0.25, strokeWidth: 0.8 })]),
      Plot.line(points, { x: 'x', y: 'y', stroke, strokeWidth: 1.8 }),
      ...(dots === true || points.length === 1 ? [Plot.dot(points, { x: 'x', y: 'y', fill: stroke, r: 3 })] : [])
    ]
  })
  const svg: any = Plot.plot({
    document,
    width,
    height,
    marginLeft: 52,
    marginRight: 14,
    marginTop: 42,
    marginBottom: 38,
    style: { fontFamily: font, fontSize: '11px', color: ink, background: 'none' },
    x: { label: chart.x, labelAnchor: 'center', labelArrow: 'none', ticks: 5, tickFormat: short, nice: false },
    y: {
      label: null,
      domain: rangeOf(sure, raws, log),
      clamp: true,
      nice: !log,
      grid: true,
      ticks: 5,
      tickFormat: short,
      type: log ? 'log' : 'linear'
    },
    marks
  })
  svg.querySelectorAll('style').forEach((style: any) => style.remove())
  return svg
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const words = (x: number, y: number, size: number, text: string, more = ''): string =>
  `<text x="${x}" y="${y}" font-size="${size}" ${more}>${escaped(text)}</text>`

/** A swatch and a name for each line; none for one line alone. */
const legend = (
  colours: ReadonlyMap<string, string>,
  room: number
): { readonly text: string; readonly rows: number } => {
  if (colours.size < 2) return { text: '', rows: 0 }
  let [x, row] = [16, 0]
  const items = [...colours].map(([label, colour]) => {
    const needed = 34 + 7 * label.length
    if (x > 16 && x + needed > room) [x, row] = [16, row + 1]
    const y = 18 * row
    const item = `<rect x="${x}" y="${y - 6}" width="14" height="4" rx="2" fill="${colour}"/>${words(x + 20, y, 12, label)}`
    x += needed
    return item
  })
  return { text: items.join(''), rows: row + 1 }
}

/**
 * Charts in a grid of `columns`, under a title and one legend: a line has the colour of its label in all of them. The same
 * charts give the same text.
 *
 * @category pictures
 * @since 0.1.0
 */
export const grid = async (
  title: string,
  charts: ReadonlyArray<Chart>,
  columns: number,
  size: Size = [360, 240]
): Promise<string> => {
  const [width, height] = size
  const head = title === '' ? 14 : 44
  const labels = [...new Set(charts.flatMap(({ series }) => series.map(({ label }) => label)))]
  const colours = new Map(labels.map((label, i) => [label, palette[i % palette.length]!]))
  const across = Math.min(columns, Math.max(1, charts.length))
  const total = across * (width + gap) + gap
  const names = legend(colours, total)
  const top = head + 18 * names.rows
  const panels: Array<string> = []
  for (const [i, chart] of charts.entries()) {
    const svg = await panel(chart, colours, size)
    const [x, y] = [gap + (i % across) * (width + gap), top + Math.floor(i / across) * (height + gap)]
    const named = words(8, 16, 13, chart.title, 'font-weight="600"') + words(8, 29, 10, chart.y, 'fill="#6b7280"')
    panels.push(`<g transform="translate(${x},${y})" color="${ink}">${svg.outerHTML}${named}</g>`)
  }
  const tall = top + Math.ceil(charts.length / across) * (height + gap)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${tall}" width="${total}" height="${tall}" `,
    `font-family='${font}' fill="${ink}"><rect width="100%" height="100%" fill="#ffffff"/>`,
    title === '' ? '' : words(gap, 28, 17, title, 'font-weight="600"'),
    `<g transform="translate(0,${head + 6})">${names.text}</g>${panels.join('')}</svg>\n`
  ].join('')
}

/**
 * One chart as SVG, 620 by 380 pixels and its margin. It never fails: what is no number is left out.
 *
 * @category pictures
 * @since 0.1.0
 */
export const lines = (chart: Chart): Promise<string> => grid('', [chart], 1, [620, 380])
