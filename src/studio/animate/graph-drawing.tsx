/**
 * Boxes and arrows.
 *
 * @since 0.1.0
 */
import { timeOf } from '../draw/boxes.js'
import type { Drawing, Place } from '../draw/layout.js'
import { brief } from '../draw/series.js'
import { flip, times } from '../state/graph.js'
import { stats } from '../state/live.js'

/** What a box took: milliseconds and how often a second. */
const Time = ({ place: { box, x, y }, total }: { readonly place: Place; readonly total: number }) => {
  const ms = timeOf(box.path, times.value)
  if (ms === 0) return null
  const share = total === 0 ? 0 : Math.min(1, ms / total)
  return (
    <>
      <text class="time" x={x} y={y + 12} text-anchor="middle">
        {`${brief(ms)} ms, ${brief(stats.value?.fps ?? 0)}/s`}
      </text>
      <rect class="heat" x={x - 40} y={y + 16} width={80 * share} height={2} />
    </>
  )
}

const pressed = (path: string) => (event: KeyboardEvent) => {
  if (event.key !== 'Enter' && event.key !== ' ') return
  event.preventDefault()
  flip(path)
}

/** What opens and closes by pressing. */
const folding = (path: string, label: string, open: boolean) => ({
  role: 'button' as const,
  tabIndex: 0,
  'aria-expanded': open,
  'aria-label': label,
  onClick: () => flip(path),
  onKeyDown: pressed(path)
})

const Frame = ({ place: { box, x, y, width, height } }: { readonly place: Place }) => (
  <g class="box opens" {...folding(box.path, `${box.path}, close`, true)}>
    <rect class="frame" x={x - width / 2} y={y - height / 2} width={width} height={height} rx={10} />
    <text class="time" x={x - width / 2 + 8} y={y - height / 2 + 13}>
      {`▾ ${box.label}`}
    </text>
  </g>
)

const Node = ({ place, total }: { readonly place: Place; readonly total: number }) => {
  const { box, x, y, width, height } = place
  const part = box.shape === 'part'
  const more = part ? folding(box.path, `${box.path}, ${box.count} nodes, open`, false) : {}
  const timed = timeOf(box.path, times.value) > 0
  return (
    <g class={`box${part ? ' opens' : ''}${box.shape === 'input' ? ' door' : ''}`} {...more}>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx={box.shape === 'input' ? 13 : 8} />
      <text x={x} y={y + (timed ? -2 : 4)} text-anchor="middle">
        {part ? `▸ ${box.label}` : box.label}
      </text>
      <Time place={place} total={total} />
    </g>
  )
}

const pathOf = ([first, ...rest]: Drawing['arrows'][number]['points']): string =>
  first === undefined ? '' : `M${first.x} ${first.y}${rest.map(({ x, y }) => `L${x} ${y}`).join('')}`

/** The drawing with the times of the running session. */
export const GraphDrawing = ({ drawing: { width, height, places, arrows } }: { readonly drawing: Drawing }) => {
  const total = Object.values(times.value).reduce((sum, ms) => sum + ms, 0)
  return (
    <div class="graph" tabIndex={0} role="group" aria-label="Nodes of the graph">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {places.map((place) => place.box.shape === 'frame' && <Frame key={place.box.path} place={place} />)}
        {arrows.map(({ key, points }) => (
          <path key={key} class="edge" d={pathOf(points)} marker-end="url(#tip)" />
        ))}
        {places.map((place) => place.box.shape !== 'frame' && <Node key={place.box.path} place={place} total={total} />)}
      </svg>
    </div>
  )
}
