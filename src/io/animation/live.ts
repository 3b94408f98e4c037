/**
 * The streams of one command: each is opened once, and its first frame can be looked at before it is played.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import {
  type Clip,
  type Frame,
  type Limits,
  MediaFailure,
  openLive,
  type ReadOptions,
  type Streamed
} from '../media/index.js'
import type { Film } from './ticks.js'

/** A stream that was opened: its clip, its first frame, and all of its frames. */
export interface OpenStream extends Film {
  readonly clip: Clip
  readonly first: () => Promise<Frame | undefined>
}

/**
 * The streams of a command. `stop` ends all of them as if they had come to their end.
 *
 * @category model
 * @since 0.1.0
 */
export interface Streams {
  /** Aborted by `stop`. */
  readonly signal: AbortSignal
  readonly open: (streamed: Streamed, options: ReadOptions, most: number | null) => Promise<OpenStream>
  readonly stop: () => void
  /** Lets go of those that nobody plays. */
  readonly close: () => Promise<void>
}

/** A clip of which at most so many frames are read, and the first one twice where that is wanted. */
const openStream = (
  clip: Clip,
  most: number,
  longest: number
): OpenStream & { readonly leave: () => Promise<void> } => {
  let pulled: AsyncIterator<Frame> | undefined
  let ahead: Promise<IteratorResult<Frame>> | undefined
  const begun = (): AsyncIterator<Frame> => {
    pulled ??= clip.frames()[Symbol.asyncIterator]()
    return pulled
  }
  const leave = async (): Promise<void> => void (await pulled?.return?.())
  return {
    clip,
    leave,
    first: async () => {
      ahead ??= begun().next()
      const { done, value } = await ahead
      return done === true ? undefined : value
    },
    frames: () => ({
      [Symbol.asyncIterator]: () => {
        let given = 0
        return {
          next: async () => {
            const one = given < most ? await (ahead ?? begun().next()) : undefined
            ahead = undefined
            given += 1
            if (one?.done === false && one.value.time < longest) return one
            await leave()
            return { done: true, value: undefined }
          },
          return: async () => {
            await leave()
            return { done: true, value: undefined }
          }
        }
      }
    })
  }
}

/** Limits that a stream without end is not held to unless they are asked for. */
const endless = { frames: Number.POSITIVE_INFINITY, seconds: Number.POSITIVE_INFINITY }

/**
 * No streams yet. Limits of `limits` on frames and seconds end a stream, without a word.
 *
 * @category constructors
 * @since 0.1.0
 */
export const streams = (limits: Partial<Limits>): Streams => {
  const opened = new Map<string, ReturnType<typeof openStream>>()
  const stopped = new AbortController()
  const stop = (): void => {
    stopped.abort()
    for (const { clip } of opened.values()) clip.stop?.()
  }
  return {
    signal: stopped.signal,
    stop,
    open: async (streamed, options, most) => {
      const key = JSON.stringify([streamed.path, options.size, options.fit])
      const there = opened.get(key)
      if (there !== undefined) return there
      const clip = await openLive(streamed, { ...options, limits: { ...limits, ...endless } })()
      if (E.isLeft(clip)) throw new MediaFailure(clip.left)
      const made = openStream(clip.right, most ?? endless.frames, limits.seconds ?? endless.seconds)
      opened.set(key, made)
      if (stopped.signal.aborted) clip.right.stop?.()
      return made
    },
    close: async () => {
      for (const { clip, leave } of opened.values()) {
        clip.stop?.()
        await leave().catch(() => {})
      }
    }
  }
}
