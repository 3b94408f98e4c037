/**
 * Frames into a file, whole or not at all.
 *
 * @since 0.1.0
 */
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import { attempt, MediaFailure, orThrow } from './failure.js'
import type { Frame, WriteOptions, Writer } from './model.js'
import { openWriter } from './open-writer.js'

/**
 * Writes frames of one size to an output that `openWriter` knows by its name. Frames are taken one at a time, as there is room for
 * them; where one cannot be had or written, nothing is left of the output. Fails with a `Problem`: `Usage` for a name of no kind,
 * `FileTrouble` for what cannot be written, `Failed` for a frame of another size, for no frame at all, and for whatever `frames` throws.
 *
 * @category writing
 * @since 0.1.0
 */
export const writeFrames = (
  path: string,
  frames: Iterable<Frame> | AsyncIterable<Frame>,
  options: Omit<WriteOptions, 'height' | 'width'>
): TE.TaskEither<Problem, void> =>
  attempt(path, 'write', async () => {
    let writer: Writer | undefined
    try {
      for await (const frame of frames) {
        writer ??= await opened(path, { ...options, height: frame.height, width: frame.width })
        await writer.write(frame)
      }
      if (writer === undefined) throw new MediaFailure({ _tag: 'Failed', at: path, cause: 'no frame was written' })
      await writer.close()
    } catch (cause) {
      await writer?.abort()
      throw cause
    }
  })

const opened = (path: string, options: WriteOptions): Promise<Writer> => orThrow(openWriter(path, options))
