import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { catalogue } from '../src/nodes/catalogue.js'
import { kinds } from './arbitrary/nodes.js'
import { onEveryBackend } from './backends.js'
import { keepsItsSignature } from './laws/nodes.laws.js'

it('a kind of node has random settings here', () =>
  expect(kinds.filter(([, nodes]) => nodes === undefined).map(([kind]) => kind)).toEqual([]))

it('what the catalogue lists is among them', () => {
  const known = new Set(kinds.map(([kind]) => kind))
  const missing = Object.keys(catalogue).filter((kind) => !known.has(kind))
  const doors = ['countFrames', 'readBeginning', 'readFilm', 'readFrame', 'readPicture', 'writeFilm']
  expect(missing.sort()).toEqual(doors)
})

onEveryBackend('a node', (runs) => {
  for (const [kind, nodes] of kinds)
    if (nodes !== undefined)
      it(`(${kind}) keeps its signature`, () =>
        fc.assert(
          fc.property(nodes, fc.integer({ min: 1, max: 2 ** 30 }), (made, seed) => keepsItsSignature(made, seed, 2)),
          runs(kind === 'rescale' ? 30 : 5)
        ))
})
