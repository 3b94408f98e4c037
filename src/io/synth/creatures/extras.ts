/**
 * What only some animals have: manes, horns, humps, wool.
 *
 * @since 0.1.0
 */
import type { Point } from '../model.js'
import { between, blob, disc, path, plus, ray, ring, tube } from '../svg.js'
import type { Dressed } from './coat.js'
import type { Place } from './marks.js'
import type { Animal, Pose } from './pose.js'
import type { Extra } from './species.js'

/** Whether an animal has an extra. */
export const has = ({ species }: Animal, extra: Extra): boolean => species.extras.includes(extra)

/** What grows out of head and neck and lies behind the skull. */
export const behind = (d: Dressed, pose: Pose): string => {
  const { animal, coat } = d
  const { head, gaze, shoulder, ear: at } = pose
  const { build: b } = animal
  const r = b.head
  const parts: Array<string> = []
  if (has(animal, 'antlers')) {
    const prong = (angle: number, from: Point, long: number): string =>
      tube([ring(from, 1.1), ring(plus(from, ray(angle, long)), 0.7)])
    const root = plus(head, ray(gaze + 105, r * 0.85))
    const mid = plus(root, ray(110, r * 0.95))
    const top = plus(mid, ray(80, r * 1.0))
    parts.push(
      [
        prong(110, root, r * 0.95),
        prong(80, mid, r),
        prong(150, mid, r * 0.8),
        prong(35, plus(root, ray(110, r * 0.5)), r * 0.7),
        prong(125, top, r * 0.5)
      ]
        .map((p) => path(p, [30, 40, 48]))
        .join('')
    )
  }
  if (has(animal, 'horns'))
    parts.push(
      path(
        tube([
          ring(plus(head, ray(gaze + 105, r * 0.85)), 1.6),
          ring(plus(head, ray(gaze + 98, r * 1.4)), 1.3),
          ring(plus(head, ray(gaze + 78, r * 1.75)), 0.5)
        ]),
        [45, 40, 84]
      )
    )
  if (has(animal, 'knobs'))
    parts.push(
      [92, 118]
        .map(
          (turn) =>
            `${path(tube([ring(plus(head, ray(gaze + turn, r * 0.8)), 1), ring(plus(head, ray(gaze + turn, r * 1.55)), 1)]), coat.coat)}${disc(plus(head, ray(gaze + turn, r * 1.65)), 1.5, coat.mark)}`
        )
        .join('')
    )
  if (has(animal, 'comb'))
    parts.push(
      [70, 100, 130]
        .map((turn, i) => disc(plus(head, ray(gaze + turn, r * 1.02)), r * (i === 1 ? 0.36 : 0.3), [358, 82, 52]))
        .join('')
    )
  if (has(animal, 'mane') || has(animal, 'crest')) {
    const thick = b.neck.thick[0]
    const side = (t: number, out: number): Point => {
      const [dx, dy] = [head[0] - shoulder[0], head[1] - shoulder[1]]
      const far = Math.hypot(dx, dy)
      return plus(between(shoulder, head, t), [(-dy / far) * out, (dx / far) * out])
    }
    const w = animal.species.name === 'giraffe' ? 0.75 : 1
    parts.push(
      path(
        tube([
          ring(side(0.22, thick * 0.95 * w), thick * 0.3),
          ring(side(0.6, thick * 0.82 * w), thick * 0.36 * w),
          ring(side(0.98, thick * 0.7 * w), thick * 0.34 * w),
          ring(plus(at, ray(gaze + 60, r * 0.2)), thick * 0.2)
        ]),
        coat.mark
      )
    )
  }
  return parts.join('')
}

/** What stands out of the back. */
export const back = (d: Dressed, place: Place): string => {
  const { animal, coat } = d
  const t = animal.build.trunk[1]
  if (has(animal, 'hump'))
    return path(
      blob([place(0.05, 0.6), place(0.25, 1.25), place(0.48, 2), place(0.72, 1.3), place(0.95, 0.6)]),
      coat.coat
    )
  if (has(animal, 'wool'))
    return Array.from({ length: 15 }, (_, i) => {
      const angle = (i * 360) / 15
      const [x, y] = ray(angle, 1)
      return disc(place(0.5 + x * 0.92, y * 0.88), t * 0.36, coat.coat)
    }).join('')
  return ''
}

/** The mane around the head of a lion. */
export const ruff = ({ animal, coat }: Dressed, { head }: Pose): string => {
  const r = animal.build.head
  if (!has(animal, 'ruff')) return ''
  const tips = Array.from({ length: 22 }, (_, i) =>
    plus(head, [-r * 0.28, -r * 0.14], ray((i * 360) / 22, r * (i % 2 === 0 ? 1.72 : 1.48)))
  )
  return path(blob(tips), coat.mark)
}
