import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adam } from '../src/nodes/adam.js'
import type { Primitive } from '../src/nodes/node.js'
import { normed } from '../src/nodes/normed.js'
import { kinds } from './arbitrary/nodes.js'
import { onEveryBackend } from './backends.js'
import * as laws from './laws/differentiation.laws.js'

type Any = Primitive<any, any, any>
const seed = fc.integer({ min: 1, max: 2 ** 30 })
const drawn = kinds.flatMap(([kind, nodes]) => (nodes === undefined ? [] : [[kind, nodes] as const]))

/** Pullbacks that tfjs has no gradient to hold against, or not on every backend; the slope remains. */
const untaped = new Set(['barePhases', 'warp'])
/** Nodes with a kink among what is drawn for them: the tape remains. */
const kinked = new Set(['absoluteLoss', 'sequenceLoss'])
/** A node without the kink of its activation. */
const smoothed = (made: Any): Any => (made.kind === 'normed' ? normed({ ...(made.settings as any), slope: 1 }) : made)

onEveryBackend('a node', (runs, backend) => {
  describe.skipIf(backend === 'wasm')('differentiated', () => {
    for (const [kind, nodes] of drawn) {
      const some = fc.sample(nodes, 20).filter(laws.isDifferentiated)
      if (some.length === 0) continue
      const each = nodes.filter(laws.isDifferentiated)
      if (some.every((made) => typeof made.pullback === 'object')) {
        it.skipIf(untaped.has(kind))(`(${kind}) has the gradient of its definition`, () =>
          fc.assert(
            fc.property(each, seed, (made, s) => laws.pullbackIsTheTapes(made, s)),
            runs(8)
          )
        )
        it(`(${kind}) gives each cotangent whichever others are asked for`, () =>
          fc.assert(
            fc.property(each, seed, (made, s) => laws.pullbackGivesWhatIsAsked(made, s)),
            runs(4)
          ))
      }
      it.skipIf(kinked.has(kind))(`(${kind}) has the slope of finite differences`, () =>
        fc.assert(
          fc.property(each, seed, (made, s) => laws.pullbackIsTheSlope(smoothed(made), s)),
          runs(4)
        )
      )
    }
  })

  for (const [kind, nodes] of drawn)
    if (fc.sample(nodes, 20).some((made) => laws.hasShapesAlone(made)))
      it(`(${kind}) reads no number where the shape alone counts`, () =>
        fc.assert(
          fc.property(nodes, seed, (made, s) => laws.shapesAloneCount(made, s, backend !== 'wasm')),
          runs(4)
        ))

  for (const [kind, nodes] of backend === 'cpu' ? [] : drawn)
    it(`(${kind}) is the same in plain JavaScript, forward and back`, () =>
      fc.assert(
        fc.asyncProperty(nodes, seed, (made, s) => laws.kernelsAreTheirDefinitions(backend, made, s)),
        runs(kind === 'normed' ? 20 : 3)
      ))
})

onEveryBackend('a step of Adam', (runs) => {
  it('is its formula', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10000 }),
        fc.double({ min: 1e-4, max: 1, noNaN: true }),
        seed,
        (n, size, s) => laws.stepsAsDefined(adam, n, size, s)
      ),
      runs()
    ))
})

it('our kernels give the same bytes on any number of threads', () => {
  const digest = (threads: string) => {
    const env = {
      ...process.env,
      TF_NUM_INTRAOP_THREADS: threads,
      OMP_NUM_THREADS: threads,
      KEYFLOW_BACKEND: 'tensorflow'
    }
    const child = spawnSync(process.execPath, [fileURLToPath(new URL('digest.mjs', import.meta.url))], {
      env,
      encoding: 'utf8'
    })
    expect(child.status, child.stderr).toBe(0)
    return JSON.parse(child.stdout) as Readonly<Record<string, string>>
  }
  const [one, two, three] = ['1', '2', '3'].map(digest)
  expect(two).toEqual(one)
  expect(three).toEqual(one)
})
