import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { type Graph, graph } from '../../src/graphs/graph.js'
import { run } from '../../src/graphs/run.js'
import { node } from '../../src/nodes/node.js'
import { record, tensor } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import { double, lent, map, must } from './small.js'

const two = record({ y: tensor('B H'), z: tensor('B H') })
const split = node('split', { inputs: map, outputs: two }, ({ x }) => ({ y: tf.mul(x, 2), z: tf.mul(x, 3) }))
const passing = node('passing', { inputs: map, outputs: two }, ({ x }) => ({ y: x, z: tf.mul(x, 5) }), {
  same: { y: 'x' }
})
const made = (g: Graph<any, any>) => {
  const program = must(compile(g))
  const numbers = lent((x) => {
    const { outputs } = run(program)({}, { x })
    const all = Object.values<tf.Tensor>(outputs).map((y) => y.dataSync()[0])
    tf.dispose(outputs)
    return all
  })
  return { paths: program.plan.map(({ path }) => path), numbers }
}

describe('a step that another one makes superfluous', () => {
  beforeAll(() => tf.startEngine())

  it('goes, unless something that it makes is handed over', () => {
    const twins = (handed: boolean) =>
      graph('g', map, ({ x }, { step }) => {
        const [p, q] = [step('p', split, { x }), step('q', split, { x })]
        return { one: step('one', double, { x: p.z }).y, other: handed ? q.z : step('other', double, { x: q.y }).y }
      })
    expect(made(twins(false))).toEqual({ paths: ['p', 'one', 'other'], numbers: [6, 4] })
    expect(made(twins(true))).toEqual({ paths: ['p', 'q', 'one'], numbers: [6, 3] })
  })

  it('stays where only some of what it makes is what it was given', () => {
    const g = graph('g', map, ({ x }, { step }) => {
      const { y, z } = step('p', passing, { x })
      return { y: step('one', double, { x: y }).y, z: step('other', double, { x: z }).y }
    })
    expect(made(g)).toEqual({ paths: ['p', 'one', 'other'], numbers: [2, 10] })
    expect(E.isRight(compile(g))).toBe(true)
  })
})
