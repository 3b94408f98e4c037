/**
 * Legs with their feet as paths.
 *
 * @since 0.1.0
 */
import type { Point } from '../model.js'
import { between, type Colour, path, plus, polygon, ray, ring, tube } from '../svg.js'
import type { Animal, Leg } from './pose.js'

/** The paths of a leg: the limb, and the foot. */
export const limb = ({ build: b, species }: Animal, leg: Leg, coat: Colour, foot: Colour): ReadonlyArray<string> => {
  const { top, knee, foot: at } = leg
  const [x, y] = at
  const [thigh, middle, thin] = b.limb
  // The feathers of a bird are drawn over its thin leg.
  const wide = species.legs === 2 ? middle : thigh
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
