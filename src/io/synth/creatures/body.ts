/**
 * The parts of an animal as paths, by pose.
 *
 * @since 0.1.0
 */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { below, uniform } from '../../dataset/random.js'
import type { Point } from '../model.js'
import { between, blob, type Colour, disc, lit, num, path, plus, polygon, ray, ring, tube } from '../svg.js'
import type { Animal, Leg, Pose } from './pose.js'

/**
 * The colours of an animal.
 *
 * @category model
 * @since 0.1.0
 */
export interface Coat {
  readonly coat: Colour
  readonly pale: Colour
  readonly mark: Colour
  readonly line: Colour
  readonly horn: Colour
}

/** The outline of the body without legs, head and tail. */
export const torso = ({ build: b, species }: Animal, { shoulder, hip }: Pose): string => {
  const sag = species.legs === 2 ? 0.1 : 0.06
  const middle = plus(between(shoulder, hip, 0.5), [0, -b.trunk[1] * sag])
  return tube([ring(hip, b.trunk[2]), ring(middle, b.trunk[1]), ring(shoulder, b.trunk[0])])
}

/** The outline of the neck, from inside the chest to inside the head. */
export const throat = ({ build: b }: Animal, { shoulder, neck, head }: Pose): string =>
  tube([
    ring(between(shoulder, neck, 0.3), b.neck.thick[0] * 1.12),
    ring(between(neck, head, 0.3), (b.neck.thick[0] * 2 + b.neck.thick[1]) / 3),
    ring(head, b.neck.thick[1])
  ])

/** The outline of skull and snout. */
export const skull = ({ build: b, species }: Animal, { head, muzzle, gaze }: Pose): string =>
  species.legs === 2
    ? tube([ring(head, b.head), ring(plus(head, ray(gaze, b.head * 0.1)), b.head * 0.98)])
    : tube([
        ring(head, b.head),
        ring(between(head, muzzle, 0.6), b.head * 0.5 + b.snout.thick * 0.48),
        ring(plus(muzzle, ray(gaze, b.snout.long * 0.5)), b.snout.thick)
      ])

/** The paths of a leg: the limb, and the foot. */
export const limb = ({ build: b, species }: Animal, leg: Leg, coat: Colour, foot: Colour): ReadonlyArray<string> => {
  const { top, knee, foot: at } = leg
  const [x, y] = at
  const [wide, middle, thin] = b.limb
  const paths = [
    path(
      tube([ring(top, wide), ring(between(top, knee, 0.55), (wide + middle) / 2), ring(knee, middle), ring(at, thin)]),
      coat
    )
  ]
  const low = leg.stands ? 0 : -0.25
  switch (species.foot) {
    case 'hoof': {
      const h = thin * 1.35
      const back = plus(at, [-thin * 1.05, low * thin])
      const front = plus(at, [thin * 1.05, 0])
      const sole: ReadonlyArray<Point> = [back, front, plus(front, [thin * 0.55, -h]), plus(back, [-thin * 0.1, -h])]
      return [...paths, path(polygon(sole), foot)]
    }
    case 'paw':
      return [
        ...paths,
        path(
          tube([
            [x - thin * 0.1, y, thin * 0.95],
            [x + thin * 1.05, y - thin * 0.08 + low, thin * 0.85]
          ]),
          foot
        )
      ]
    case 'pad':
      return [
        ...paths,
        path(
          tube([
            [x - thin * 0.1, y, thin * 1.02],
            [x + thin * 0.3, y, thin * 1.02]
          ]),
          foot
        )
      ]
    case 'claw': {
      const size = 2.6 + b.limb[0] * 0.6
      const tilt = leg.stands ? 0 : -35
      const toe = (angle: number, long: number): string => {
        const end = plus(at, ray(angle + tilt, long * size))
        return tube([ring(at, thin * 0.9), ring(end, thin * 0.6)])
      }
      return [...paths.map((p) => p), path(toe(0, 1), foot), path(toe(-25, 0.75), foot), path(toe(185, 0.55), foot)]
    }
  }
}

