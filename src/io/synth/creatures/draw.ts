/**
 * A whole animal in one pose as SVG, back to front.
 *
 * @since 0.1.0
 */
import type { Point } from '../model.js'
import { between, blob, type Colour, css, disc, lit, path, plus, polygon, ray, ring, tube } from '../svg.js'
import { type Coat, ear, limb, type Marking, outlined, skull, tail, throat, torso } from './body.js'
import type { Animal, Leg, Pose } from './pose.js'

/**
 * An animal with its colours and marks.
 *
 * @category model
 * @since 0.1.0
 */
export interface Dressed {
  readonly animal: Animal
  readonly coat: Coat
  readonly marks: ReadonlyArray<Marking>
  readonly outline: number
}

/** The same paths twice: once with an outline, once over it without, so that only the outer border shows. */
const bordered = (shapes: string, line: Colour, width: number): string =>
  width === 0 ? shapes : `<g ${outlined(css(line), width * 2)}>${shapes}</g>${shapes}`

const has = ({ species }: Animal, extra: Animal['species']['extras'][number]): boolean => species.extras.includes(extra)

const legPaths = (d: Dressed, leg: Leg | undefined, dim: number): string => {
  if (leg === undefined) return ''
  const { animal, coat } = d
  const { species } = animal
  const wool = has(animal, 'wool')
  const shade = lit(wool ? coat.mark : coat.coat, dim)
  const beak: Colour = [36, 85, 55]
  const foot = species.foot === 'hoof' ? lit(coat.horn, dim) : species.foot === 'claw' ? lit(beak, dim) : shade
  const [thigh, ...rest] = limb(animal, leg, species.foot === 'claw' ? lit(beak, dim) : shade, foot)
  const sock = has(animal, 'socks')
    ? path(
        tube([
          ring(between(leg.knee, leg.foot, 0.45), (animal.build.limb[1] + animal.build.limb[2]) / 2),
          ring(leg.foot, animal.build.limb[2] * 1.02)
        ]),
        lit(species.name === 'fox' ? coat.mark : coat.pale, dim)
      )
    : ''
  const feathers =
    species.legs === 2
      ? path(
          tube([
            ring(leg.top, animal.build.limb[0]),
            ring(between(leg.top, leg.knee, 0.75), animal.build.limb[1] * 1.3)
          ]),
          lit(coat.coat, dim)
        )
      : ''
  return `${thigh}${sock}${rest.join('')}${feathers}`
}

const face = (d: Dressed, pose: Pose): string => {
  const { animal, coat } = d
  const { build: b, species } = animal
  const { head, gaze, muzzle, eye } = pose
  const r = b.head
  const ahead = (far: number, up: number): Point => plus(muzzle, ray(gaze, far), ray(gaze + 90, up))
  const parts: Array<string> = []
  if (species.legs === 4 && !has(animal, 'trunk')) {
    const pale = has(animal, 'mask') ? coat.mark : has(animal, 'wool') ? coat.pale : coat.pale
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

const beak = (d: Dressed, { head, gaze }: Pose): string => {
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

/** What grows out of head and neck and lies behind the skull. */
const behind = (d: Dressed, pose: Pose): string => {
  const { animal, coat } = d
  const { head, gaze, shoulder, ear: at } = pose
  const { build: b } = animal
  const r = b.head
  const parts: Array<string> = []
  if (has(animal, 'ruff'))
    parts.push(
      path(
        blob(
          Array.from({ length: 22 }, (_, i) =>
            plus(head, [-r * 0.28, -r * 0.14], ray((i * 360) / 22, r * (i % 2 === 0 ? 1.72 : 1.48)))
          )
        ),
        coat.mark
      )
    )
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
const back = (d: Dressed, place: (u: number, v: number) => Point): string => {
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

/**
 * The animal in its own plane (y upwards).  `id` tells its clip path from those of other frames.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const drawn = (d: Dressed, pose: Pose, id: string): string => {
  const { animal, coat, marks, outline } = d
  const { build: b } = animal
  const { shoulder, hip } = pose
  const along: Point = [shoulder[0] - hip[0], shoulder[1] - hip[1]]
  const long = Math.hypot(...along)
  const place = (u: number, v: number): Point => {
    const thick = u > 0.75 ? b.trunk[0] : u < 0.25 ? b.trunk[2] : b.trunk[1]
    return plus(hip, [along[0] * u - (along[1] / long) * v * thick, along[1] * u + (along[0] / long) * v * thick])
  }
  const [bodyPath, neckPath, headPath] = [torso(animal, pose), throat(animal, pose), skull(animal, pose)]
  const faceColour = has(animal, 'wool') ? coat.pale : coat.coat
  const [frontNear, frontFar, rearNear, rearFar] = pose.legs
  const edge = (shapes: string, colour: Colour = coat.line): string => bordered(shapes, colour, outline)
  const clip = `<clipPath id="${id}"><path d="${bodyPath}"/><path d="${neckPath}"/></clipPath>`
  const marked =
    marks.length === 0
      ? ''
      : `${clip}<g clip-path="url(#${id})">${marks.map((m) => path(m(place), animal.species.marks.includes('belly') && m === marks[0] && marks.length === 1 ? coat.pale : coat.mark)).join('')}</g>`
  const trunk =
    pose.trunk.length === 0
      ? ''
      : path(tube(pose.trunk.map((at, i) => ring(at, b.snout.thick * (1 - i * 0.11)))), coat.coat)
  const tusk =
    pose.trunk.length === 0
      ? ''
      : path(
          tube([
            ring(plus(pose.muzzle, [-1, -2]), 1.7),
            ring(plus(pose.muzzle, [4, -6]), 1.4),
            ring(plus(pose.muzzle, [9, -6]), 0.5)
          ]),
          [45, 40, 92]
        )
  const wing =
    animal.species.legs === 2
      ? `<g ${outlined(css(coat.line), outline * 0.8)}>${path(blob([place(0.95, 0.1), place(0.75, 0.5), place(0.2, 0.4), place(-0.55, 0.15), place(0.1, -0.35), place(0.7, -0.4)]), lit(coat.coat, 0.86))}</g>`
      : ''
  return [
    edge(legPaths(d, rearFar, 0.74) + legPaths(d, frontFar, 0.74), lit(coat.line, 0.9)),
    edge(tail(animal, pose, coat)),
    edge(ear(animal, pose, true, coat)),
    edge(behind(d, pose)),
    edge(
      [
        back(d, place),
        path(neckPath, coat.coat),
        path(bodyPath, coat.coat),
        animal.species.legs === 2 ? '' : legPaths(d, rearNear, 1) + legPaths(d, frontNear, 1)
      ].join('')
    ),
    marked,
    animal.species.legs === 2 ? edge(legPaths(d, rearNear, 1)) : legPaths(d, rearNear, 1) + legPaths(d, frontNear, 1),
    wing,
    edge(animal.species.legs === 2 ? beak(d, pose) : ''),
    has(animal, 'wool') || has(animal, 'ruff') || has(animal, 'trunk')
      ? edge(path(headPath, faceColour) + trunk)
      : path(headPath, faceColour),
    tusk,
    face(d, pose),
    edge(ear(animal, pose, false, coat))
  ].join('')
}
