import * as fc from 'fast-check'
import { from, map, type OperatorFunction } from 'rxjs'
import { beforeAll, describe } from 'vitest'
import * as tf from '../src/nodes/tf.js'
import { startEngine } from '../src/nodes/tf.js'
import { type Operator, operatorLaws } from '../src/properties/index.js'
import { batch, branch, cached, unbatch, withNewest } from '../src/streams/index.js'
import { tests } from './held.js'

type Frames = { readonly x: tf.Tensor }

/** One or two frames; every third is one that was there before. */
const frames = (tick: number): Frames => ({ x: tf.fill([1 + (tick % 2), 2], tick % 3) })
const twice: OperatorFunction<Frames, Frames> = map(({ x }) => {
  const y = tf.mul(x, 2)
  x.dispose()
  return { x: y }
})

const slow = () => from([0, 1]).pipe(map((n) => ({ slow: tf.fill([1, 2], n) })))

const operators: Readonly<Record<string, () => OperatorFunction<any, unknown>>> = {
  'batch of one': () => batch(1),
  'batch of three': () => batch(3),
  unbatch: () => unbatch(),
  'unbatch and batch': () => (source) => source.pipe(unbatch<Frames>(), batch<Frames>(2)),
  withNewest: () => withNewest(slow()),
  cached: () => cached(twice, 2),
  branch: () => branch({ twice, same: map((a: Frames) => a) })
}

describe('an operator on streams', () => {
  beforeAll(() => startEngine())
  for (const [name, make] of Object.entries(operators)) {
    const operator: Operator = { name, make, value: (tick) => ({ ...frames(tick) }) }
    tests(operatorLaws, fc.constant(operator), undefined, undefined, (law) => `(${name}) ${law}`)
  }
})
