/**
 * Bytes that come once and may never end: standard input, a file that grows.
 *
 * @since 0.1.0
 */
import { open } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { Child } from './child.js'

/**
 * A stream of bytes that can be looked into before it is passed on. What `head` and `lend` read is kept; `all` and `pour`
 * give everything, first what was kept, and keep nothing from then on. `end` makes the stream end where it is. `waited` is how
 * many milliseconds its source let this process wait.
 *
 * @category model
 * @since 0.1.0
 */
export interface Bytes {
  readonly name: string
  /** The first bytes: `most`, or fewer where the stream is shorter. */
  readonly head: (most: number) => Promise<Uint8Array>
  /** Feeds a child that looks at the beginning and leaves. */
  readonly lend: (child: Child) => Promise<void>
  /** Everything, first what was kept; nothing is kept from then on. */
  readonly all: () => AsyncIterable<Uint8Array>
  /** Feeds a child with everything, no faster than it takes it. Fails as the stream fails. */
  readonly pour: (child: Child) => Promise<void>
  readonly end: () => void
  readonly waited: () => number
}

/** How many milliseconds this process had nothing to do. */
const idle = (): number => performance.eventLoopUtilization().idle

/** Writes to a child and waits until it has taken it; false where it takes no more. */
const give = ({ input, ended }: Child, chunk: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    if (input.destroyed) return resolve(false)
    input.write(chunk, (error) => resolve(error === null || error === undefined))
    void ended.then(() => resolve(false))
  })

/**
 * The bytes of an iterable; `close` is called once nothing more is wanted of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bytesFrom = (name: string, source: AsyncIterable<Uint8Array>, close: () => void): Bytes => {
  const pulled = source[Symbol.asyncIterator]()
  const kept: Array<Uint8Array> = []
  let over = false
  let [waiting, since]: [number, number | undefined] = [0, undefined]
  let stop = (): void => {}
  const stopped = new Promise<{ readonly done: true; readonly value: undefined }>((resolve) => {
    stop = () => resolve({ done: true, value: undefined })
  })
  const end = (): void => {
    if (over) return
    over = true
    stop()
    close()
  }
  let under: Promise<unknown> = Promise.resolve()
  /** One chunk more: one pull at a time, whoever asks. */
  const pull = (): Promise<Uint8Array | undefined> => {
    const next = under.then(async () => {
      if (over) return undefined
      since = idle()
      const { done, value } = await Promise.race([pulled.next(), stopped])
      waiting += idle() - since
      since = undefined
      if (done === true) end()
      return done === true ? undefined : value
    })
    under = next.catch(end)
    return next
  }
  /** The chunk of an index, kept. */
  const chunk = async (index: number): Promise<Uint8Array | undefined> => {
    while (kept.length <= index) {
      const more = await pull()
      if (more === undefined) return undefined
      kept.push(more)
    }
    return kept[index]
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let part = kept.shift(); part !== undefined; part = kept.shift()) yield part
    await under // a chunk that was asked for when a lender left is kept, too
    for (let part = kept.shift(); part !== undefined; part = kept.shift()) yield part
    for (let part = await pull(); part !== undefined; part = await pull()) yield part
  }
  return {
    name,
    end,
    waited: () => waiting + (since === undefined ? 0 : idle() - since),
    head: async (most) => {
      let length = 0
      for (let i = 0; length < most; i++) {
        const part = await chunk(i)
        if (part === undefined) break
        length += part.length
      }
      return Buffer.concat(kept).subarray(0, most)
    },
    lend: async (child) => {
      for (let i = 0; ; i++) {
        const part = await Promise.race([chunk(i).catch(() => undefined), child.ended.then(() => undefined)])
        if (part === undefined || !(await give(child, part))) break
      }
      child.input.end()
    },
    all,
    pour: async (child) => {
      try {
        for await (const part of all()) if (!(await give(child, part))) break
      } finally {
        child.input.end()
        end()
      }
    }
  }
}

/** Waits, or not any longer once it is over. */
const pause = (milliseconds: number, over: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    void over.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })

/** How often a file is asked whether it has grown, in milliseconds. */
const often = 40

async function* grown(path: string, patience: number, over: Promise<void>): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r')
  let done = false
  void over.then(() => (done = true))
  try {
    let [at, waited] = [0, 0]
    while (!done) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536, at)
      at += bytesRead
      if (bytesRead > 0) {
        waited = 0
        yield buffer.subarray(0, bytesRead)
      } else if (waited >= patience) return
      else {
        await pause(often, over)
        waited += often / 1000
      }
    }
  } finally {
    await file.close()
  }
}

/**
 * A file that is still written: at its end it is waited for more, until it has not grown for `patience` seconds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const growingFile = (path: string, patience: number): Bytes => {
  let stop = (): void => {}
  const over = new Promise<void>((resolve) => {
    stop = resolve
  })
  return bytesFrom(path, grown(path, patience, over), stop)
}
