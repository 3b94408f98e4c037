// @ts-check
/**
 * Flowcharts in the notation of mermaid (`flowchart TD`, boxes, arrows, subgraphs) as SVG, laid out by dagre, so that pages
 * need no script to show them.
 */
import dagre from '@dagrejs/dagre'

/** @typedef {{ readonly label: string, readonly group: string | undefined }} Box */
/** @typedef {{ readonly from: string, readonly to: string, readonly label: string }} Arrow */
/** @typedef {{ direction: string, boxes: Map<string, Box>, arrows: Array<Arrow>, groups: Map<string, string> }} Chart */

const boxOf = /^([\w.:/-]+?)(?:[[({>]+"?(.*?)"?[\])}]+)?$/

/** @param {string} text @returns {Chart} */
const read = (text) => {
  /** @type {Chart} */
  const chart = { direction: 'TB', boxes: new Map(), arrows: [], groups: new Map() }
  /** @type {Array<string>} */
  const open = []
  const box = (/** @type {string} */ said) => {
    const [, id = said, label] = boxOf.exec(said.trim()) ?? []
    const known = chart.boxes.get(id)
    if (known === undefined || label !== undefined)
      chart.boxes.set(id, { label: label ?? known?.label ?? id, group: known?.group ?? open.at(-1) })
    return id
  }
  for (const line of text
    .split('\n')
    .map((l) => l.trim())
    .filter((l) => l !== '' && !l.startsWith('%%'))) {
    const direction = /^(?:flowchart|graph) (\w+)$/.exec(line)?.[1]
    const group = /^subgraph ([\w.-]+)(?:\s*\["?(.*?)"?\])?$/.exec(line)
    if (direction !== undefined) chart.direction = direction === 'TD' ? 'TB' : direction
    else if (group !== null) {
      open.push(group[1] ?? '')
      chart.groups.set(group[1] ?? '', group[2] ?? group[1] ?? '')
    } else if (line === 'end') open.pop()
    else {
      const parts = line.split(/\s*(?:-->|-\.->|==>)\s*/)
      let from = box(parts[0] ?? '')
      for (const part of parts.slice(1)) {
        const [, label = '', target = ''] = /^(?:\|"?(.*?)"?\|\s*)?(.*)$/.exec(part) ?? []
        const to = box(target)
        chart.arrows.push({ from, to, label })
        from = to
      }
    }
  }
  return chart
}

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('{', '&#123;')

const [letter, line, padding] = [7, 18, 10]

/** A label in lines of some length. @param {string} label @returns {ReadonlyArray<string>} */
const lines = (label) =>
  label.split(/<br\s*\/?>/).flatMap((part) =>
    part.split(' ').reduce((/** @type {Array<string>} */ all, word) => {
      const last = all.at(-1)
      if (last === undefined || last.length + word.length >= 24) all.push(word)
      else all[all.length - 1] = `${last} ${word}`
      return all
    }, [])
  )

const at = (/** @type {number} */ n) => n.toFixed(1)

/** A chart as SVG, from left to right only where that is not too wide to be read. @param {Chart} chart */
const draw = (chart) => {
  const asked = laidOut(chart)
  const { width, picture } = asked.width > widest ? laidOut({ ...chart, direction: 'TB' }) : asked
  return width < asked.width ? picture : asked.picture
}

/** Pixels that a page is wide. */
const widest = 760

/** @param {Chart} chart */
const laidOut = ({ direction, boxes, arrows, groups }) => {
  const g = new dagre.graphlib.Graph({ compound: true, multigraph: true })
  g.setGraph({ rankdir: direction, nodesep: 24, ranksep: 40, marginx: 12, marginy: 12 })
  g.setDefaultEdgeLabel(() => ({}))
  for (const id of groups.keys()) g.setNode(`group ${id}`, {})
  for (const [id, { label, group }] of boxes) {
    const said = lines(label)
    const width = letter * Math.max(...said.map((l) => l.length)) + 2 * padding
    g.setNode(id, { width, height: line * said.length + padding })
    if (group !== undefined) g.setParent(id, `group ${group}`)
  }
  arrows.forEach(({ from, to, label }, i) =>
    g.setEdge(from, to, { width: letter * label.length, height: label === '' ? 0 : line }, String(i))
  )
  dagre.layout(g)
  const { width = 0, height = 0 } = g.graph()
  const frames = [...groups].map(([id, label]) => {
    const { x, y, width: w, height: h } = g.node(`group ${id}`)
    return `<rect x="${at(x - w / 2)}" y="${at(y - h / 2)}" width="${at(w)}" height="${at(h)}" rx="6" fill="#f4f7f9" stroke="#b9c6cf"/><text x="${at(x - w / 2 + 8)}" y="${at(y - h / 2 + 15)}" font-weight="600" fill="#47606e">${escaped(label)}</text>`
  })
  const paths = g.edges().map((/** @type {any} */ e) => {
    const edge = g.edge(e)
    const d = edge.points
      .map((/** @type {any} */ p, /** @type {number} */ i) => `${i === 0 ? 'M' : 'L'}${at(p.x)} ${at(p.y)}`)
      .join('')
    const label = arrows[Number(e.name)]?.label ?? ''
    const text =
      label === ''
        ? ''
        : `<text x="${at(edge.x)}" y="${at(edge.y + 4)}" text-anchor="middle" fill="#47606e">${escaped(label)}</text>`
    return `<path d="${d}" fill="none" stroke="#47606e" marker-end="url(#tip)"/>${text}`
  })
  const cells = [...boxes].map(([id, { label }]) => {
    const { x, y, width: w, height: h } = g.node(id)
    const said = lines(label)
    const texts = said.map(
      (l, i) =>
        `<text x="${at(x)}" y="${at(y + line * (i - (said.length - 1) / 2) + 4.5)}" text-anchor="middle" fill="#12303d">${escaped(l)}</text>`
    )
    return `<rect x="${at(x - w / 2)}" y="${at(y - h / 2)}" width="${at(w)}" height="${at(h)}" rx="4" fill="#fff" stroke="#12708f"/>${texts.join('')}`
  })
  const tip =
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#47606e"/></marker></defs>'
  const picture = `<div class="drawn"><svg class="flowchart" role="img" aria-label="flow chart" xmlns="http://www.w3.org/2000/svg" width="${at(width)}" viewBox="0 0 ${at(width)} ${at(height)}" font-family="system-ui, sans-serif" font-size="13">${tip}${[...frames, ...paths, ...cells].join('')}</svg></div>`
  return { width, picture }
}

/** A page with its flowcharts drawn. @param {string} page */
export const drawFlowcharts = (page) => page.replaceAll(/^```mermaid\n([\s\S]*?)^```$/gm, (_, text) => draw(read(text)))
