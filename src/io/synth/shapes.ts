/**
 * Coloured shapes that move over black, with turning and growing, and the place of their centre and extremities.
 *
 * @since 0.1.0
 */
import { below, generatorAt, uniform } from '../dataset/random.js'
import type { Joint, Point, Scene, Size } from './model.js'
import { css, num, plus, polygon, ray } from './svg.js'

/** The joints of a shape: its centre and four extremities, of which a triangle lacks the last. */
const shapeJoints: ReadonlyArray<string> = ['centre', 'first', 'second', 'third', 'fourth']

const sorts = ['disc', 'square', 'triangle', 'star', 'cross', 'ellipse', 'bar', 'ring'] as const

const around = (count: number, radius: (i: number) => number, turn = 0): ReadonlyArray<Point> =>
  Array.from({ length: count }, (_, i) => ray(turn + (i * 360) / count, radius(i)))

const cross: ReadonlyArray<Point> = [
  [0.3, 1],
  [-0.3, 1],
  [-0.3, 0.3],
  [-1, 0.3],
  [-1, -0.3],
  [-0.3, -0.3],
  [-0.3, -1],
  [0.3, -1],
  [0.3, -0.3],
  [1, -0.3],
  [1, 0.3],
  [0.3, 0.3]
]

const four = (x: number, y: number): ReadonlyArray<Point> => [
  [x, 0],
  [0, y],
  [-x, 0],
  [0, -y]
]

/** The shape at radius 1: its SVG but for the fill, and its extremities. */
const shape: Readonly<Record<(typeof sorts)[number], readonly [svg: string, ends: ReadonlyArray<Point>]>> = {
  disc: ['<circle r="1"/>', four(1, 1)],
  square: [`<path d="${polygon(around(4, () => 1, 45))}"/>`, around(4, () => 1, 45)],
  triangle: [`<path d="${polygon(around(3, () => 1, -90))}"/>`, around(3, () => 1, -90)],
  star: [`<path d="${polygon(around(8, (i) => (i % 2 === 0 ? 1 : 0.42)))}"/>`, four(1, 1)],
  cross: [`<path d="${polygon(cross)}"/>`, four(1, 1)],
  ellipse: ['<ellipse rx="1" ry="0.6"/>', four(1, 0.6)],
  bar: ['<rect x="-1" y="-0.35" width="2" height="0.7"/>', four(1, 0.35)],
  ring: [
    '<path fill-rule="evenodd" d="M1 0A1 1 0 0 1 -1 0A1 1 0 0 1 1 0ZM.55 0A.55 .55 0 0 0 -.55 0A.55 .55 0 0 0 .55 0Z"/>',
    four(1, 1)
  ]
}

/** Frames in which a shape goes its way once. */
const way = 32

/**
 * The video of an index: it depends on seed and index alone, and its first frames are the same at any length.
 *
 * @category drawing
 * @since 0.1.0
 */
export const moving = (seed: number, index: number, size: Size, count: number): Scene => {
  const random = generatorAt(seed, 'shapes', index)
  const [svg, ends] = shape[sorts[below(random, sorts.length)]!]
  const width = (100 * size.width) / size.height
  const radius = uniform(random, 8, 17)
  const [grow, beat, begin] = [uniform(random, 0, 0.25), uniform(random, 0.5, 1.5), uniform(random, 0, 360)]
  const [angle, turn] = [uniform(random, 0, 360), uniform(random, -150, 150)]
  const most = radius * (1 + grow) + 1
  const somewhere = (): Point => [
    uniform(random, most, Math.max(most, width - most)),
    uniform(random, most, 100 - most)
  ]
  const [from, by, to] = [somewhere(), somewhere(), somewhere()]
  const fill = css([uniform(random, 0, 360), uniform(random, 45, 100), uniform(random, 38, 72)])
  const frames = Array.from({ length: count }, (_, t) => {
    // There and back along a curve through three points, slower at its ends.
    const s = (1 - Math.cos((Math.PI * t) / way)) / 2
    const at = plus(scaled(from, (1 - s) ** 2), scaled(by, 2 * s * (1 - s)), scaled(to, s ** 2))
    const r = radius * (1 + grow * Math.sin(((begin + (beat * 360 * t) / way) * Math.PI) / 180))
    const turned = angle + (turn * t) / way
    const joints = [[0, 0] as Point, ...ends].map(([x, y]): Joint => {
      const far = Math.hypot(x, y) * r
      const [jx, jy] = plus(at, ray((Math.atan2(y, x) * 180) / Math.PI + turned, far))
      return { at: [jx / width, jy / 100], there: true }
    })
    const missing = Array.from(
      { length: shapeJoints.length - joints.length },
      (): Joint => ({ at: [0, 0], there: false })
    )
    const place = `translate(${num(at[0])} ${num(at[1])}) rotate(${num(turned)}) scale(${num(r)})`
    return {
      svg: `<rect width="${num(width)}" height="100" fill="black"/><g transform="${place}" fill="${fill}">${svg}</g>`,
      joints: [...joints, ...missing]
    }
  })
  return { joints: shapeJoints, frames }
}

const scaled = ([x, y]: Point, by: number): Point => [x * by, y * by]
