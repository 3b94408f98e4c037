/**
 * What can go wrong at the edge of the program, as data, with one line for a person and one exit code for a script.
 *
 * @since 0.1.0
 */

/**
 * A failure at the edge: says where, what was due and what came.
 *
 * @category model
 * @since 0.1.0
 */
export type Problem =
  /** The command was asked wrongly. */
  | { readonly _tag: 'Usage'; readonly at: string; readonly expected: string; readonly actual: string }
  /** A file or stream holds something else than it should. `at` is a place inside: a tensor, a byte, a frame. */
  | {
      readonly _tag: 'BadData'
      readonly file: string
      readonly at: string
      readonly expected: string
      readonly actual: string
    }
  /** A file is sound but larger than the limits allow; `raise` names the option that lifts the limit. */
  | {
      readonly _tag: 'OverLimit'
      readonly file: string
      readonly what: string
      readonly limit: number
      readonly actual: number
      readonly raise: string
    }
  /** The engine that the command needs is not there; `remedy` is the command that mends it. */
  | { readonly _tag: 'NoEngine'; readonly needed: string; readonly actual: string; readonly remedy: string }
  /** A package that the user may install is not there. */
  | { readonly _tag: 'NoPackage'; readonly needed: string; readonly for: string; readonly remedy: string }
  /** The operating system refused. */
  | { readonly _tag: 'FileTrouble'; readonly file: string; readonly doing: string; readonly cause: string }
  /** A configuration does not fit its codec; lines and columns count from 1. */
  | {
      readonly _tag: 'BadConfig'
      readonly file: string
      readonly line: number
      readonly column: number
      readonly at: string
      readonly expected: string
      readonly actual: string
    }
  /** A signal ended the work. */
  | { readonly _tag: 'Interrupted'; readonly signal: string }
  /** Several problems of one input, all found at once. */
  | { readonly _tag: 'Problems'; readonly all: ReadonlyArray<Problem> }
  /** A graph or a node failed while it was compiled or run. */
  | { readonly _tag: 'Failed'; readonly at: string; readonly cause: string }

/**
 * One line for a person (several for several problems).
 *
 * @category errors
 * @since 0.1.0
 */
export const showProblem = (p: Problem): string => {
  switch (p._tag) {
    case 'Usage':
      return `${p.at}: expected ${p.expected}, got ${p.actual}`
    case 'BadData':
      return `${p.file}: ${p.at}: expected ${p.expected}, got ${p.actual}`
    case 'OverLimit':
      return `${p.file}: ${p.what} ${p.actual} is over the limit of ${p.limit} (raise it with ${p.raise})`
    case 'NoEngine':
      return `needs ${p.needed}, but the engine is ${p.actual}; to mend it: ${p.remedy}`
    case 'NoPackage':
      return `${p.for} needs the package ${p.needed}, which is not installed; to mend it: ${p.remedy}`
    case 'FileTrouble':
      return `${p.file}: cannot ${p.doing}: ${p.cause}`
    case 'BadConfig':
      return `${p.file}:${p.line}:${p.column}: ${p.at}: expected ${p.expected}, got ${p.actual}`
    case 'Interrupted':
      return `interrupted by ${p.signal}`
    case 'Problems':
      return p.all.map(showProblem).join('\n')
    case 'Failed':
      return `${p.at}: ${p.cause}`
  }
}

/**
 * The exit code of a problem, after sysexits.h: 1 failed, 2 asked wrongly, 65 bad data, 69 engine missing,
 * 74 input/output, 78 configuration, 130 interrupted.
 *
 * @category errors
 * @since 0.1.0
 */
export const exitCode = (p: Problem): number => {
  switch (p._tag) {
    case 'Usage':
      return 2
    case 'BadData':
    case 'OverLimit':
      return 65
    case 'NoEngine':
    case 'NoPackage':
      return 69
    case 'FileTrouble':
      return 74
    case 'BadConfig':
      return 78
    case 'Interrupted':
      return 130
    case 'Problems':
      return p.all[0] === undefined ? 1 : exitCode(p.all[0])
    case 'Failed':
      return 1
  }
}
