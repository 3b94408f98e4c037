/**
 * A command as data, and what it may do to the world.
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import type { Teller } from '../training/progress.js'
import type { Flags, Options } from './option.js'

/**
 * What a command found out: for programs, and for people.
 *
 * @since 0.1.0
 */
export interface Report {
  /** The object printed with `--json`, beside the version of its shape and the command's name. */
  readonly json: object
  /** What is printed on standard output otherwise; empty for nothing. */
  readonly text: string
  /** The exit code of a command that was done and found something amiss; 0 unless given. */
  readonly code?: number
  /** Standard output was needed for something else: JSON goes to standard error. */
  readonly aside?: boolean
}

/**
 * A bar that counts up, on standard error, where that is a terminal.
 *
 * @since 0.1.0
 */
export interface Progress {
  readonly advance: (by: number) => void
  readonly end: () => void
}

/**
 * Where a command talks: standard error; what it returns goes to standard output.
 *
 * @since 0.1.0
 */
export interface Terminal {
  /** Says one line on standard error, unless `--quiet`. */
  readonly say: (line: string) => void
  readonly progress: (label: string, total?: number) => Progress
  /** Where the steps of a training run are told; nowhere with `--quiet` or `--json`. */
  readonly teller?: Teller
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
}

/** The body of a command. */
export type Run<A extends Options, O extends Options> = (
  flags: Flags<A> & Flags<O>,
  terminal: Terminal
) => TaskEither<Problem, Report>

/**
 * A command: its name (words separated by spaces), its arguments in order, its options, and where its body is.
 *
 * @category model
 * @since 0.1.0
 */
export interface Command<A extends Options = any, O extends Options = any> {
  readonly name: string
  readonly summary: string
  readonly args: A
  readonly options: O
  readonly examples: ReadonlyArray<string>
  readonly load: () => Promise<{ readonly run: Run<A, O> }>
}
