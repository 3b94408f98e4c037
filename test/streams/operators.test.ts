import * as E from 'fp-ts/lib/Either.js'
import {
  concat,
  firstValueFrom,
  from,
  map,
  NEVER,
  of,
  Subject,
  type Subscription,
  take,
  throwError,
  toArray
} from 'rxjs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as tf from '../../src/nodes/tf.js'
import { batch, branch, cached, contentKey, mapMany, unbatch, withNewest } from '../../src/streams/index.js'
import { comes } from '../until.js'

interface One {
  readonly x: tf.Tensor
}
const frames = (...values: Array<number>): One => ({ x: tf.tensor1d(values) })
const read = (value: object): Record<string, Array<number>> => {
  const out = Object.fromEntries(Object.entries(value).map(([name, x]) => [name, [...x.dataSync()]]))
  tf.dispose(value as tf.TensorContainer)
  return out
}
const add = (n: number) =>
  map(({ x }: One): One => {
    const y = tf.add(x, n)
    x.dispose()
    return { x: y }
  })

describe('operators', () => {
  let before = 0
  beforeAll(() => tf.startEngine())
  beforeEach(() => {
    before = tf.memory().numTensors
  })
  afterEach(() => expect(tf.memory().numTensors).toBe(before))

  it('batch frames that come in any numbers, the last batch smaller', async () => {
    const source = () => from([() => frames(1), () => frames(2, 3, 4, 5, 6), () => frames(7)]).pipe(map((f) => f()))
    const all = await firstValueFrom(source().pipe(batch<One>(3), map(read), toArray()))
    expect(all.map(({ x }) => x)).toEqual([[1, 2, 3], [4, 5, 6], [7]])
  })

  it('let go of a batch that is never filled', () => {
    concat(of(0).pipe(map(() => frames(1, 2))), NEVER)
      .pipe(batch<One>(5))
      .subscribe()
      .unsubscribe()
  })

  it('unbatch what was batched', async () => {
    const all = await firstValueFrom(
      of(0).pipe(
        map(() => frames(1, 2, 3)),
        unbatch<One>(),
        map(read),
        toArray()
      )
    )
    expect(all.map(({ x }) => x)).toEqual([[1], [2], [3]])
    await firstValueFrom(
      of(0).pipe(
        map(() => frames(1, 2, 3)),
        unbatch<One>(),
        take(1),
        map(read)
      )
    )
  })

  it('join a slow stream: every value with the newest', () => {
    const [slow, fast] = [new Subject<{ readonly y: tf.Tensor }>(), new Subject<One>()]
    const seen: Array<unknown> = []
    const running = fast.pipe(withNewest<One, { readonly y: tf.Tensor }>(slow)).subscribe((v) => seen.push(read(v)))
    slow.next({ y: tf.tensor1d([10]) })
    for (const x of [1, 2]) fastNext(fast, x)
    slow.next({ y: tf.tensor1d([20]) })
    fastNext(fast, 3)
    running.unsubscribe()
    expect(seen).toEqual([
      { x: [1], y: [10] },
      { x: [2], y: [10] },
      { x: [3], y: [20] }
    ])
  })

  it('branch: what each made of it, together', async () => {
    const all = await firstValueFrom(
      from([1, 2]).pipe(
        map((n) => frames(n)),
        branch<One, { a: One; b: One }>({ a: add(10), b: add(20) }),
        map(({ a, b }) => [read(a), read(b)]),
        toArray()
      )
    )
    expect(all).toEqual([
      [{ x: [11] }, { x: [21] }],
      [{ x: [12] }, { x: [22] }]
    ])
  })

  it('branch: the failure of one is the failure of all, and nothing is left', async () => {
    const failing = map((v: One): One => {
      tf.dispose(v as never)
      throw new Error('boom')
    })
    const whole = of(0).pipe(
      map(() => frames(1)),
      branch<One, { a: One; b: One }>({ a: add(1), b: failing })
    )
    await expect(firstValueFrom(whole)).rejects.toThrow('boom')
  })

  it('cache: the same content is computed once while it is kept', async () => {
    let asked = 0
    const counted = map((v: One): One => {
      asked += 1
      const x = tf.add(v.x, 1)
      v.x.dispose()
      return { x }
    })
    const source = from([1, 2, 1, 3, 1, 2]).pipe(
      map((n) => frames(n)),
      cached(counted, 2),
      map(read),
      toArray()
    )
    expect((await firstValueFrom(source)).map(({ x }) => x?.[0])).toEqual([2, 3, 2, 4, 2, 3])
    expect(asked).toBe(4)
  })

  it('cache: leaving while a key is computed leaves nothing', async () => {
    const running: Subscription = of(0)
      .pipe(
        map(() => frames(1)),
        cached<One, One>(add(1))
      )
      .subscribe()
    running.unsubscribe()
    await comes(() => tf.memory().numTensors === before) // the key is made on another thread
  })

  it('tell contents apart by numbers, shape, type and name', async () => {
    const all: Array<{ readonly [name: string]: tf.Tensor }> = [
      { x: tf.tensor1d([1, 2]) },
      { x: tf.tensor1d([1, 3]) },
      { x: tf.tensor2d([[1, 2]]) },
      { x: tf.tensor1d([1, 2], 'int32') },
      { y: tf.tensor1d([1, 2]) }
    ]
    const keys = await Promise.all(all.map(contentKey))
    expect(new Set(keys).size).toBe(all.length)
    expect(await contentKey(all[0]!)).toBe(keys[0])
    tf.dispose(all as never)
  })

  it('map over many: at most so many at once, and one that fails does not stop the others', async () => {
    let [now, most] = [0, 0]
    const what = async (n: number): Promise<number> => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setTimeout(resolve, 2))
      now -= 1
      if (n === 2) throw new Error('two')
      return n * 10
    }
    const all = await firstValueFrom(mapMany([1, 2, 3, 4, 5], what, 2).pipe(toArray()))
    const byIndex = [...all].sort((a, b) => a.index - b.index)
    expect(most).toBe(2)
    expect(byIndex.map(({ result }) => (E.isRight(result) ? result.right : 'failed'))).toEqual([
      10,
      'failed',
      30,
      40,
      50
    ])
    const broken = firstValueFrom(mapMany([1], () => throwError(() => 'no')))
    expect((await broken).result).toEqual(E.left('no'))
  })
})

const fastNext = (fast: Subject<One>, x: number): void => fast.next(frames(x))