/** The shape of an ear that grows at the head, and its inside. */
export const ear = (a: Animal, pose: Pose, far: boolean, { coat, pale, mark }: Coat): string => {
  const { build: b, species } = a
  const { head, gaze } = pose
  const r = b.head
  const shade = far ? lit(coat, 0.8) : coat
  const root = plus(head, ray(gaze + (far ? 84 : 112), r * 0.72))
  const leaf = (angle: number, long: number, wide: number): string => {
    const end = plus(root, ray(angle, long))
    const out = (at: Point, w: number): Point => plus(at, ray(angle + 90, w))
    const mid = between(root, end, 0.45)
    return blob([out(root, wide * 0.7), out(mid, wide), end, out(mid, -wide), out(root, -wide * 0.7)])
  }
  const both = (angle: number, long: number, wide: number, inside = pale): string =>
    `${path(leaf(angle, long, wide), shade)}${far ? '' : path(leaf(angle, long * 0.72, wide * 0.5), lit(inside, 0.92))}`
  const swing = pose.gaze * 0.3
  switch (species.ear) {
    case 'pointed': {
      const angle = gaze + (far ? 88 : 116)
      const [low, high] = [plus(head, ray(angle - 30, r * 0.86)), plus(head, ray(angle + 26, r * 0.86))]
      const tip = plus(head, ray(angle, r * 1.72))
      const shape = polygon([low, tip, high])
      const inner = polygon([
        between(low, high, 0.25),
        between(plus(head, ray(angle, r)), tip, 0.7),
        between(low, high, 0.75)
      ])
      return `${path(shape, shade)}${far ? '' : path(inner, lit(pale, 0.9))}`
    }
    case 'round':
      return `${disc(plus(root, ray(gaze + (far ? 84 : 112), r * 0.2)), r * 0.4, shade)}${far ? '' : disc(plus(root, ray(gaze + 112, r * 0.2)), r * 0.22, pale)}`
    case 'long':
      return both(gaze + (far ? 92 : 118) + swing, r * 1.75, r * 0.33)
    case 'floppy':
      return path(
        leaf(-gaze * 0.4 - (far ? 75 : 105), r * 1.15, r * 0.42),
        far ? shade : lit(a.species.name === 'pig' ? coat : mark, 0.9)
      )
    case 'big':
      return species.extras.includes('trunk')
        ? far
          ? ''
          : `${path(
              blob(
                [
                  [-0.1, 0.85],
                  [-0.95, 0.95],
                  [-1.35, 0.1],
                  [-1.0, -0.85],
                  [-0.35, -0.75],
                  [-0.05, -0.1]
                ].map(([x, y]) => plus(head, [x! * r, y! * r]))
              ),
              lit(coat, 0.9)
            )}`
        : `${disc(plus(root, ray(gaze + (far ? 80 : 112), r * 0.35)), r * 0.62, shade)}${far ? '' : disc(plus(root, ray(gaze + 112, r * 0.35)), r * 0.42, pale)}`
    case 'side':
      return far ? '' : both(gaze + 185, r * 0.95, r * 0.28)
    case 'none':
      return ''
  }
}

