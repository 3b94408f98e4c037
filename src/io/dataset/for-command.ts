/**
 * What the commands on datasets have in common: an optional configuration, the opening of one part, the exit code.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { limitsOf } from '../animation/plan.js'
import type { Terminal } from '../cli/command.js'
import { type Config, readConfig } from '../config/config.js'
import type { Problem } from '../problem/problem.js'
import { type Opening, openDataset, openingOf } from './dataset.js'
import type { DatasetFormat } from './format.js'
import type { Dataset, Part } from './model.js'

/**
 * Options that such commands share.
 *
 * @category model
 * @since 0.1.0
 */
export interface Asked {
  readonly folder: string
  /** What lists the clips; a folder of videos unless given. */
  readonly format?: DatasetFormat | undefined
  readonly cache: string | undefined
  readonly maxPixels: number | undefined
  readonly maxFrames: number | undefined
  readonly maxSeconds: number | undefined
}

/**
 * The configuration that was named, or null.
 *
 * Fails as `readConfig`: with `FileTrouble` or `BadConfig`.
 *
 * @category files
 * @since 0.1.0
 */
export const configOf = (path: string | undefined): TE.TaskEither<Problem, Config | null> =>
  path === undefined ? TE.right(null) : readConfig(path)

/**
 * Where frames are kept, what is too large, and a bar that runs while `task` does.
 *
 * Fails as `task` does, with the same `Problem`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const withProgress = <A>(
  asked: Asked,
  terminal: Terminal,
  task: (
    options: Pick<Opening, 'cache' | 'limits' | 'signal' | 'format'> & { readonly progress: (frames: number) => void }
  ) => TE.TaskEither<Problem, A>
): TE.TaskEither<Problem, A> => {
  const bar = terminal.progress('decode')
  return pipe(
    task({
      ...(asked.cache === undefined ? {} : { cache: asked.cache }),
      ...(asked.format === undefined ? {} : { format: asked.format }),
      limits: limitsOf(asked),
      signal: terminal.signal,
      progress: bar.advance
    }),
    TE.tapIO(() => bar.end),
    TE.tapError(() => TE.fromIO(bar.end))
  )
}

/**
 * Opens the part of a dataset that a command is asked for.
 *
 * Fails as `openDataset`, with `BadData` for what does not decode.
 *
 * @category files
 * @since 0.1.0
 */
export const opened = (
  asked: Asked,
  part: Part,
  config: Config | null,
  terminal: Terminal
): TE.TaskEither<Problem, Dataset> =>
  withProgress(asked, terminal, (options) =>
    openDataset(asked.folder, { ...(config === null ? { part } : openingOf(config, part)), ...options })
  )
