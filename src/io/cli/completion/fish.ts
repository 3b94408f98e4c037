/**
 * Completion for fish.
 *
 * @since 0.1.0
 */
import { groupsOf, type Line, linesOf, nextWords, type Value } from './lines.js'

/** A text inside single quotes. */
const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, (c) => `\\${c}`)}'`

const takes = (value: Value | undefined): string => {
  if (value === undefined) return ''
  if (value._tag === 'Words') return ` -x -a ${quoted(value.words.join(' '))}`
  return value._tag === 'File' ? ' -r -F' : value._tag === 'Folder' ? ` -x -a '(__fish_complete_directories)'` : ' -x'
}

const complete = (condition: string, rest: string): string => `complete -c keyflow -n ${quoted(condition)}${rest}`

/** The words of a menu, offered while nothing but what leads to it is typed. */
const menu = (lines: ReadonlyArray<Line>, after: ReadonlyArray<string>): ReadonlyArray<string> =>
  nextWords(lines, after).map(([word, summary]) =>
    complete(`__keyflow_is ${after.join(' ')}`.trim(), ` -f -a ${word} -d ${quoted(summary)}`)
  )

const command = ({ words, args, switches }: Line): ReadonlyArray<string> => {
  const inside = `__keyflow_in ${words.join(' ')}`
  const offers = args.map(({ value }) =>
    value._tag === 'Words' ? ` -f -a ${quoted(value.words.join(' '))}` : takes(value)
  )
  return [
    ...(args.some(({ value }) => value._tag === 'File' || value._tag === 'Folder') ? [] : [complete(inside, ' -f')]),
    ...offers.filter((offer) => offer.includes(' -a ')).map((offer) => complete(inside, offer)),
    ...switches.map(({ long, summary, value }) =>
      complete(inside, ` -l ${long.slice(2)} -d ${quoted(summary)}${takes(value)}`)
    )
  ]
}

/**
 * A script for fish that completes commands, options and values, with what each means.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const fish = (declarations: Parameters<typeof linesOf>[0]): string => {
  const lines = linesOf(declarations)
  return `# fish completion of keyflow
function __keyflow_is
    set -l typed (commandline -opc)
    test "$typed[2..-1]" = "$argv"
end
function __keyflow_in
    set -l typed (commandline -opc)
    set -l last (math (count $argv) + 1)
    test (count $typed) -ge $last; and test "$typed[2..$last]" = "$argv"
end
${[...menu(lines, []), ...groupsOf(lines).flatMap((group) => menu(lines, [group])), ...lines.flatMap(command)].join('\n')}
`
}
