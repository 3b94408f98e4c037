import * as fc from 'fast-check'
import { it } from 'vitest'
import { fastForms } from '../src/graphs/fast-forms.js'
import { trainingForms, trainingMode } from '../src/graphs/training-forms.js'
import { drawGraph, lossOf, ops, sizes } from './arbitrary/graphs.js'
import { onEveryBackend } from './backends.js'
import { onceIsAlways } from './laws/constants.laws.js'
import * as laws from './laws/programs.laws.js'

const seed = fc.integer({ min: 1, max: 2 ** 30 })

onEveryBackend('a program that computes everything once', (runs, backend) => {
  it('gives what it gives computing it again and again', () =>
    fc.assert(
      fc.property(ops(10, 19), sizes, seed, fc.boolean(), fc.constantFrom([], fastForms), (o, s, n, taps, rules) =>
        onceIsAlways(laws.compiled(drawGraph(o), { taps, rules }), s, n)
      ),
      runs(15)
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
        (o, s, n, taps, rules) => onceIsAlways(laws.compiled(lossOf(drawGraph(o)), { taps, rules, learning }), s, n)
      ),
      runs(8)
    )
  })
})
