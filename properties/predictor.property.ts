import * as fc from 'fast-check'
import { it } from 'vitest'
import { plateauRates } from '../src/io/training/plateau.js'
import { gru } from '../src/nodes/gru.js'
import { sequenceLoss } from '../src/nodes/losses.js'
import { masked } from '../src/nodes/timeline.js'
import { onEveryBackend } from './backends.js'
import { goesOn, isLowered, pullsBack, staysWhileItFalls } from './laws/predictor.laws.js'
import { drawn } from './laws/tensors.js'

const some = fc.integer({ min: 1, max: 3 })
const steps = fc.integer({ min: 1, max: 5 })

onEveryBackend('a predicted film', (runs) => {
  it('begins with what was given and goes on from it alone', () =>
    fc.assert(
      fc.property(
        fc.record({
          variance: fc.constantFrom('matrix' as const, 'single' as const, 0.01),
          keep: some,
          more: some,
          layers: fc.integer({ min: 1, max: 2 }),
          hold: fc.boolean(),
          seed: fc.nat()
        }),
        goesOn
      ),
      runs(6)
    ))
})

onEveryBackend('what is learned from a sequence', (runs, backend) => {
  if (backend === 'wasm') return it.skip('is not derived on wasm, which has no gradients', () => {})
  it('follows the derivative of a recurrence', () =>
    fc.assert(
      fc.property(some, fc.integer({ min: 2, max: 5 }), some, some, fc.nat(), (b, t, from, features, seed) =>
        pullsBack(gru({ from, features, layer: 0 }) as any, { x: drawn([b, t, from], seed, -2, 2) }, ['x'], seed)
      ),
      runs()
    ))
  it('follows the derivative of a loss', () =>
    fc.assert(
      fc.property(some, steps, fc.nat(4), fc.nat(), (b, t, before, seed) => {
        const shape = [b, t + 1, 2, 2] as [number, number, number, number]
        const inputs = { a: drawn(shape, seed), b: drawn(shape, seed + 1) }
        return pullsBack(sequenceLoss({ from: Math.min(before, t), dims: 'K 2' }) as any, inputs, ['a', 'b'], seed)
      }),
      runs()
    ))
  it('follows the derivative of dropout', () =>
    fc.assert(
      fc.property(some, steps, some, fc.nat(), (b, t, f, seed) =>
        pullsBack(masked as any, { x: drawn([b, t, f], seed), mask: drawn([b, t, f], seed + 1) }, ['x'], seed)
      ),
      runs()
    ))
})

it('a learning rate is lowered where the loss does not fall', () =>
  fc.assert(
    fc.property(
      some,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 }),
      (n, worse) => isLowered(plateauRates, n, worse)
    ),
    { numRuns: 20 }
  ))
it('a learning rate stays where the loss falls', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), (every) => staysWhileItFalls(plateauRates, every)),
    { numRuns: 20 }
  ))
