/**
 * Back-pressure: from a pull-based source into a stream, with a bounded number of values between its two ends.
 *
 * @since 0.1.0
 */
import { Observable, type OperatorFunction } from 'rxjs'
import { breaths } from './breath.js'

/**
 * What happens when values come faster than they are used: `block` pulls a value only when fewer than `limit` are under
 * way, so that nothing is lost and the source waits; `latest` pulls at once and keeps the newest only.
 *
 * @category model
 * @since 0.1.0
 */
export type Policy<A> =
  | { readonly _tag: 'block'; readonly limit: number }
  | { readonly _tag: 'latest'; readonly drop: (value: A) => void }

/** A promise that somebody else resolves. */
const signal = () => {
  let wake = (): void => {}
  return { wait: () => new Promise<void>((resolve) => (wake = resolve)), wake: () => wake() }
}

/** Ends a source that is wanted no more; nobody is left who could be told that it failed to close. */
const close = (pulled: AsyncIterator<unknown>): void => {
  Promise.resolve(pulled.return?.()).catch(() => {})
}

/** Pulls with at most `limit` values under way. */
const block = <A>(source: AsyncIterable<A>, limit: number, drop: (value: A) => void) => {
  let underWay = 0
  const room = signal()
  const values = new Observable<A>((subscriber) => {
    const pulled = source[Symbol.asyncIterator]()
    const loop = async (): Promise<void> => {
      while (!subscriber.closed) {
        while (underWay >= limit && !subscriber.closed) await room.wait()
        if (subscriber.closed) return
        const next = await pulled.next()
        if (next.done === true) return subscriber.complete()
        if (subscriber.closed) return drop(next.value)
        underWay += 1
        subscriber.next(next.value)
      }
    }
    loop().catch((e) => subscriber.error(e))
    return () => {
      room.wake()
      close(pulled)
    }
  })
  const done = (): void => {
    underWay -= 1
    room.wake()
  }
  return { values, done }
}

/** Pulls as fast as values come; one waits, and a newer one takes its place. */
const latest = <A>(source: AsyncIterable<A>, drop: (value: A) => void) => {
  let busy = false
  let waiting: { readonly value: A } | undefined
  let next = (_: A): void => {}
  let ended = false
  let end = (): void => {}
  const settle = (): void => {
    if (busy) return
    if (waiting !== undefined) {
      const { value } = waiting
      waiting = undefined
      busy = true
      next(value)
    } else if (ended) end()
  }
  const values = new Observable<A>((subscriber) => {
    const pulled = source[Symbol.asyncIterator]()
    next = (value) => subscriber.next(value)
    end = () => subscriber.complete()
    const rest = breaths()
    const loop = async (): Promise<void> => {
      for (let got = await pulled.next(); got.done !== true; got = await pulled.next()) {
        if (subscriber.closed) return drop(got.value)
        if (waiting !== undefined) drop(waiting.value)
        waiting = { value: got.value }
        settle()
        await rest()
      }
      ended = true
      settle()
    }
    loop().catch((e) => subscriber.error(e))
    return () => {
      if (waiting !== undefined) drop(waiting.value)
      waiting = undefined
      close(pulled)
    }
  })
  const done = (): void => {
    busy = false
    settle()
  }
  return { values, done }
}

/**
 * Runs the values of a source through `stages`, under a policy. `stages` must emit once for every value it receives, when
 * it has done with it: that is the sign that there is room.
 *
 * Takes over what it pulls; values that are pulled but not wanted any more are given to `drop`.
 *
 * Fails as the source or the stages do; the source is closed then.
 *
 * @category operators
 * @since 0.1.0
 */
export const inFlight =
  <A, B>(policy: Policy<A>, stages: OperatorFunction<A, B>, drop: (value: A) => void = () => {}) =>
  (source: AsyncIterable<A>): Observable<B> =>
    new Observable<B>((subscriber) => {
      const { values, done } = policy._tag === 'block' ? block(source, policy.limit, drop) : latest(source, policy.drop)
      return values.pipe(stages).subscribe({
        next: (b) => {
          subscriber.next(b) // the receiver may leave here: no other value is given to the stages before it has spoken
          done()
        },
        error: (e) => subscriber.error(e),
        complete: () => subscriber.complete()
      })
    })
