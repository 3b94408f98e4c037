/**
 * Animals that live with people.
 *
 * @since 0.1.0
 */
import type { Species } from '../species.js'
import { all, black, brown, build, calm, cream, dark, ginger, gold, grey, pink, tan, white } from './words.js'

/**
 * Animals that live with people.
 *
 * @category model
 * @since 0.1.0
 */
export const farm: ReadonlyArray<Species> = [
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
    name: 'pig',
    legs: 4,
    build: build([28, 28], 32, [14.5, 15.5, 14.5], [9, 22, 12, 11], 11.5, [7, 5.6, -12], [5.6, 4, 3.6]),
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
  }
]
