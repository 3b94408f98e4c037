/**
 * What opens one kind of source or sink.
 *
 * @since 0.1.0
 */
import type { Values } from '../../nodes/node.js'
import type { Receiver, Tick } from '../../streams/play.js'
import type { Clip, Rational } from '../media/index.js'

/**
 * The timing of a source, as a sink keeps it: frames per second, whether there is sound, whether frames have times of their own
 * instead of a rate. `path` is the file, where there is one.
 *
 * @category model
 * @since 0.1.0
 */
export interface Timing {
  readonly rate: Rational
  readonly audio: boolean
  readonly timed?: boolean
  readonly path?: string
  /** The sound of a stream, as it comes, where `writeFilm` writes it; sinks of extensions get the frames alone. */
  readonly sound?: NonNullable<Clip['sound']>
}

/**
 * Opens the sources of one kind, from their settings and the path of their step. `hold` gives the one value of a source that is
 * held, `read` the ticks of one that ticks; tensors by the names of the outputs, such as `frames` [T, H, W, 3] from 0 to 1, which
 * become the caller's. What fails is thrown,
 * as a `MediaFailure` where it can be said.
 *
 * @category model
 * @since 0.1.0
 */
export interface SourceDriver<S = any> {
  /** The ends of paths, such as `.cast`, that films come from through this kind; others are asked for as `KIND:target`. */
  readonly endings?: ReadonlyArray<string>
  readonly hold?: (settings: S, path: string) => Promise<Values>
  readonly read?: (settings: S, path: string) => Promise<AsyncIterable<Tick>>
  /** Without it, 25 frames per second, each at its own time where ticks tell it; else at that of the rate. */
  readonly timing?: (settings: S, path: string) => Promise<Timing>
}

/**
 * Opens the sinks of one kind. The receiver borrows the tensors that it is given, by the names of the inputs.
 *
 * @category model
 * @since 0.1.0
 */
export interface SinkDriver<S = any> {
  /** The ends of paths, such as `.ppm`, that films go to through this kind; others are asked for as `KIND:target`. */
  readonly endings?: ReadonlyArray<string>
  /** `timing` is that of the source that the settings name as `timing`, else of the one that ticks. */
  readonly open: (settings: S, timing: Timing) => Promise<Receiver>
}

/**
 * What opens sources and sinks, by kind.
 *
 * @category model
 * @since 0.1.0
 */
export interface DriverTables {
  readonly sources: Readonly<Record<string, SourceDriver>>
  readonly sinks: Readonly<Record<string, SinkDriver>>
}
