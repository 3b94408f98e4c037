/**
 * Where boxes and arrows lie.
 *
 * @since 0.1.0
 */
import * as dagre from '@dagrejs/dagre'
import type { Box, Boxes } from './boxes.js'

/** A place: the middle of a box and its size. */
export interface Place {
  readonly box: Box
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A drawing: how large it is, its boxes (frames before what they hold) and its arrows as points. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly places: ReadonlyArray<Place>
  readonly arrows: ReadonlyArray<{ readonly key: string; readonly points: ReadonlyArray<{ readonly x: number; readonly y: number }> }>
}

const sizeOf = ({ label, shape }: Box) => ({
  width: Math.max(shape === 'input' ? 56 : 92, 18 + 7.2 * label.length),
  height: shape === 'input' ? 26 : 40
})

const depth = ({ path }: Box): number => path.split('.').length

/**
 * Lays boxes out from left to right; frames lie around what they hold. The same boxes lie the same.
 *
 * @category pictures
 * @since 0.1.0
 */
export const layout = ({ boxes, arrows }: Boxes): Drawing => {
  const g = new dagre.graphlib.Graph({ compound: true })
  g.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 34, marginx: 16, marginy: 16 })
  g.setDefaultEdgeLabel(() => ({}))
  for (const box of boxes) g.setNode(box.path, box.shape === 'frame' ? {} : sizeOf(box))
  for (const { path, parent } of boxes) if (g.hasNode(parent)) g.setParent(path, parent)
  for (const { from, to } of arrows) g.setEdge(from, to)
  dagre.layout(g)
  const { width = 0, height = 0 } = g.graph() as { readonly width?: number; readonly height?: number }
  const places = boxes.map((box): Place => {
    const { x, y, width: w, height: h } = g.node(box.path) as Omit<Place, 'box'>
    return { box, x, y, width: w, height: h }
  })
  return {
    width,
    height,
    places: places.sort((a, b) => depth(a.box) - depth(b.box)),
    arrows: arrows.map(({ from, to }) => ({
      key: `${from}>${to}`,
      points: (g.edge(from, to) as { readonly points: Drawing['arrows'][number]['points'] }).points
    }))
  }
}
