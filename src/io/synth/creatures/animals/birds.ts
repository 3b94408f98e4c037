/**
 * Birds.
 *
 * @since 0.1.0
 */
import type { Species } from '../species.js'
import { bird, black, build, cream, dark, gold, grey, pink, white } from './words.js'

/**
 * Birds.
 *
 * @category model
 * @since 0.1.0
 */
export const birds: ReadonlyArray<Species> = [
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