/** The tail as paths. */
export const tail = ({ species, build: b }: Animal, { tail: t }: Pose, { coat, pale, mark }: Coat): string => {
  const tip = t[t.length - 1]!
  const rod = (widths: ReadonlyArray<number>): string => tube(t.map((at, i) => ring(at, widths[i] ?? 1)))
  switch (species.tail) {
    case 'thin': {
      const w = species.name === 'mouse' ? [1.2, 1.1, 0.9, 0.7, 0.5] : [2.2, 2.1, 1.9, 1.8, 1.5]
      return path(rod(w), species.name === 'mouse' ? pale : coat)
    }
    case 'bushy': {
      const end = tube([ring(between(t[3]!, tip, 0.2), 4.6), ring(tip, 1.2)])
      return `${path(rod([2, 4.2, 6, 5.2, 1.2]), coat)}${path(end, pale)}`
    }
    case 'hair':
      return path(rod([2, 3.4, 4.2, 3.8, 1]), mark)
    case 'tuft':
      return `${path(rod([1.7, 1.4, 1.2, 1.1, 1]), coat)}${path(tube([ring(t[3]!, 1.2), ring(between(t[3]!, tip, 0.6), 2.8), ring(tip, 0.8)]), mark)}`
    case 'curl':
      return path(rod([1.5, 1.4, 1.3, 1.2, 1]), lit(coat, 0.92))
    case 'stub':
      return disc(t[1]!, Math.max(3, b.trunk[2] * 0.34), species.name === 'bear' ? coat : pale)
    case 'fan':
      return [-22, 0, 22]
        .map((turn) => {
          const [from, to] = [t[0]!, t[t.length - 1]!]
          const angle = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI
          const end = plus(from, ray(angle + turn, Math.hypot(to[0] - from[0], to[1] - from[1]) * 1.05))
          return path(
            tube([ring(from, 3), ring(between(from, end, 0.6), 3.6), ring(end, 1.8)]),
            turn === 0 ? mark : lit(mark, 1.25)
          )
        })
        .join('')
    case 'up':
      return path(rod(species.legs === 2 ? [6, 4.6, 3, 1.8, 0.8] : [2.6, 2.4, 2.1, 1.8, 1.4]), coat)
  }
}

/** A mark on the coat: a closed path in the frame of the body, u from hip (0) to shoulder (1), v across, upwards. */
export type Marking = (place: (u: number, v: number) => Point) => string

/** Marks of a sort, drawn by chance once for an animal. */
export const markings = (random: RandomGenerator, a: Animal, sort: string): ReadonlyArray<Marking> => {
  const dot = (u: number, v: number, r: number): Marking => {
    const wobble = Array.from({ length: 7 }, () => uniform(random, 0.75, 1.2))
    return (place) => blob(wobble.map((w, i) => plus(place(u, v), ray((i * 360) / 7, r * w))))
  }
  const thick = a.build.trunk[1]
  switch (sort) {
    case 'spots':
      return Array.from({ length: 9 + below(random, 8) }, () =>
        dot(uniform(random, -0.25, 1.25), uniform(random, -0.7, 0.9), thick * uniform(random, 0.1, 0.2))
      )
    case 'patches':
      return Array.from({ length: 3 + below(random, 3) }, (_, i) =>
        dot(
          -0.15 + i * 0.38 + uniform(random, -0.1, 0.1),
          uniform(random, -0.4, 0.95),
          thick * uniform(random, 0.35, 0.62)
        )
      )
    case 'tiles':
      return Array.from({ length: 24 }, (_, i) =>
        dot(
          -0.4 + (i % 6) * 0.34 + uniform(random, -0.05, 0.05),
          1.05 - Math.floor(i / 6) * 0.6,
          thick * uniform(random, 0.2, 0.26)
        )
      )
    case 'stripes':
      return Array.from({ length: 7 }, (_, i) => {
        const [u, lean, end] = [-0.28 + i * 0.25, uniform(random, -0.06, 0.06), uniform(random, -0.75, -0.2)]
        return (place) =>
          polygon([
            place(u - 0.05, 1.3),
            place(u + 0.055, 1.3),
            place(u + lean + 0.02, 0.2),
            place(u + lean * 2, end),
            place(u + lean - 0.035, 0.2)
          ])
      })
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
    default:
      return []
  }
}

/** An attribute that gives a group an outline. */
export const outlined = (line: string, width: number): string =>
  `stroke="${line}" stroke-width="${num(width)}" stroke-linejoin="round" stroke-linecap="round"`
