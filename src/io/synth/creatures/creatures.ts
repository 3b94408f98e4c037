/**
 * Cartoon animals that walk, trot, hop, wag or turn round, with the place of every joint.
 *
 * @since 0.1.0
 */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { below, generatorAt, uniform } from '../../dataset/random.js'
import type { Joint, Point, Scene, Size } from '../model.js'
import { type Colour, num } from '../svg.js'
import { animals } from './animals/index.js'
import { background } from './background.js'
import type { Coat, Dressed } from './coat.js'
import { drawn } from './draw.js'
import { gaits, legs } from './gait.js'
import { markings } from './marks.js'
import { type Animal, type Pose, poseAt } from './pose.js'
import type { Build } from './species.js'

/**
 * The joints of all animals, birds too; what an animal lacks is not visible.
 *
 * @category model
 * @since 0.1.0
 */
const jointNames: ReadonlyArray<string> = [
  'nose',
  'eye',
  'ear',
  'neck',
  'shoulder',
  'hip',
  'tail_base',
  'tail_tip',
  ...legs.flatMap((leg) => [`${leg}_knee`, `${leg}_foot`])
]

const pick = <A>(random: RandomGenerator, all: ReadonlyArray<A>): A => all[below(random, all.length)]!

const varied = (random: RandomGenerator, b: Build): Build => {
  const by = (n: number, share: number): number => n * uniform(random, 1 - share, 1 + share)
  const [tall, fat, slim] = [by(1, 0.1), by(1, 0.1), by(1, 0.12)]
  return {
    tall: [b.tall[0] * tall, b.tall[1] * tall],
    long: by(b.long, 0.12),
    trunk: [b.trunk[0] * fat, b.trunk[1] * fat * by(1, 0.05), b.trunk[2] * fat],
    neck: { ...b.neck, long: by(b.neck.long, 0.12), angle: b.neck.angle + uniform(random, -6, 6) },
    head: by(b.head, 0.1),
    snout: { ...b.snout, long: by(b.snout.long, 0.15), angle: b.snout.angle + uniform(random, -5, 5) },
    limb: [b.limb[0] * slim, b.limb[1] * slim, b.limb[2] * slim]
  }
}

/**
 * An animal by chance, with its colours.
 *
 * @category random
 * @since 0.1.0
 */
export const dressed = (random: RandomGenerator): Dressed => {
  const kind = pick(random, animals)
  const gaitName = pick(random, kind.gaits)
  const gait = gaits[kind.legs][gaitName]
  const build = varied(random, kind.build)
  const still = gaitName === 'wag'
  const animal: Animal = {
    species: kind,
    build,
    gait,
    step: gait.step * Math.min(...build.tall) * uniform(random, 0.75, 0.95),
    swing: still ? uniform(random, 14, 30) : uniform(random, 5, 14),
    nod: still ? uniform(random, 5, 14) : uniform(random, 1.5, 4),
    beats: still ? 1 + below(random, 2) : gait.bobs
  }
  const look = pick(random, kind.looks)
  const fancy = below(random, 7) === 0 ? uniform(random, 0, 360) : uniform(random, -7, 7)
  const [sat, light] = [below(random, 7) === 0 ? 15 : uniform(random, -6, 6), uniform(random, -5, 5)]
  const tint = ([h, s, l]: Colour): Colour => [
    h + fancy,
    Math.max(0, Math.min(95, s + (s > 12 ? sat : 0))),
    Math.max(12, Math.min(95, l + light))
  ]
  const [coat, pale, mark] = look.map(tint) as [Colour, Colour, Colour]
  const colours: Coat = {
    coat,
    pale,
    mark,
    line: [coat[0], Math.min(60, coat[1]), Math.max(8, Math.min(34, coat[2] * 0.38))],
    horn: [coat[0], 15, Math.min(24, coat[2] * 0.4)]
  }
  const sort = pick(random, kind.marks)
  return {
    animal,
    coat: colours,
    marks: markings(random, animal, sort),
    tint: sort === 'belly' ? pale : mark,
    // What is almost white would be lost on white.
    outline: pick(random, coat[2] > 78 ? [0.7, 1, 1.3] : [0, 0.7, 1, 1, 1.3])
  }
}

