/**
 * Ears as paths.
 *
 * @since 0.1.0
 */
import type { Point } from '../model.js'
import { between, blob, disc, lit, path, plus, polygon, ray } from '../svg.js'
import type { Coat } from './coat.js'
import type { Animal, Pose } from './pose.js'

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
