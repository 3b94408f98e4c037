/**
 * An animal's joints at one time, in its own plane: x forwards, y upwards, the ground at 0.
 *
 * @since 0.1.0
 */
import type { Point } from '../model.js'
import { between, plus, ray } from '../svg.js'
import { bobAt, footAt, type Gait, legs } from './gait.js'
import type { Build, Species } from './species.js'

/**
 * An animal: its kind, its own build, and how it moves.
 *
 * @category model
 * @since 0.1.0
 */
export interface Animal {
  readonly species: Species
  readonly build: Build
  readonly gait: Gait
  /** How far a step goes, from the gait and the length of the legs. */
  readonly step: number
  /** How far the tail swings and the head nods, in degrees. */
  readonly swing: number
  readonly nod: number
  /** Swings of tail and nods of the head in a cycle. */
  readonly beats: number
}

/** A leg at one time. */
export interface Leg {
  readonly top: Point
  readonly knee: Point
  readonly foot: Point
  readonly stands: boolean
}

/**
 * Where the parts of an animal are; angles in degrees.
 *
 * @category model
 * @since 0.1.0
 */
export interface Pose {
  readonly shoulder: Point
  readonly hip: Point
  readonly neck: Point
  readonly head: Point
  readonly gaze: number
  readonly muzzle: Point
  readonly nose: Point
  readonly eye: Point
  readonly ear: Point
  readonly tail: ReadonlyArray<Point>
  readonly trunk: ReadonlyArray<Point>
  readonly legs: ReadonlyArray<Leg | undefined>
}

/**
 * The middle joint of two bones from `top` to `foot`: they bend forwards (1) or backwards (-1). What is out of reach is
 * reached for straight.
 *
 * @category kinematics
 * @since 0.1.0
 */
const bend = (top: Point, foot: Point, upper: number, lower: number, way: 1 | -1): Point => {
  const [dx, dy] = [foot[0] - top[0], foot[1] - top[1]]
  const far = Math.hypot(dx, dy) || 1
  const along = (upper ** 2 - lower ** 2 + far ** 2) / (2 * far)
  const aside = Math.sqrt(Math.max(0, upper ** 2 - along ** 2)) * way
  return [top[0] + (dx * along - dy * aside) / far, top[1] + (dy * along + dx * aside) / far]
}

/** The height of the ankle over the ground. */
const ankle = ({ foot, build }: Pick<Species, 'foot' | 'build'>): number =>
  foot === 'claw' ? 1 : build.limb[2] * (foot === 'hoof' ? 1.35 : 0.9)

const legAt = (a: Animal, cycle: number, shoulder: Point, hip: Point, leg: number): Leg | undefined => {
  const { build, species, gait, step } = a
  const front = leg < 2
  if (front && species.legs === 2) return undefined
  const far = leg % 2 === 1
  const { ahead, high, stands } = footAt(gait, leg, cycle)
  const [joint, tall, thick] = front ? [shoulder, build.tall[0], build.trunk[0]] : [hip, build.tall[1], build.trunk[2]]
  const aside = (far ? 1 : -1) * build.limb[0] * 0.45
  // The legs of a bird grow and stand before its hips, under its weight.
  const forwards = species.legs === 2 ? build.long * 0.4 : 0
  const middle = (front ? build.long / 2 : -build.long / 2) + forwards + aside
  const low = ankle({ foot: species.foot, build })
  const top: Point = [joint[0] + forwards + aside, joint[1] - thick * 0.3]
  const rest = tall - thick * 0.3 - low
  const foot: Point = [middle + ahead * step, low + high * gait.lift * rest + (far ? 1 : 0)]
  // Long enough for the end of a step when the body is highest.
  const highest = rest + tall * gait.bob + (build.long / 2) * Math.sin((gait.pitch * Math.PI) / 180)
  const reach = Math.hypot(highest, step / 2) * 1.012
  const near: Point = clamp(top, foot, reach)
  const [upper, lower] = species.legs === 2 ? [0.48, 0.52] : [0.52, 0.48]
  return { top, knee: bend(top, near, reach * upper, reach * lower, front ? 1 : -1), foot: near, stands }
}

