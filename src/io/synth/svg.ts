/**
 * Paths of SVG out of points, and colours.
 *
 * @since 0.1.0
 */
import type { Point } from './model.js'

/** A circle of a tube: centre and radius. */
export type Ring = readonly [x: number, y: number, radius: number]

/** A colour: hue in degrees, saturation and lightness in percent. */
export type Colour = readonly [hue: number, saturation: number, lightness: number]

/** A number as short as a hundredth of a unit allows. */
export const num = (n: number): string => String(Math.round(n * 100) / 100)

/** A colour as SVG names it. */
export const css = ([h, s, l]: Colour): string => `hsl(${num(((h % 360) + 360) % 360)},${num(s)}%,${num(l)}%)`

/** How much colour there is between black, white and grey at a lightness. */
const room = (lightness: number): number => 1 - Math.abs(lightness / 50 - 1)

/** The colour in more or less light: red, green and blue multiplied where it is less, never quite white. */
export const lit = ([h, s, l]: Colour, by: number): Colour => {
  const light = Math.min(97, l * by)
  return [h, by < 1 ? (s * room(l) * by) / room(light) : s, light]
}

const pair = ([x, y]: Point): string => `${num(x)} ${num(y)}`

/** The direction of an angle in degrees, as long as asked. */
export const ray = (degrees: number, length: number): Point => [
  Math.cos((degrees * Math.PI) / 180) * length,
  Math.sin((degrees * Math.PI) / 180) * length
]

/** The sum of points. */
export const plus = (...points: ReadonlyArray<Point>): Point => [
  points.reduce((n, [x]) => n + x, 0),
  points.reduce((n, [, y]) => n + y, 0)
]

/** A point between two. */
export const between = (a: Point, b: Point, t: number): Point => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]

/** A point as a circle of a tube. */
export const ring = ([x, y]: Point, radius: number): Ring => [x, y, radius]

/** The curve of Catmull and Rom between the inner two of four numbers. */
const curve = (a: number, b: number, c: number, d: number, t: number): number =>
  b + (t / 2) * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))

const parts = 4

/** Rings between those given, so that the tube through them bends softly. */
const softened = (rings: ReadonlyArray<Ring>): ReadonlyArray<Ring> =>
  rings.flatMap((b, i) => {
    const a = rings[i - 1] ?? b
    const c = rings[i + 1]
    if (c === undefined) return [b]
    const d = rings[i + 2] ?? c
    return Array.from({ length: parts }, (_, k): Ring => {
      const [x, y, r] = ([0, 1, 2] as const).map((n) => curve(a[n], b[n], c[n], d[n], k / parts))
      return [x!, y!, Math.max(0.05, r!)]
    })
  })

/** The outline of a soft tube through circles, with round ends. */
export const tube = (rings: ReadonlyArray<Ring>): string => {
  const soft = softened(rings)
  const sides = soft.map(([x, y, r], i) => {
    const [bx, by] = soft[i - 1] ?? soft[i]!
    const [cx, cy] = soft[i + 1] ?? soft[i]!
    const long = Math.hypot(cx - bx, cy - by) || 1
    const [nx, ny] = [(-(cy - by) / long) * r, ((cx - bx) / long) * r]
    return { left: [x + nx, y + ny] as Point, right: [x - nx, y - ny] as Point, r: num(r) }
  })
  const [first, last] = [sides[0]!, sides[sides.length - 1]!]
  const left = sides.map((s) => pair(s.left)).join('L')
  const right = sides
    .map((s) => pair(s.right))
    .reverse()
    .join('L')
  return `M${left}A${last.r} ${last.r} 0 0 0 ${right}A${first.r} ${first.r} 0 0 0 ${pair(first.left)}Z`
}

/** A closed curve, soft at all its points. */
export const blob = (points: ReadonlyArray<Point>): string => {
  const n = points.length
  const at = (i: number): Point => points[(i + n) % n]!
  const pieces = points.map((b, i) => {
    const [a, c, d] = [at(i - 1), at(i + 1), at(i + 2)]
    const one: Point = [b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6]
    const two: Point = [c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6]
    return `C${pair(one)} ${pair(two)} ${pair(c)}`
  })
  return `M${pair(at(0))}${pieces.join('')}Z`
}

/** A closed line through points. */
export const polygon = (points: ReadonlyArray<Point>): string => `M${points.map(pair).join('L')}Z`

/** A path with a fill. */
export const path = (d: string, fill: Colour, more = ''): string =>
  `<path d="${d}" fill="${css(fill)}"${more === '' ? '' : ` ${more}`}/>`

/** A disc. */
export const disc = ([x, y]: Point, radius: number, fill: Colour, more = ''): string =>
  `<circle cx="${num(x)}" cy="${num(y)}" r="${num(radius)}" fill="${css(fill)}"${more === '' ? '' : ` ${more}`}/>`
