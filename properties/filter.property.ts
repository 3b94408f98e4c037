import * as fc from 'fast-check'
import { it } from 'vitest'
import { oneEuro } from '../src/nodes/one-euro.js'
import { onEveryBackend } from './backends.js'
import * as laws from './laws/filter.laws.js'

const positive = (max: number) => fc.double({ min: 0.05, max, noNaN: true })
const smoothing = fc.record({
  minCutoff: positive(5),
  beta: fc.double({ min: 0, max: 2, noNaN: true }),
  derivativeCutoff: positive(5)
})
const some = fc.integer({ min: 1, max: 4 })

onEveryBackend('a one-euro filter', (runs) => {
  it('does not know in which batches frames come', () => {
    const sizes = fc.array(some, { minLength: 1, maxLength: 4 })
    fc.assert(fc.property(smoothing, sizes, some, fc.nat(), laws.batchesDoNotMatter(oneEuro)), runs(20))
  })
  it('lies between what was and what is, and holds what stands', () =>
    fc.assert(fc.property(smoothing, some, some, fc.nat(), laws.filteredLiesBetween(oneEuro)), runs(20)))
})