/** A point held within reach of another. */
const clamp = (top: Point, foot: Point, reach: number): Point => {
  const far = Math.hypot(foot[0] - top[0], foot[1] - top[1])
  return far <= reach ? foot : between(top, foot, reach / far)
}

/** Length and direction of a tail, how it bends from part to part, and how much it swings. */
const tails: Readonly<Record<Species['tail'], readonly [long: number, angle: number, bend: number, swing: number]>> = {
  thin: [30, 150, -18, 1],
  bushy: [26, 190, -14, 0.9],
  hair: [28, 235, 9, 0.5],
  tuft: [26, 255, 3, 0.7],
  curl: [9, 150, -50, 0.6],
  stub: [4, 150, 0, 0.6],
  fan: [13, 140, -6, 0.4],
  up: [18, 140, -14, 1.1]
}

const chain = (from: Point, count: number, long: number, angle: (i: number) => number): ReadonlyArray<Point> => {
  const points = [from]
  for (let i = 0; i < count; i++) points.push(plus(points[i]!, ray(angle(i), long / count)))
  return points
}

/**
 * The pose at a part of the cycle (0 to 1 and on).
 *
 * @category kinematics
 * @since 0.1.0
 */
export const poseAt = (a: Animal, cycle: number): Pose => {
  const { build: b, species, gait } = a
  const wave = (behind: number): number => Math.sin(2 * Math.PI * (a.beats * cycle - behind))
  const pitch = gait.pitch * Math.sin(2 * Math.PI * gait.bobs * (cycle - gait.duty / 2))
  const bob = gait.bob * bobAt(gait, cycle)
  const middle: Point = [0, ((b.tall[0] + b.tall[1]) / 2) * (1 + bob)]
  const tilt = (Math.atan2(b.tall[0] - b.tall[1], b.long) * 180) / Math.PI + pitch
  const upright = species.legs === 2 ? 12 : 0
  const shoulder = plus(middle, ray(tilt + upright, b.long / 2))
  const hip = plus(middle, ray(tilt + upright + 180, b.long / 2))
  const nod = a.nod * wave(0.15)
  const lean = b.neck.angle + pitch + nod
  const neck = plus(shoulder, ray(lean, b.trunk[0] * 0.5))
  const head = plus(shoulder, ray(lean, b.trunk[0] * 0.55 + b.neck.long))
  const gaze = b.snout.angle + pitch * 0.5 + nod * 0.8
  const at = (degrees: number, far: number): Point => plus(head, ray(gaze + degrees, far * b.head))
  const muzzle = plus(head, ray(gaze, b.head * 0.55 + b.snout.long * 0.5), ray(gaze - 90, b.head * 0.22))
  const trunked = species.extras.includes('trunk')
  const trunk = trunked
    ? chain(
        muzzle,
        5,
        Math.min(b.head * 2.2, muzzle[1] * 0.8),
        (i) => gaze - 12 + i * 8 + a.nod * 2 * wave(0.1 + i * 0.1)
      )
    : []
  const tip = plus(muzzle, ray(gaze, b.snout.long * 0.5 + b.snout.thick * 0.55), ray(gaze + 90, b.snout.thick * 0.42))
  const [long, angle, curl, swing] = tails[species.tail]
  const root = plus(
    hip,
    ray(tilt + upright + (species.tail === 'hair' || species.tail === 'tuft' ? 148 : 160), b.trunk[2] * 0.88)
  )
  const reach = species.tail === 'hair' || species.tail === 'tuft' ? Math.min(long, root[1] * 0.72) : long
  const tail = chain(
    root,
    4,
    reach,
    (i) => angle + pitch + i * curl + a.swing * swing * (0.4 + i * 0.25) * wave(i * 0.12)
  )
  return {
    shoulder,
    hip,
    neck,
    head,
    gaze,
    muzzle,
    nose: trunk[trunk.length - 1] ?? tip,
    eye: at(42 - gaze * 0.3, 0.42),
    ear: at(112, 0.82),
    tail,
    trunk,
    legs: legs.map((_, leg) => legAt(a, cycle, shoulder, hip, leg))
  }
}
