/**
 * Animals that live in the wild.
 *
 * @since 0.1.0
 */
import type { Species } from '../species.js'
import { all, black, brown, build, calm, cream, dark, grey, pink, slate, tan, white } from './words.js'

/**
 * Animals that live in the wild.
 *
 * @category model
 * @since 0.1.0
 */
export const wild: ReadonlyArray<Species> = [
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
    build: build([27, 26], 36, [9.5, 8.5, 9], [10, 50, 7.5, 6.4], 10.8, [10.5, 3.2, -16], [5.2, 3.1, 2.7]),
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
  }
]
