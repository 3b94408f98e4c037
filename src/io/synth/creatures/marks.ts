/**
 * Marks on the coat: spots, patches, stripes, tiles, a pale belly.
 *
 * @since 0.1.0
 */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { below, uniform } from '../../dataset/random.js'
import type { Point } from '../model.js'
import { between, blob, plus, polygon, ray } from '../svg.js'
import type { Animal, Pose } from './pose.js'
import type { Species } from './species.js'

/** A place on a part of the animal: along it (0 to 1) and across it (-1 to 1), upwards. */
export type Place = (along: number, across: number) => Point

/** A mark: a closed path on the body, from hip to shoulder, or on the neck, from shoulder to head. */
export type Marking = (body: Place, neck: Place) => string

const placeOn = (from: Point, to: Point, thick: (u: number) => number): Place => {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const long = Math.hypot(dx, dy) || 1
  return (u, v) => plus(from, [dx * u - (dy / long) * v * thick(u), dy * u + (dx / long) * v * thick(u)])
}

/**
 * The places on the body of an animal.
 *
 * @category drawing
 * @since 0.1.0
 */
export const onBody = ({ build: { trunk } }: Animal, { hip, shoulder }: Pose): Place =>
  placeOn(hip, shoulder, (u) => (u > 0.75 ? trunk[0] : u < 0.25 ? trunk[2] : trunk[1]))

/**
 * The places on the neck of an animal.
 *
 * @category drawing
 * @since 0.1.0
 */
export const onNeck = ({ build: { neck } }: Animal, { shoulder, head }: Pose): Place =>
  placeOn(shoulder, head, (u) => neck.thick[0] + (neck.thick[1] - neck.thick[0]) * u)

const stripe = (place: Place, u: number, wide: number, lean: number, end: number): string =>
  polygon([
    place(u - wide, 1.3),
    place(u + wide, 1.3),
    place(u + lean + wide * 0.4, 0.2),
    place(u + lean * 2, end),
    place(u + lean - wide * 0.7, 0.2)
  ])

/**
 * Marks of a sort, drawn by chance once for an animal.
 *
 * @category random
 * @since 0.1.0
 */
export const markings = (
  random: RandomGenerator,
  { build }: Animal,
  sort: Species['marks'][number]
): ReadonlyArray<Marking> => {
  const thick = build.trunk[1]
  const some = <A>(count: number, make: (i: number) => A): ReadonlyArray<A> =>
    Array.from({ length: count }, (_, i) => make(i))
  const dot = (u: number, v: number, r: number, onto: 'body' | 'neck' = 'body'): Marking => {
    const wobble = some(7, () => uniform(random, 0.78, 1.18))
    return (body, neck) => {
      const at = onto === 'body' ? body(u, v) : neck(u, v)
      const along = between(body(0, 0), body(1, 0), 0.5)
      const turn = (Math.atan2(body(1, 0)[1] - along[1], body(1, 0)[0] - along[0]) * 180) / Math.PI
      return blob(wobble.map((w, i) => plus(at, ray(turn + (i * 360) / 7, r * w))))
    }
  }
  switch (sort) {
    case 'spots':
      return some(9 + below(random, 8), () =>
        dot(uniform(random, -0.25, 1.25), uniform(random, -0.7, 0.9), thick * uniform(random, 0.1, 0.2))
      )
    case 'patches':
      return some(3 + below(random, 3), (i) =>
        dot(
          -0.15 + i * 0.38 + uniform(random, -0.1, 0.1),
          uniform(random, -0.4, 0.95),
          thick * uniform(random, 0.35, 0.62)
        )
      )
    case 'tiles': {
      const rows = some(24, (i) =>
        dot(
          -0.42 + (i % 6) * 0.34 + (Math.floor(i / 6) % 2) * 0.17 + uniform(random, -0.03, 0.03),
          1.0 - Math.floor(i / 6) * 0.52,
          thick * uniform(random, 0.2, 0.25)
        )
      )
      const column = some(12, (i) =>
        dot(0.36 + Math.floor(i / 2) * 0.11, i % 2 === 0 ? 0.5 : -0.45, thick * (0.21 - i * 0.006), 'neck')
      )
      return [...rows, ...column]
    }
    case 'stripes': {
      const along = some(7, (i): Marking => {
        const [lean, end] = [uniform(random, -0.06, 0.06), uniform(random, -0.75, -0.2)]
        return (body) => stripe(body, -0.28 + i * 0.25, 0.052, lean, end)
      })
      const up = some(build.neck.long > 15 ? 4 : 0, (i): Marking => {
        const lean = uniform(random, -0.04, 0.04)
        return (_, neck) => stripe(neck, 0.42 + i * 0.14, 0.035, lean, -0.7)
      })
      return [...along, ...up]
    }
    case 'belly':
      return [
        (place) =>
          blob([
            place(-0.2, -0.75),
            place(0.5, -0.5),
            place(1.1, -0.45),
            place(1.5, -0.9),
            place(1, -1.6),
            place(0, -1.6)
          ])
      ]
    case 'none':
      return []
  }
}
