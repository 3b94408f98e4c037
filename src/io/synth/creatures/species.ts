/**
 * Animals as data: how they are built, coloured and how they move. Lengths are in units of which a horse is about a
 * hundred long.
 *
 * @since 0.1.0
 */
import type { Colour } from '../svg.js'
import type { GaitName } from './gait.js'

/**
 * The build of an animal. Pairs are from front to back or from top to bottom; angles are in degrees, upwards.
 *
 * @category model
 * @since 0.1.0
 */
export interface Build {
  /** Heights of shoulder and hip over the ground. */
  readonly tall: readonly [shoulder: number, hip: number]
  readonly long: number
  /** Half the thickness at the chest, the middle and the rump. */
  readonly trunk: readonly [chest: number, belly: number, rump: number]
  readonly neck: { readonly long: number; readonly angle: number; readonly thick: readonly [number, number] }
  readonly head: number
  readonly snout: { readonly long: number; readonly thick: number; readonly angle: number }
  /** Half the thickness of a leg at the top, at the knee and above the foot. */
  readonly limb: readonly [number, number, number]
}

/**
 * A kind of animal. Each look is the colour of the coat, of belly and muzzle, and of the marks.
 *
 * @category model
 * @since 0.1.0
 */
export interface Species {
  readonly name: string
  readonly legs: 2 | 4
  readonly build: Build
  readonly foot: 'paw' | 'hoof' | 'pad' | 'claw'
  readonly ear: 'pointed' | 'round' | 'long' | 'floppy' | 'big' | 'side' | 'none'
  readonly tail: 'thin' | 'bushy' | 'hair' | 'tuft' | 'curl' | 'stub' | 'fan' | 'up'
  readonly marks: ReadonlyArray<'none' | 'spots' | 'patches' | 'stripes' | 'belly' | 'tiles'>
  readonly extras: ReadonlyArray<Extra>
  readonly looks: ReadonlyArray<readonly [coat: Colour, pale: Colour, mark: Colour]>
  readonly gaits: ReadonlyArray<GaitName>
}

/** What only some animals have. */
export type Extra =
  | 'mane'
  | 'ruff'
  | 'crest'
  | 'trunk'
  | 'horns'
  | 'antlers'
  | 'knobs'
  | 'wool'
  | 'hump'
  | 'comb'
  | 'disc'
  | 'socks'
  | 'mask'
  | 'cheeks'
  | 'billed'

type Pair = readonly [number, number]
type Three = readonly [number, number, number]

const build = (
  tall: Pair,
  long: number,
  trunk: Three,
  neck: readonly [long: number, angle: number, low: number, high: number],
  head: number,
  snout: Three,
  limb: Three
): Build => ({
  tall,
  long,
  trunk,
  neck: { long: neck[0], angle: neck[1], thick: [neck[2], neck[3]] },
  head,
  snout: { long: snout[0], thick: snout[1], angle: snout[2] },
  limb
})

const brown: Colour = [25, 55, 42]
const tan: Colour = [32, 60, 62]
const grey: Colour = [215, 10, 56]
const black: Colour = [240, 8, 24]
const white: Colour = [40, 30, 92]
const cream: Colour = [42, 65, 84]
const ginger: Colour = [26, 85, 57]
const gold: Colour = [42, 75, 58]
const pink: Colour = [348, 75, 80]
const dark: Colour = [20, 35, 20]
const slate: Colour = [210, 20, 45]

const all: ReadonlyArray<GaitName> = ['walk', 'trot', 'hop', 'wag']
const calm: ReadonlyArray<GaitName> = ['walk', 'walk', 'trot', 'wag']
const bird: ReadonlyArray<GaitName> = ['walk', 'walk', 'wag', 'hop']

/**
 * The animals that are drawn.
 *
 * @category model
 * @since 0.1.0
 */
