/**
 * What the thread of the module hooks and the main one tell each other.
 *
 * @since 0.1.0
 */

/** Marks the name of a package that is looked for from a folder: JSON of both follows. */
export const scheme = 'keyflow-from:'

/** What the thread of the hooks has read of a user's module, as JavaScript, and how Node takes it. */
export interface ModuleText {
  readonly file: string
  readonly type: 'module' | 'commonjs'
  readonly source: string
}

/** A place where a file is no TypeScript, or no JavaScript; lines and columns count from 1. */
export interface BadSyntax {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

const mark = 'keyflow-syntax:'

/** Bad syntax as the message of an error: nothing else of it comes through. */
export const syntaxText = (bad: BadSyntax): string => mark + JSON.stringify(bad)

/** Bad syntax from the message of an error. */
export const syntaxOf = (message: string): BadSyntax | undefined =>
  message.startsWith(mark) ? (JSON.parse(message.slice(mark.length)) as BadSyntax) : undefined
