import { concatMap, lastValueFrom, map, mergeMap, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { inFlight, type Policy } from '../../src/streams/in-flight.js'

const soon = () => new Promise<void>((resolve) => setImmediate(resolve))
async function* upTo(n: number, seen: Array<string> = []) {
  try {
    for (let i = 0; i < n; i++) {
      seen.push(`pull ${i}`)
      yield i
    }
  } finally {
    seen.push('closed')
  }
}
const block = (limit: number): Policy<number> => ({ _tag: 'block', limit })

describe('in flight, blocking', () => {
  it('passes every value on', async () => {
    expect(
      await lastValueFrom(
        inFlight(
          block(2),
          map((v: number) => v * 2)
        )(upTo(4)).pipe(toArray())
      )
    ).toEqual([0, 2, 4, 6])
    expect(
      await lastValueFrom(
        inFlight(
          block(2),
          map((v: number) => v)
        )(upTo(0)).pipe(toArray())
      )
    ).toEqual([])
  })

  it('pulls only where there is room', async () => {
    const seen: Array<string> = []
    const stages = concatMap(async (v: number) => {
      await soon()
      seen.push(`done ${v}`)
      return v
    })
    await lastValueFrom(inFlight(block(1), stages)(upTo(3, seen)))
    expect(seen).toEqual(['pull 0', 'done 0', 'pull 1', 'done 1', 'pull 2', 'done 2', 'closed'])
    seen.length = 0
    await lastValueFrom(inFlight(block(2), stages)(upTo(3, seen)))
    expect(seen).toEqual(['pull 0', 'pull 1', 'done 0', 'pull 2', 'done 1', 'closed', 'done 2'])
  })

  it('lets stages finish in any order', async () => {
    const stages = mergeMap(async (v: number) => {
      for (let i = v; i < 3; i++) await soon()
      return v
    })
    const values = await lastValueFrom(inFlight(block(3), stages)(upTo(3)).pipe(toArray()))
    expect([...values].sort()).toEqual([0, 1, 2])
  })

  it('fails where the source or a stage fails, and closes the source', async () => {
    const seen: Array<string> = []
    const failing = map((v: number) => {
      if (v === 1) throw new Error('stage')
      return v
    })
    await expect(lastValueFrom(inFlight(block(2), failing)(upTo(9, seen)))).rejects.toThrow('stage')
    await soon()
    expect(seen).toEqual(['pull 0', 'pull 1', 'closed'])
    async function* broken() {
      yield 1
      throw new Error('source')
    }
    await expect(
      lastValueFrom(
        inFlight(
          block(2),
          map((v: number) => v)
        )(broken())
      )
    ).rejects.toThrow('source')
  })

  it('closes the source that is left, and drops a value that comes too late', async () => {
    const seen: Array<string> = []
    const dropped: Array<number> = []
    const one = inFlight(
      block(2),
      map((v: number) => v),
      (v: number) => dropped.push(v)
    )(upTo(9, seen)).pipe(take(1))
    expect(await lastValueFrom(one)).toBe(0)
    await soon()
    expect(seen.at(-1)).toBe('closed')
    let give = (_: IteratorResult<number>): void => {}
    const slow = { next: () => new Promise<IteratorResult<number>>((resolve) => (give = resolve)) }
    const drop = (v: number) => void dropped.push(v)
    const running = inFlight(
      block(1),
      map((v: number) => v),
      drop
    )({ [Symbol.asyncIterator]: () => slow }).subscribe()
    running.unsubscribe()
    give({ done: false, value: 7 })
    await soon()
    expect(dropped).toEqual([7])
  })

  it('does not end the process where a source that is left fails to close', async () => {
    const stubborn = {
      next: async () => ({ done: false, value: 1 }),
      return: () => Promise.reject(new Error('closing'))
    }
    const source = { [Symbol.asyncIterator]: () => stubborn }
    expect(
      await lastValueFrom(
        inFlight(
          block(1),
          map((v: number) => v)
        )(source).pipe(take(3), toArray())
      )
    ).toEqual([1, 1, 1])
    await soon()
  })
})

describe('in flight, latest first', () => {
  it('drops what is overtaken, and ends with the newest', async () => {
    const dropped: Array<number> = []
    const stages = concatMap(async (v: number) => {
      for (let i = 0; i < 3; i++) await soon()
      return v
    })
    async function* quick() {
      for (let i = 0; i < 7; i++) {
        await soon()
        yield i
      }
    }
    const latest: Policy<number> = { _tag: 'latest', drop: (v) => dropped.push(v) }
    const values = await lastValueFrom(inFlight(latest, stages)(quick()).pipe(toArray()))
    expect(values[0]).toBe(0)
    expect(values.at(-1)).toBe(6)
    expect([...values, ...dropped].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(dropped.length).toBeGreaterThan(0)
  })

  it('fails where the source fails, and drops what waited', async () => {
    const dropped: Array<number> = []
    const never = concatMap(() => new Promise<number>(() => {}))
    async function* broken() {
      yield 1
      yield 2
      throw new Error('source')
    }
    const latest: Policy<number> = { _tag: 'latest', drop: (v) => dropped.push(v) }
    await expect(lastValueFrom(inFlight(latest, never)(broken()))).rejects.toThrow('source')
    expect(dropped).toEqual([2])
  })
})
