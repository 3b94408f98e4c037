/**
 * What all writers have in common: frames checked, at most two under way, ended once, nothing left after a failure.
 *
 * @since 0.1.0
 */
import { MediaFailure, problemOf } from './failure.js'
import type { Frame, Shape, Writer } from './model.js'

/**
 * How one format is written: `put` takes a frame and resolves when it needs it no more, `finish` completes the file
 * under its name, `drop` removes everything and may come at any time.
 *
 * @category model
 * @since 0.1.0
 */
export interface Format {
  readonly put: (frame: Frame, index: number) => Promise<void>
  readonly finish: (frames: number) => Promise<void>
  readonly drop: () => Promise<void>
}

/**
 * A writer of a format.
 *
 * @category writing
 * @since 0.1.0
 */
export const writerOf = (path: string, shape: Shape, format: Format): Writer => {
  let count = 0
  let over = false
  let failure: MediaFailure | undefined
  let turn: Promise<void> = Promise.resolve()

  /** The first failure is the one that is told, whatever follows from it. */
  const fail = async (cause: unknown): Promise<MediaFailure> => {
    failure ??= new MediaFailure(problemOf(path, 'write', cause))
    over = true
    await format.drop().catch(() => undefined)
    return failure
  }
  const refuse = (cause: string): MediaFailure => new MediaFailure({ _tag: 'Failed', at: path, cause })

  return {
    write: async (frame) => {
      if (over) throw failure ?? refuse('the writer is closed')
      if (frame.height !== shape.height || frame.width !== shape.width || frame.data.length !== area(shape)) {
        throw await fail(
          refuse(`expected a frame of ${shape.width}x${shape.height}, got ${frame.width}x${frame.height}`)
        )
      }
      const before = turn
      turn = before
        .then(async () => {
          if (failure === undefined) await format.put(frame, count++)
        })
        .catch(async (cause) => {
          await fail(cause)
        })
      await before
      if (failure !== undefined) throw failure
    },
    close: async () => {
      await turn
      if (failure !== undefined) throw failure
      if (over) return
      over = true
      try {
        if (count === 0) throw refuse('no frame was written')
        await format.finish(count)
      } catch (cause) {
        throw await fail(cause)
      }
    },
    abort: async () => {
      if (!over) failure = refuse('the writer was given up')
      over = true
      // The first ends what is under way, the second removes what that left.
      await format.drop().catch(() => undefined)
      await turn
      await format.drop()
    }
  }
}

const area = ({ height, width }: Shape): number => height * width * 3
