import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fastForms } from '../src/graphs/fast-forms.js'
import * as tf from '../src/nodes/tf.js'
import { drawGraph, lossOf, ops, sizes } from './arbitrary/graphs.js'
import { onEveryBackend } from './backends.js'
import * as laws from './laws/programs.laws.js'

const { backend } = await tf.startEngine()

const seed = fc.integer({ min: 1, max: 2 ** 30 })
const rules = fc.constantFrom({}, { rules: fastForms })
const hold = fc.constantFrom('x' as const, 'y' as const, 'both' as const, 'neither' as const)

describe('a random graph', () => {
  it('has the sizes that its program predicts', () =>
    fc.assert(fc.property(ops(12, 19), sizes, seed, (o, s, n) => laws.sizesArePredicted(drawGraph(o), s, n))))
  it('releases every tensor once, after its last use', () =>
    fc.assert(
      fc.property(ops(20, 19), fc.boolean(), fc.boolean(), (o, taps, fast) =>
        laws.releasesAreAtTheLastUse(laws.compiled(drawGraph(o), { taps, rules: fast ? fastForms : [] }))
      )
    ))
  it('does not change its values by releasing early', () =>
    fc.assert(fc.property(ops(10, 19), sizes, seed, (o, s, n) => laws.releaseChangesNothing(drawGraph(o), s, n))))
  it('is the same function run or streamed, whatever is held', () =>
    fc.assert(
      fc.asyncProperty(ops(10, 19), sizes, hold, fc.nat(3), seed, rules, (o, s, h, ticks, n, r) =>
        laws.streamedIsRun(drawGraph(o), s, h, ticks, n, r)
      )
    ))
  it('is the same function of a batch or of its parts', () =>
    fc.assert(
      fc.property(ops(10, 19), sizes, fc.integer({ min: 1, max: 3 }), seed, (o, s, parts, n) =>
        laws.batchedIsRun(drawGraph(o), s, parts, n)
      )
    ))
  it('leaves nothing behind, complete, failed or left early', () =>
    fc.assert(
      fc.asyncProperty(
        ops(10, 19),
        sizes,
        fc.boolean(),
        fc.integer({ min: -1, max: 9 }),
        fc.nat(4),
        seed,
        rules,
        (o, s, h, fail, leave, n, r) => laws.nothingIsLeftBehind(drawGraph(o, { fail }), s, h, leave, n, r)
      )
    ))
  it.skipIf(backend === 'wasm')('has the gradient that finite differences have, and leaves nothing behind', () =>
    fc.assert(
      fc.property(ops(8, 19), sizes, seed, (o, s, n) =>
        laws.gradientIsTheSlope(lossOf(drawGraph(o, { smooth: true })), s, n)
      ),
      { numRuns: 50 }
    )
  )
})

onEveryBackend('a random graph', (runs) => {
  it('is the same function in fast forms', () =>
    fc.assert(
      fc.property(ops(10, 19), sizes, seed, fc.boolean(), (o, s, n, taps) =>
        tf.tidy(() => laws.rewrittenIsRun(fastForms)(drawGraph(o), laws.pair(s, n), n, taps))
      ),
      runs(15)
    ))
})

onEveryBackend('a random graph', (runs, backend) => {
  it.skipIf(backend === 'wasm')('trains alike in the forms of training', () => {
    const formed = new Set<string>()
    const large = fc.record({ B: fc.constant(2), H: fc.constantFrom(8, 16), W: fc.constantFrom(8, 16) })
    fc.assert(
      fc.property(ops(10, 21), large, seed, (o, s, n) => {
        for (const kind of laws.trainedAlike(lossOf(drawGraph(o)), s, n)) formed.add(kind)
      }),
      runs(25)
    )
    expect([...formed]).toEqual(expect.arrayContaining(['normed', 'bareConvolution', 'barePhases']))
  })
})
