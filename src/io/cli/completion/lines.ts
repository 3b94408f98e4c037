/**
 * What a shell can complete, read off the declared commands.
 *
 * @since 0.1.0
 */
import { always } from '../declared/common.js'
import { type Option, type Options, spelt } from '../option.js'

/** What may stand where a value is due: some words, a file, a folder, or anything. */
export type Value =
  | { readonly _tag: 'Words'; readonly words: ReadonlyArray<string> }
  | { readonly _tag: 'File' | 'Folder' | 'Any' }

/** An option of a command: `--as`; a flag takes no value. */
export interface Switch {
  readonly long: string
  readonly summary: string
  readonly value: Value | undefined
  readonly many: boolean
}

/** A command: its words, its arguments in order, its options. */
export interface Line {
  readonly words: ReadonlyArray<string>
  readonly summary: string
  readonly args: ReadonlyArray<{ readonly name: string; readonly value: Value }>
  readonly switches: ReadonlyArray<Switch>
}

/** A command as it is declared. */
export interface Declared {
  readonly summary: string
  readonly args: Options
  readonly options: Options
}

const files = ['FILE', 'PATH', 'MODEL', 'CHECKPOINT', 'RAW']

const takenBy = ({ words, placeholder }: Option<unknown>): Value | undefined => {
  if (placeholder === undefined) return undefined
  if (words !== undefined) return { _tag: 'Words', words }
  return { _tag: placeholder === 'DIR' ? 'Folder' : files.includes(placeholder) ? 'File' : 'Any' }
}

const switches = (options: Options): ReadonlyArray<Switch> =>
  Object.entries<Option<unknown>>(options).map(([name, option]) => ({
    long: `--${spelt(name)}`,
    summary: option.summary,
    value: takenBy(option),
    many: option.many === true
  }))

const help: Switch = { long: '--help', summary: 'what the command takes', value: undefined, many: false }

/**
 * Commands as lines to complete, in their order.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const linesOf = (declarations: Readonly<Record<string, Declared>>): ReadonlyArray<Line> =>
  Object.entries(declarations).map(([name, { summary, args, options }]) => ({
    words: name.split(' '),
    summary,
    args: Object.values<Option<unknown>>(args).map((arg) => ({
      name: arg.placeholder ?? '',
      value: takenBy(arg) ?? { _tag: 'Any' }
    })),
    switches: [...switches(options), ...switches(always), help]
  }))

/**
 * The words that may come after others, each with what it means: the groups and commands of the first, the verbs of a group.
 *
 * @category parts
 * @since 0.1.0
 */
export const nextWords = (
  lines: ReadonlyArray<Line>,
  after: ReadonlyArray<string>
): ReadonlyArray<readonly [word: string, summary: string]> => {
  const next = new Map<string, string>()
  for (const { words, summary } of lines) {
    const word = words[after.length]
    if (word === undefined || !after.every((w, i) => words[i] === w)) continue
    const verbs = lines.filter((l) => words.slice(0, after.length + 1).every((w, i) => l.words[i] === w))
    const group = verbs.map((l) => l.words[after.length + 1]).join(', ')
    next.set(word, words.length > after.length + 1 ? group : summary)
  }
  return [...next]
}

/** The first words of commands of two words. */
export const groupsOf = (lines: ReadonlyArray<Line>): ReadonlyArray<string> => [
  ...new Set(lines.flatMap(({ words }) => (words.length > 1 ? [words[0]!] : [])))
]
