/**
 * Lines over an axis.
 *
 * @since 0.1.0
 */
import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { brief } from '../draw/series.js'
import { repaint } from '../state/place.js'

/** A line: its name and its colour, as CSS reads it, or the name of a custom property. */
export interface Line {
  readonly label: string
  readonly colour: string
  readonly width?: number
}

interface Props {
  readonly height: number
  readonly lines: () => ReadonlyArray<Line>
  /** Reads the signals that the numbers depend on. */
  readonly data: () => uPlot.AlignedData
  /** A chart so small that it has no axes. */
  readonly bare?: boolean
  readonly logarithmic?: () => boolean
  readonly least?: number
  readonly label: string
}

const variable = (of: Element, name: string): string =>
  name.startsWith('--') ? getComputedStyle(of).getPropertyValue(name).trim() : name

/** A colour of the page as a canvas reads it: custom properties may be of two halves, which only an element resolves. */
const colourOf = (host: HTMLElement, name: string): string => {
  const before = host.style.color
  host.style.color = name.startsWith('--') ? `var(${name})` : variable(host, name)
  const colour = getComputedStyle(host).color
  host.style.color = before
  return colour
}

const options = (host: HTMLElement, { height, lines, bare = false, logarithmic, least }: Props): uPlot.Options => {
  const [quiet, line] = [colourOf(host, '--quiet'), colourOf(host, '--line')]
  const log = logarithmic?.() ?? false
  const axis = { stroke: quiet, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: '11px system-ui' }
  return {
    width: Math.max(40, host.clientWidth),
    height,
    legend: { show: false },
    cursor: { show: !bare, y: false, points: { size: 5 } },
    padding: bare ? [4, 2, 4, 2] : [8, 8, 0, 0],
    scales: {
      x: { time: false },
      y: {
        distr: log ? 3 : 1,
        ...(log ? {} : { range: (_: uPlot, low: number, high: number) => ranged(least ?? low, high) })
      }
    },
    axes: bare
      ? [{ show: false }, { show: false }]
      : [{ ...axis, size: 28 }, { ...axis, size: 52, values: (_: uPlot, ticks: Array<number | null>) => ticks.map(ticked) }],
    series: [
      {},
      ...lines().map(({ label, colour, width = 1.6 }) => ({
        label,
        width,
        spanGaps: true,
        stroke: colourOf(host, colour),
        points: { show: false }
      }))
    ]
  }
}

const ticked = (n: number | null): string => (n === null ? '' : brief(n))

const ranged = (low: number, high: number): [number, number] => {
  const room = (high - low || Math.abs(high) || 1) * 0.08
  return [Number.isFinite(low) ? (low === 0 ? 0 : low - room) : 0, Number.isFinite(high) ? high + room : 1]
}

/** A chart that grows with its numbers and follows the width of its place and the look of the page. */
export const Chart = (props: Props) => {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  useSignalEffect(() => {
    const element = host.current
    if (element === null) return
    void repaint.value
    const made = new uPlot(options(element, props), [[], ...props.lines().map(() => [])], element)
    plot.current = made
    const watch = new ResizeObserver(() => made.setSize({ width: Math.max(40, element.clientWidth), height: props.height }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      made.destroy()
      plot.current = undefined
    }
  })
  useSignalEffect(() => {
    void repaint.value
    void props.lines()
    const data = props.data()
    queueMicrotask(() => plot.current?.setData(data))
  })
  return <div ref={host} class="plot" role="img" aria-label={props.label} />
}