/** Which way an animal looks at a frame, as the width that is seen of it: 1 right, -1 left, between them while it turns round. */
type Facing = (frame: number) => number

/** One animal of ten turns round, early in the film. */
const facing = (random: RandomGenerator, side: number): Facing => {
  const [turns, from, long] = [below(random, 10) === 0, uniform(random, 2, 12), uniform(random, 5, 9)]
  if (!turns) return () => side
  return (frame) => {
    const seen = Math.cos(Math.PI * Math.min(1, Math.max(0, (frame - from) / long)))
    return side * (Math.abs(seen) < 0.3 ? (seen < 0 ? -0.3 : 0.3) : seen)
  }
}

const pointsOf = (p: Pose): ReadonlyArray<Point | undefined> => [
  p.nose,
  p.eye,
  p.ear,
  p.neck,
  p.shoulder,
  p.hip,
  p.tail[0],
  p.tail[p.tail.length - 1],
  ...p.legs.flatMap((leg) => [leg?.knee, leg?.foot])
]

/**
 * The video of an index: it depends on seed and index alone, and its first frames are the same at any length.
 *
 * @category drawing
 * @since 0.1.0
 */
export const creature = (seed: number, index: number, size: Size, count: number): Scene => {
  const random = generatorAt(seed, 'creatures', index)
  const d = dressed(random)
  const { animal } = d
  const period = uniform(random, 9, 18) * (animal.gait.step === 0 ? 1.5 : 1)
  const start = uniform(random, 0, 1)
  const width = (100 * size.width) / size.height
  const side = below(random, 2) === 0 ? 1 : -1
  // The bounds of a whole cycle, so that length does not change the picture.
  const cycle = Array.from({ length: 24 }, (_, i) => poseAt(animal, i / 24))
  const crown =
    animal.build.head * (animal.species.ear === 'long' ? 2.2 : animal.species.extras.includes('antlers') ? 2.9 : 1.35)
  const all = cycle.flatMap((p) => [
    ...pointsOf(p).flatMap((at) => (at === undefined ? [] : [at])),
    ...p.tail,
    [p.head[0] + animal.build.head, p.head[1] + crown] as Point,
    [p.head[0] - animal.build.head, p.head[1]] as Point,
    [p.hip[0] - animal.build.trunk[2] - 1, p.hip[1]] as Point
  ])
  const [left, right] = [Math.min(...all.map(([x]) => x)) - 2, Math.max(...all.map(([x]) => x)) + 2]
  const top = Math.max(...all.map(([, y]) => y)) + 2
  const fill = uniform(random, 0.72, 0.93)
  const scale = Math.min((width * fill) / (right - left), (100 * fill) / top)
  const room = (width - (right - left) * scale) / 2
  const drift = uniform(random, -0.8, 0.8) * room * (animal.gait.step === 0 ? 0 : 1)
  const floor = 100 - uniform(random, 3, 3 + (100 - top * scale) * 0.5)
  const behind = background(random, width, floor)
  const look = facing(random, side)
  const frames = Array.from({ length: count }, (_, t) => {
    const pose = poseAt(animal, start + t / period)
    // Across the frame and back, slowly.
    const middle = width / 2 + drift * Math.sin((2 * Math.PI * t) / (period * 4))
    const across = look(t) * scale
    const x = middle - (across * (left + right)) / 2
    const put = `<g transform="translate(${num(x)} ${num(floor)}) scale(${across.toFixed(4)} ${(-scale).toFixed(4)})">`
    const joints = pointsOf(pose).map((at, n): Joint => {
      if (at === undefined || (n === 2 && animal.species.ear === 'none')) return { at: [0, 0], there: false }
      return { at: [(x + across * at[0]) / width, (floor - scale * at[1]) / 100], there: true }
    })
    return { svg: `${behind}${put}${drawn(d, pose, `b${t}`)}</g>`, joints }
  })
  return { joints: jointNames, frames }
}