export const species: ReadonlyArray<Species> = [
  {
    name: 'cat',
    legs: 4,
    build: build([27, 27], 35, [10, 9.3, 10], [9, 52, 7.5, 7], 11, [5, 5.4, -14], [5.5, 3.6, 3.1]),
    foot: 'paw',
    ear: 'pointed',
    tail: 'thin',
    marks: ['belly', 'stripes', 'none', 'patches'],
    extras: ['cheeks'],
    looks: [
      [ginger, cream, [20, 80, 42]],
      [grey, white, [215, 12, 38]],
      [black, grey, dark],
      [cream, white, brown]
    ],
    gaits: all
  },
  {
    name: 'dog',
    legs: 4,
    build: build([32, 31], 37, [11.5, 9.4, 10], [13, 55, 8.5, 7], 9.8, [10, 5, -12], [6, 3.6, 3.1]),
    foot: 'paw',
    ear: 'floppy',
    tail: 'up',
    marks: ['spots', 'patches', 'belly', 'none'],
    extras: [],
    looks: [
      [white, white, black],
      [tan, cream, brown],
      [brown, tan, dark],
      [gold, cream, brown]
    ],
    gaits: all
  },
  {
    name: 'horse',
    legs: 4,
    build: build([48, 48], 45, [13.5, 12.6, 13.5], [25, 53, 10.5, 6.4], 7.8, [14, 4.9, -42], [7, 3.7, 3]),
    foot: 'hoof',
    ear: 'pointed',
    tail: 'hair',
    marks: ['none', 'none', 'patches', 'belly'],
    extras: ['mane', 'socks'],
    looks: [
      [brown, white, dark],
      [black, white, [230, 10, 12]],
      [[20, 70, 34], cream, dark],
      [white, white, grey],
      [gold, cream, cream]
    ],
    gaits: ['walk', 'trot', 'trot', 'hop', 'wag']
  },
  {
    name: 'elephant',
    legs: 4,
    build: build([44, 42], 42, [20, 20.5, 19], [15, 32, 15, 13], 14.5, [8, 6, -60], [8.6, 7, 6.8]),
    foot: 'pad',
    ear: 'big',
    tail: 'tuft',
    marks: ['none', 'belly'],
    extras: ['trunk'],
    looks: [
      [[215, 14, 60], [215, 18, 76], dark],
      [[205, 35, 62], [205, 40, 78], dark],
      [[300, 12, 58], pink, dark]
    ],
    gaits: calm
  },
  {
    name: 'giraffe',
    legs: 4,
    build: build([60, 54], 34, [12.5, 11.5, 11.5], [54, 68, 8.4, 4.6], 6.4, [10, 3.9, -30], [6, 3.2, 2.7]),
    foot: 'hoof',
    ear: 'side',
    tail: 'tuft',
    marks: ['tiles'],
    extras: ['knobs', 'mane'],
    looks: [
      [[42, 80, 70], cream, [24, 60, 38]],
      [[38, 65, 64], cream, [18, 60, 32]]
    ],
    gaits: calm
  },
  {
    name: 'fox',
    legs: 4,
    build: build([27, 26], 36, [9.5, 8.5, 9], [10, 50, 7.5, 6.4], 9.8, [10.5, 3.2, -16], [5.2, 3.1, 2.7]),
    foot: 'paw',
    ear: 'pointed',
    tail: 'bushy',
    marks: ['belly'],
    extras: ['socks', 'cheeks'],
    looks: [
      [[18, 85, 52], white, dark],
      [[200, 15, 75], white, slate]
    ],
    gaits: all
  },
  {
    name: 'pig',
    legs: 4,
    build: build([25, 25], 32, [15, 16, 15], [9, 22, 12, 11], 11.5, [7, 5.6, -12], [5.6, 4, 3.6]),
    foot: 'hoof',
    ear: 'floppy',
    tail: 'curl',
    marks: ['none', 'patches', 'none'],
    extras: ['disc'],
    looks: [
      [pink, [348, 80, 86], [345, 30, 35]],
      [[10, 55, 75], pink, dark]
    ],
    gaits: calm
  },
  {
    name: 'sheep',
    legs: 4,
    build: build([31, 31], 28, [14, 15, 14], [10, 38, 9, 7], 8.4, [8, 5, -32], [5, 3.3, 2.9]),
    foot: 'hoof',
    ear: 'side',
    tail: 'stub',
    marks: ['none'],
    extras: ['wool'],
    looks: [
      [white, black, black],
      [cream, [25, 30, 50], dark],
      [[30, 8, 40], black, black]
    ],
    gaits: calm
  },
  {
    name: 'rabbit',
    legs: 4,
    build: build([18, 19], 21, [9, 10.5, 12], [8, 58, 7.5, 7], 9.8, [5, 5, -15], [5.4, 3.6, 3.1]),
    foot: 'paw',
    ear: 'long',
    tail: 'stub',
    marks: ['belly', 'none', 'patches'],
    extras: ['cheeks'],
    looks: [
      [[28, 30, 60], white, brown],
      [white, pink, grey],
      [grey, white, black]
    ],
    gaits: ['hop', 'hop', 'hop', 'walk', 'wag']
  },
  {
    name: 'cow',
    legs: 4,
    build: build([40, 40], 44, [15.5, 16, 15], [15, 34, 11, 8.5], 9.6, [10.5, 6.2, -32], [6.6, 4, 3.4]),
    foot: 'hoof',
    ear: 'side',
    tail: 'tuft',
    marks: ['patches', 'patches', 'belly'],
    extras: ['horns'],
    looks: [
      [white, pink, black],
      [white, pink, brown],
      [[20, 60, 40], cream, white]
    ],
    gaits: calm
  },
  {
    name: 'lion',
    legs: 4,
    build: build([35, 34], 40, [12.5, 10.5, 11], [12, 48, 10, 9], 10.8, [8, 5.6, -12], [6.4, 4.2, 3.8]),
    foot: 'paw',
    ear: 'round',
    tail: 'tuft',
    marks: ['belly'],
    extras: ['ruff'],
    looks: [
      [[38, 75, 60], cream, [22, 65, 35]],
      [[32, 60, 55], cream, [12, 55, 25]]
    ],
    gaits: all
  },
  {
    name: 'tiger',
    legs: 4,
    build: build([34, 33], 41, [12, 10.8, 11.2], [11, 46, 10, 8.5], 11, [7, 5.8, -12], [6.4, 4.2, 3.8]),
    foot: 'paw',
    ear: 'round',
    tail: 'thin',
    marks: ['stripes'],
    extras: ['cheeks'],
    looks: [
      [[26, 90, 56], white, [15, 30, 16]],
      [white, white, black]
    ],
    gaits: all
  },
  {
    name: 'zebra',
    legs: 4,
    build: build([45, 45], 42, [13, 12.8, 13.2], [21, 54, 10.2, 6.6], 7.8, [13, 4.8, -40], [6.6, 3.6, 3]),
    foot: 'hoof',
    ear: 'pointed',
    tail: 'tuft',
    marks: ['stripes'],
    extras: ['crest', 'mask'],
    looks: [[white, black, [240, 8, 18]]],
    gaits: ['walk', 'trot', 'trot', 'wag']
  },
  {
    name: 'bear',
    legs: 4,
    build: build([34, 33], 38, [15.5, 15, 15.5], [9, 36, 12, 11], 11.8, [8, 5.4, -14], [8, 5.8, 5.2]),
    foot: 'paw',
    ear: 'round',
    tail: 'stub',
    marks: ['none', 'belly'],
    extras: ['cheeks'],
    looks: [
      [[22, 45, 34], tan, dark],
      [[45, 25, 90], white, grey],
      [black, [30, 35, 55], dark]
    ],
    gaits: calm
  },
  {
    name: 'deer',
    legs: 4,
    build: build([46, 46], 38, [11, 9.8, 10.5], [22, 60, 8, 5], 7.4, [10.5, 3.7, -32], [6, 3, 2.4]),
    foot: 'hoof',
    ear: 'side',
    tail: 'stub',
    marks: ['belly', 'spots'],
    extras: ['antlers'],
    looks: [
      [[26, 55, 48], cream, cream],
      [[20, 50, 40], cream, white]
    ],
    gaits: ['walk', 'trot', 'hop', 'wag']
  },
  {
    name: 'mouse',
    legs: 4,
    build: build([17, 18], 24, [9, 11, 12], [7, 30, 8, 7.5], 9.2, [8, 3.2, -18], [4.4, 2.9, 2.5]),
    foot: 'paw',
    ear: 'big',
    tail: 'thin',
    marks: ['belly', 'none'],
    extras: ['cheeks'],
    looks: [
      [grey, pink, dark],
      [[30, 30, 62], pink, brown],
      [white, pink, grey]
    ],
    gaits: ['walk', 'trot', 'hop', 'wag']
  },
  {
    name: 'camel',
    legs: 4,
    build: build([52, 52], 42, [13.5, 13, 12.5], [30, 42, 8.5, 6], 7.6, [11, 4.8, -20], [6.4, 3.8, 3.3]),
    foot: 'pad',
    ear: 'pointed',
    tail: 'tuft',
    marks: ['none'],
    extras: ['hump'],
    looks: [
      [[34, 55, 58], cream, brown],
      [[26, 45, 46], tan, dark]
    ],
    gaits: calm
  },
  {
    name: 'chicken',
    legs: 2,
    build: build([26, 25], 13, [11, 12.5, 10], [12, 66, 7.5, 5.6], 7, [6, 2.2, -8], [4.5, 1.5, 1.2]),
    foot: 'claw',
    ear: 'none',
    tail: 'fan',
    marks: ['belly', 'spots', 'none'],
    extras: ['comb'],
    looks: [
      [white, cream, [40, 20, 75]],
      [[18, 65, 42], gold, dark],
      [black, grey, [200, 30, 35]],
      [
        [50, 90, 62],
        [48, 90, 76],
        [40, 85, 50]
      ]
    ],
    gaits: bird
  },
  {
    name: 'duck',
    legs: 2,
    build: build([20, 19], 20, [10.5, 11.5, 9], [11, 66, 6.4, 5.2], 7.8, [8, 2.6, -10], [4.4, 1.7, 1.4]),
    foot: 'claw',
    ear: 'none',
    tail: 'up',
    marks: ['belly', 'none'],
    extras: ['billed'],
    looks: [
      [white, white, [38, 30, 80]],
      [[48, 90, 62], [50, 92, 74], gold],
      [[30, 35, 45], cream, [150, 50, 30]]
    ],
    gaits: bird
  },
  {
    name: 'ostrich',
    legs: 2,
    build: build([48, 48], 19, [11.5, 13, 11], [36, 72, 5, 3], 5.2, [6.5, 2.2, -6], [6, 2.2, 1.7]),
    foot: 'claw',
    ear: 'none',
    tail: 'fan',
    marks: ['belly', 'none'],
    extras: [],
    looks: [
      [black, white, dark],
      [[345, 75, 72], pink, [345, 60, 55]],
      [[28, 25, 45], cream, dark]
    ],
    gaits: ['walk', 'walk', 'trot', 'wag']
  }
]
