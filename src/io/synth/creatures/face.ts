/**
 * Faces: muzzle, nose, eye, beak.
 *
 * @since 0.1.0
 */
import type { Point } from '../model.js'
import { type Colour, disc, lit, path, plus, polygon, ray, ring, tube } from '../svg.js'
import type { Dressed } from './coat.js'
import { has } from './extras.js'
import type { Pose } from './pose.js'

/** Muzzle, nose, eye and cheek. */
export const face = (d: Dressed, pose: Pose): string => {
  const { animal, coat } = d
  const { build: b, species } = animal
  const { head, gaze, muzzle, eye } = pose
  const r = b.head
  const ahead = (far: number, up: number): Point => plus(muzzle, ray(gaze, far), ray(gaze + 90, up))
  const parts: Array<string> = []
  if (species.legs === 4 && !has(animal, 'trunk')) {
    const pale = has(animal, 'mask') ? coat.mark : coat.pale
    if (has(animal, 'cheeks') || has(animal, 'mask') || animal.species.name === 'cow' || animal.species.name === 'deer')
      parts.push(
        path(
          tube([
            ring(ahead(0, -b.snout.thick * 0.15), b.snout.thick * 0.8),
            ring(ahead(b.snout.long * 0.5, -b.snout.thick * 0.1), b.snout.thick * 0.86)
          ]),
          pale
        )
      )
    const nose = has(animal, 'disc')
      ? `${path(tube([ring(ahead(b.snout.long * 0.5 + b.snout.thick * 0.55, b.snout.thick * 0.6), 1.5), ring(ahead(b.snout.long * 0.5 + b.snout.thick * 0.55, -b.snout.thick * 0.6), 1.5)]), lit(coat.coat, 0.82))}`
      : disc(
          ahead(b.snout.long * 0.5 + b.snout.thick * 0.55, b.snout.thick * 0.42),
          Math.max(1.2, b.snout.thick * (species.foot === 'paw' ? 0.36 : 0.2)),
          coat.horn
        )
    parts.push(nose)
  }
  const size = Math.max(1.9, r * 0.2)
  parts.push(
    disc(eye, size * 1.25, [40, 30, 96]),
    disc(plus(eye, [size * 0.3, 0]), size * 0.85, [240, 20, 12]),
    disc(plus(eye, [size * 0.55, size * 0.35]), size * 0.3, [0, 0, 97])
  )
  if (species.name === 'cat' || species.name === 'dog' || species.name === 'pig' || species.name === 'elephant')
    parts.push(disc(plus(head, ray(gaze - 52, r * 0.55)), r * 0.17, [350, 80, 75], 'opacity="0.5"'))
  return parts.join('')
}

/** The beak of a bird. */
export const beak = (d: Dressed, { head, gaze }: Pose): string => {
  const { animal } = d
  const { head: r, snout } = animal.build
  const root = (up: number): Point => plus(head, ray(gaze + up, r * 0.86))
  const tip = plus(head, ray(gaze, r + snout.long), [0, -r * 0.12])
  const colour: Colour = [36, 90, 54]
  return has(animal, 'billed')
    ? path(
        tube([
          ring(plus(head, ray(gaze - 8, r * 0.8)), snout.thick * 1.1),
          ring(plus(head, ray(gaze - 6, r + snout.long * 0.6)), snout.thick * 0.8)
        ]),
        colour
      )
    : path(polygon([root(22), tip, root(-34)]), colour)
}
