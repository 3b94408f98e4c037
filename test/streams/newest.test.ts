import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { newest } from '../../src/streams/newest.js'

/** A source that is told when to give: what it still had when it was left is known. */
const pushed = () => {
  const waiting: Array<(next: IteratorResult<number>) => void> = []
  const values: Array<number> = []
  let left = false
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise((resolve) => {
          const value = values.shift()
          if (value === undefined) waiting.push(resolve)
          else resolve({ done: false, value })
        }),
      return: async () => {
        left = true
        return { done: true, value: undefined }
      }
    })
  }
  const push = (value: number): void => {
    const first = waiting.shift()
    if (first === undefined) values.push(value)
    else first({ done: false, value })
  }
  const end = (): void => waiting.shift()?.({ done: true, value: undefined })
  return { source, push, end, left: () => left }
}

const turn = () => sleep(5)

describe('the newest value', () => {
  it('lets others run while a source has everything at once', async () => {
    async function* all() {
      for (let i = 0; ; i++) yield i
    }
    const got = newest(all(), () => {})
    const seen = [(await got.next()).value as number, (await got.next()).value as number]
    let heard = false
    setTimeout(() => (heard = true))
    for (let i = 0; i < 50 && !heard; i++) seen.push((await got.next()).value as number)
    await got.return()
    expect(heard).toBe(true)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })

  it('is the only one that somebody slow gets; the others are dropped, each once', async () => {
    const { source, push, end } = pushed()
    const dropped: Array<number> = []
    const got = newest(source, (x) => dropped.push(x))
    const first = got.next()
    push(1)
    expect(await first).toEqual({ done: false, value: 1 })
    for (const x of [2, 3, 4]) {
      await turn()
      push(x)
    }
    await turn()
    expect(await got.next()).toEqual({ done: false, value: 4 })
    end()
    expect(await got.next()).toEqual({ done: true, value: undefined })
    expect(dropped).toEqual([2, 3])
  })

  it('loses none where somebody is always ready', async () => {
    const got: Array<number> = []
    const slowly = async function* () {
      for (const x of [1, 2, 3]) {
        await turn()
        yield x
      }
    }
    for await (const x of newest(slowly(), () => expect.unreachable())) got.push(x)
    expect(got).toEqual([1, 2, 3])
  })

  it('that waits comes before a failure', async () => {
    const failing = async function* () {
      yield 1
      throw new Error('unplugged')
    }
    const got = newest(failing(), () => {})
    expect(await got.next()).toEqual({ done: false, value: 1 })
    await expect(got.next()).rejects.toThrow('unplugged')
  })

  it('is dropped when it is left, with what was on its way, and the source ends', async () => {
    const { source, push, left } = pushed()
    const dropped: Array<number> = []
    const got = newest(source, (x) => dropped.push(x))
    const first = got.next()
    push(1)
    await first
    push(2)
    await turn()
    await got.return()
    push(3)
    await turn()
    expect(dropped).toEqual([2, 3])
    expect(left()).toBe(true)
  })
})
