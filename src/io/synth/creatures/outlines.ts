/**
 * The outlines of an animal's body, neck and head, by pose.
 *
 * @since 0.1.0
 */
import { between, plus, ray, ring, tube } from '../svg.js'
import type { Animal, Pose } from './pose.js'

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
