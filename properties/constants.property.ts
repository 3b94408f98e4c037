import * as fc from 'fast-check'
import { it } from 'vitest'
import { fastForms } from '../src/graphs/fast-forms.js'
import { trainingForms, trainingMode } from '../src/graphs/training-forms.js'
import { drawGraph, lossOf, ops, sizes } from '../src/properties/arbitrary/graphs.js'
import { onceIsAlways } from '../src/properties/laws/constants.js'
import { compiled } from '../src/properties/laws/programs.js'
import { onEveryBackend } from './backends.js'

const seed = fc.integer({ min: 1, max: 2 ** 30 })

onEveryBackend('a program that computes everything once', (runs, backend) => {
  it('gives what it gives computing it again and again', () =>
    fc.assert(
      fc.property(ops(10, 19), sizes, seed, fc.boolean(), fc.constantFrom([], fastForms), (o, s, n, taps, rules) =>
        onceIsAlways(compiled(drawGraph(o), { taps, rules }), s, n)
      ),
      { numRuns: runs(45) }
    ))

  it.skipIf(backend === 'wasm')('learns what it learns computing it again and again', () => {
    const large = fc.record({ B: fc.constant(2), H: fc.constantFrom(8, 16), W: fc.constantFrom(8, 16) })
    const learning = { objectives: [{ loss: 'loss', of: () => true }] }
    fc.assert(
      fc.property(
        ops(10, 21),
        large,
        seed,
        fc.boolean(),
        fc.constantFrom(trainingMode, trainingForms),
        (o, s, n, taps, rules) => onceIsAlways(compiled(lossOf(drawGraph(o)), { taps, rules, learning }), s, n)
      ),
      { numRuns: runs(24) }
    )
  })
})
