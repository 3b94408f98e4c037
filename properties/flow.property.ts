import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { inFlight } from '../src/streams/in-flight.js'
import * as laws from './laws/flow.laws.js'

const rarely = (max: number) => fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, fc.nat(max))
const behaviour: fc.Arbitrary<laws.Behaviour> = fc.record({
  count: fc.nat(8),
  sourceFails: rarely(8),
  stageFails: rarely(8),
  closingFails: fc.nat(9).map((n) => n === 9),
  leaveAfter: rarely(5),
  leaveSometime: fc.boolean()
})

describe('values in flight', () => {
  it('are bounded and in order, and none is lost', () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 4 }), behaviour, laws.boundedAndInOrder(inFlight)),
      { numRuns: 400 }
    ))
  it('that are the latest are the newest, and the others are dropped', () =>
    fc.assert(fc.asyncProperty(fc.scheduler(), behaviour, laws.newestFirst(inFlight)), { numRuns: 400 }))
})
