import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Primitive } from '../src/nodes/node.js'
import { backendLaws, derivativeLaws, type Law, shapeLaws } from '../src/properties/index.js'
import { onEveryBackend } from './backends.js'
import { tests } from './held.js'
import { kinds } from './kinds.js'

type Any = Primitive<any, any, any>
const drawn = kinds.flatMap(([kind, nodes]) => (nodes === undefined ? [] : [[kind, nodes] as const]))

/** The laws that say something of some nodes of a kind. */
const about = (laws: ReadonlyArray<Law<Any>>, nodes: fc.Arbitrary<Any>): ReadonlyArray<Law<Any>> => {
  const some = fc.sample(nodes, 20)
  return laws.filter((law) => some.some(law.applies))
}

onEveryBackend('a node', (runs, backend) => {
  for (const [kind, nodes] of drawn) {
    const laws = [
      ...(backend === 'wasm' ? [] : derivativeLaws),
      ...shapeLaws(backend !== 'wasm'),
      ...(backend === 'cpu' ? [] : backendLaws(backend))
    ]
    tests(
      about(laws, nodes),
      nodes,
      (n) => runs(kind === 'normed' ? 3 * n : n),
      backend,
      (name) => `(${kind}) ${name}`
    )
  }
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
