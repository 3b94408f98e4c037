import * as fc from 'fast-check'
import { beforeAll, describe, it } from 'vitest'
import { startEngine } from '../src/nodes/tf.js'
import { play } from '../src/streams/play.js'
import * as laws from './laws/play.laws.js'

describe('a program that is played', () => {
  beforeAll(() => startEngine())
  it('opens and closes everything once, in order, bounded, whenever and however it ends', () =>
    fc.assert(fc.asyncProperty(fc.scheduler(), laws.runs, laws.opensAndClosesOnce(play)), { numRuns: 1000 }))
})
