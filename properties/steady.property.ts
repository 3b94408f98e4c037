import * as fc from 'fast-check'
import { beforeAll, describe, it } from 'vitest'
import { startEngine } from '../src/nodes/tf.js'
import * as laws from './laws/steady.laws.js'

describe('driving keypoints with a state', () => {
  beforeAll(() => startEngine())
  it('are the same numbers however the frames are cut into ticks', () =>
    fc.assert(fc.asyncProperty(laws.films, laws.cutAnyhow), { numRuns: 60 }))
})
