/**
 * Films that are written into a folder, outside of graphs.
 *
 * @since 0.1.0
 */
import { join } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Receiver } from '../../streams/play.js'
import { sinkFor } from '../extension/choose.js'
import type { Tables } from '../extension/model.js'
import { orThrow, type Rational } from '../media/index.js'
import { receiver } from './receiver.js'
import { evenTimes } from './ticks.js'

/**
 * Opens a film by its name, without sound, for `frames` [T, H, W, 3] from 0 to 1, which it borrows. Rejects with a `MediaFailure`
 * where it cannot.
 *
 * @since 0.1.0
 */
export type FilmOpener = (name: string, rate: Rational) => Promise<Receiver>

/** A receiver that is told the times of its frames: those of `rate`, from 0 on. */
const timed = (to: Receiver, rate: Rational): Receiver => {
  let given = 0
  return {
    write: (values) => {
      const count = values.frames?.shape[0] ?? 0
      const times = evenTimes(rate, given, count)
      given += count
      return to.write(values, times)
    },
    close: () => to.close(),
    abort: () => to.abort()
  }
}

/**
 * Opens films of a folder as `format`: `frames`, or an ending without its dot, written by the sink of an extension that takes it,
 * else by ours. What opens them rejects with a `MediaFailure` where the sink takes no films or cannot be opened.
 *
 * @category constructors
 * @since 0.1.0
 */
export const filmsInto =
  (tables: Tables, folder: string, format: string): FilmOpener =>
  async (name, rate) => {
    const path = join(folder, format === 'frames' ? `${name}/` : `${name}.${format}`)
    const writing = { path, timing: 'frames', audio: false }
    const { kind, settings } = await orThrow(TE.fromEither(sinkFor(tables, writing)))
    const timing = { rate, audio: false }
    const brought = await tables.sinks[kind]?.open(settings, timing)
    return timed(brought ?? receiver(writing, timing, '', { limits: {}, gone: () => {} }), rate)
  }
