/** Blocks in evaluation against the original's numbers, in their portable and in their fast forms. */
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { downBlock, groupBlock, resBlock, upBlock } from '../../src/graphs/blocks.js'
import { compile } from '../../src/graphs/compile.js'
import { fastForms } from '../../src/graphs/fast-forms.js'
import type { Graph } from '../../src/graphs/graph.js'
import { run } from '../../src/graphs/run.js'
import * as tf from '../../src/nodes/tf.js'
import { expectGolden, frames, golden, hasGolden, video } from '../nodes/golden.js'

const there = hasGolden('primitives')
if (!there) console.warn('test/graphs/blocks: no golden values beside the repository, skipped')

const blocks: Readonly<Record<string, Graph<any, any>>> = {
  UpBlock3D: upBlock(4, 5),
  ResBlock3D: resBlock(4),
  'SameBlock3D,groups=2': groupBlock(4, 2)
}

describe.skipIf(!there)('a block of the original', () => {
  beforeAll(() => tf.startEngine())

  it.each(
    Object.keys(blocks).flatMap(
      (name) =>
        [
          [name, 'as drawn', []],
          [name, 'in fast forms', fastForms]
        ] as const
    )
  )('%s, %s', (name, _, rules) =>
    tf.tidy(() => {
      const set = golden('primitives')
      const program = compile(blocks[name]!, { rules })
      if (E.isLeft(program)) throw new Error('a graph that does not compile')
      // the golden statistics are those after one iteration of training
      const weights = Object.fromEntries(
        Object.keys(program.right.weights).map((path) => {
          const after = `block/${name}/train/after.${path}`
          const x = set.names.includes(after) ? set.output(after) : set.input(`block.${name}.${path}`)
          return [path, x.rank === 5 ? tf.transpose(tf.squeeze(x, [2]), [2, 3, 1, 0]) : x]
        })
      )
      const { y } = run(program.right)(weights, { x: frames(set.input('block.x')) }).outputs
      const key = `block/${name}/eval/output`
      expectGolden(video(y, 2), set.output(key), set.manifest.tensors[key])
    })
  )

  it('that halves a map of an odd size is refused, for the original would cut it off', () => {
    const program = compile(downBlock(4, 5))
    if (E.isLeft(program)) throw new Error('a graph that does not compile')
    expect(program.right.sizes['pool.y']).toBe('B H/2 W/2 5')
  })
})
