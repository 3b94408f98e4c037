import * as E from 'fp-ts/lib/Either.js'
import { EMPTY, from, lastValueFrom, map, NEVER, of, Subject, take, throwError, toArray } from 'rxjs'
import { afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { Failure, type RunError } from '../../src/graphs/failure.js'
import { graph } from '../../src/graphs/graph.js'
import { filled } from '../../src/nodes/init.js'
import { node } from '../../src/nodes/node.js'
import { record, tensor } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import { stream } from '../../src/streams/stream.js'

const both = record({ x: tensor('B'), y: tensor('B') })
const mix = node(
  'mix',
  { inputs: both, outputs: record({ z: tensor('B') }), weights: { by: filled('', 2) } },
  ({ x, y }, { by }) => {
    if (y.dataSync()[0]! < 0) throw new Error('boom')
    return { z: tf.add(tf.mul(x, by), y) }
  }
)
const program = () => {
  const made = compile(
    graph('g', both, ({ x, y }, { step, tap }) => {
      const once = step('once', mix, { x, y: x }).z
      tap('once', once)
      return step('each', mix, { x: once, y })
    }),
    { taps: true }
  )
  if (E.isLeft(made)) throw new Error('a graph that does not compile')
  return made.right
}

const vector = (...values: Array<number>) => tf.tensor1d(values)
const read = ({ z }: { readonly z: tf.Tensor1D }): number => {
  const value = z.dataSync()[0]!
  z.dispose()
  return value
}

describe('a program as an operator', () => {
  let w = {} as Readonly<Record<string, tf.Tensor>>
  let x = undefined as unknown as tf.Tensor1D
  let before = 0
  beforeAll(() => tf.startEngine())
  beforeEach(() => {
    w = { 'once.by': tf.scalar(2), 'each.by': tf.scalar(10) }
    x = vector(1)
    before = tf.memory().numTensors
  })
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose([w, x] as tf.TensorContainer)
  })

  it('maps every value, takes it over, and hands over what it makes', async () => {
    const operator = stream(program())(w, { x })
    expectTypeOf(operator).parameter(0).toExtend<import('rxjs').Observable<{ readonly y: tf.Tensor1D }>>()
    const inputs = [1, 2, 3].map((v) => ({ y: vector(v) }))
    const values = await lastValueFrom(from(inputs).pipe(operator, map(read), toArray()))
    expect(values).toEqual([31, 32, 33])
    expect(inputs.every(({ y }) => y.isDisposed)).toBe(true)
    expect(x.isDisposed).toBe(false)
  })

  it('takes all inputs from the stream where nothing is held', async () => {
    const inputs = [1, 2].map((v) => ({ x: vector(v), y: vector(0) }))
    expect(await lastValueFrom(from(inputs).pipe(stream(program())(w, {}), map(read), toArray()))).toEqual([30, 60])
  })

  it('of nothing is nothing', async () => {
    expect(await lastValueFrom(EMPTY.pipe(stream(program())(w, { x }), toArray()))).toEqual([])
  })

  it('computes what is held for every subscription anew', async () => {
    const ran: Array<string> = []
    const streamed = of(1, 2).pipe(
      map((v) => ({ y: vector(v) })),
      stream(program(), { profile: (path) => void ran.push(path) })(w, { x }),
      map(read)
    )
    expect(ran).toEqual([])
    await lastValueFrom(streamed)
    await lastValueFrom(streamed)
    expect(ran).toEqual(['once', 'each', 'each', 'once', 'each', 'each'])
  })

  it('ends with a typed failure where a node throws, and lets go of everything', async () => {
    const inputs = [1, -1, 2].map((v) => ({ y: vector(v) }))
    const seen: Array<number> = []
    const failure = await lastValueFrom(
      from(inputs).pipe(
        stream(program())(w, { x }),
        map((out) => seen.push(read(out)))
      )
    ).catch((e: Failure<RunError>) => e)
    expect(failure).toBeInstanceOf(Failure)
    expect((failure as Failure<RunError>).error).toMatchObject({ _tag: 'NodeThrew', at: 'each' })
    expect(seen).toEqual([31])
    expect(inputs[1]!.y.isDisposed).toBe(true)
    inputs[2]!.y.dispose() // never received: it is still its sender's
  })

  it('ends with a typed failure before it subscribes, where weights or held inputs do not fit', async () => {
    let subscribed = false
    const source = new Subject<{ y: tf.Tensor1D }>()
    const watched = map((v: { y: tf.Tensor1D }) => {
      subscribed = true
      return v
    })
    const failed = (held: object, values: object) =>
      lastValueFrom(source.pipe(watched, stream(program())(values as never, held) as never, toArray())).catch(
        (e) => e.error
      )
    expect(await failed({ x }, {})).toMatchObject({ _tag: 'BadWeights', at: 'once.by' })
    const wide = tf.zeros([2, 2])
    expect(await failed({ x: wide }, w)).toMatchObject({ _tag: 'BadInput', at: 'once' })
    wide.dispose()
    expect([subscribed, source.observed]).toEqual([false, false])
  })

  it('ends where its source fails', async () => {
    const failed = throwError(() => new Error('source')).pipe(stream(program())(w, { x }) as never)
    await expect(lastValueFrom(failed)).rejects.toThrow('source')
  })

  it('can be left early, also while it waits', async () => {
    const inputs = function* () {
      for (let v = 1; ; v++) yield { y: vector(v) }
    }
    expect(
      await lastValueFrom(from(inputs()).pipe(stream(program())(w, { x }), take(2), map(read), toArray()))
    ).toEqual([31, 32])
    NEVER.pipe(stream(program())(w, { x }) as never)
      .subscribe()
      .unsubscribe()
  })
})
