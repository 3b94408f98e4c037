/**
 * Frames on their way to whoever answers them: never more than a few under way.
 *
 * @since 0.1.0
 */
import { isObservable, type Observable } from 'rxjs'
import type { FramePolicy } from './animator.js'

/** How frames are taken. */
export interface IntakePolicy {
  readonly policy: FramePolicy
  /** Most frames without an answer. */
  readonly underWay: number
  /** Most frames of an Observable that wait under `block`. */
  readonly waiting: number
}

/** Who takes the frames; each gets a number, which `answered` is told. */
export interface Taker<A> {
  readonly send: (value: A, id: number) => void
  readonly nextId: () => number
  /** All frames have come and are answered. */
  readonly drained: () => void
  readonly overrun: (waiting: number) => void
  readonly failed: (cause: unknown) => void
}

/** Frames being taken. */
export interface Intake {
  /** Frames go from here on; after `pause`, what had no answer is sent again (`block`) or dropped. */
  readonly begin: () => void
  readonly pause: () => void
  /** Frame `id` and all before it are answered. */
  readonly answered: (id: number) => void
  readonly stop: () => void
}

/**
 * Takes frames under a policy: an AsyncIterable is asked for the next frame only when it can be sent (`block`), or at once
 * (`latest`); an Observable's frames wait in memory (`block`), or the newest alone does (`latest`).
 *
 * @category constructors
 * @since 0.1.0
 */
export const intake = <A>(
  frames: Observable<A> | AsyncIterable<A>,
  { policy, underWay, waiting }: IntakePolicy,
  taker: Taker<A>
): Intake => {
  const under = new Map<number, A>()
  let queue: Array<A> = []
  let [going, ended, stopped] = [false, false, false]
  let wake = (): void => {}

  const settle = (): void => {
    while (going && !stopped && queue.length > 0 && under.size < underWay) {
      const value = queue.shift() as A
      const id = taker.nextId()
      under.set(id, value)
      taker.send(value, id)
    }
    wake()
    if (going && ended && !stopped && queue.length === 0 && under.size === 0) {
      stopped = true
      taker.drained()
    }
  }
  const come = (value: A): void => {
    if (policy === 'latest') queue = [value]
    else queue.push(value)
    settle()
  }
  const end = (): void => {
    ended = true
    settle()
  }
  const push = (value: A): void => {
    if (policy === 'block' && queue.length >= waiting) taker.overrun(queue.length)
    else come(value)
  }
  const leave = isObservable(frames)
    ? subscribed(frames, push, end, taker.failed)
    : pulled(frames, come, end, taker.failed, async () => {
        while (!stopped && policy === 'block' && (!going || queue.length > 0 || under.size >= underWay))
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      })
  return {
    begin: () => {
      if (going) return
      if (policy === 'block') queue = [...under.values(), ...queue]
      under.clear()
      going = true
      settle()
    },
    pause: () => {
      going = false
    },
    answered: (id) => {
      for (const key of under.keys()) if (key <= id) under.delete(key)
      settle()
    },
    stop: () => {
      stopped = true
      queue = []
      under.clear()
      wake()
      leave()
    }
  }
}

const subscribed = <A>(
  frames: Observable<A>,
  next: (value: A) => void,
  complete: () => void,
  error: (cause: unknown) => void
): (() => void) => {
  const subscription = frames.subscribe({ next, complete, error })
  return () => subscription.unsubscribe()
}

const pulled = <A>(
  frames: AsyncIterable<A>,
  next: (value: A) => void,
  complete: () => void,
  error: (cause: unknown) => void,
  room: () => Promise<void>
): (() => void) => {
  const iterator = frames[Symbol.asyncIterator]()
  let left = false
  const loop = async (): Promise<void> => {
    while (!left) {
      await room()
      if (left) return
      const got = await iterator.next()
      if (left) return
      if (got.done === true) return complete()
      next(got.value)
    }
  }
  loop().catch((cause) => {
    if (!left) error(cause)
  })
  return () => {
    left = true
    // nobody is left who could be told that it failed to close
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
