/**
 * Completion for zsh.
 *
 * @since 0.1.0
 */
import { groupsOf, type Line, linesOf, nextWords, type Switch, type Value } from './lines.js'

/** A text inside single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A text inside a spec of \`_arguments\`, where brackets and colons mean something. */
const plain = (text: string): string => text.replaceAll(/[[\]:\\]/g, (c) => `\\${c}`)

const action = (value: Value): string => {
  if (value._tag === 'Words') return `(${value.words.join(' ')})`
  return value._tag === 'File' ? '_files' : value._tag === 'Folder' ? '_files -/' : ' '
}

const option = ({ long, summary, value, many }: Switch): string =>
  quoted(`${many ? '*' : ''}${long}[${plain(summary)}]${value === undefined ? '' : `:value:${action(value)}`}`)

/** The name of the function that completes a command. */
const functionOf = (words: ReadonlyArray<string>): string => `_keyflow_${words.join('_').replaceAll('-', '_')}`

const command = ({ words, args, switches }: Line): string => {
  const specs = [...args.map(({ name, value }) => quoted(`:${plain(name)}:${action(value)}`)), ...switches.map(option)]
  return `${functionOf(words)}() {\n  _arguments -S \\\n    ${specs.join(' \\\n    ')}\n}`
}

/** One word out of some, then the function of the command that it makes. */
const menu = (lines: ReadonlyArray<Line>, after: ReadonlyArray<string>): string => {
  const words = nextWords(lines, after)
  const described = words.map(([word, summary]) => `    ${quoted(`${word}:${plain(summary)}`)}`).join('\n')
  const goes = words.map(([word]) => `      ${word}) ${functionOf([...after, word])} ;;`).join('\n')
  return `${after.length === 0 ? '_keyflow' : functionOf(after)}() {
  local -a commands=(
${described}
  )
  local context state state_descr line
  typeset -A opt_args
  _arguments -C '1: :->first' '*:: :->rest'
  case $state in
    first) _describe -t commands 'keyflow command' commands ;;
    rest)
      case $line[1] in
${goes}
      esac ;;
  esac
}`
}

/**
 * A script for zsh that completes commands, options and values, with what each means.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const zsh = (declarations: Parameters<typeof linesOf>[0]): string => {
  const lines = linesOf(declarations)
  return [
    '#compdef keyflow',
    ...lines.map(command),
    ...groupsOf(lines).map((group) => menu(lines, [group])),
    menu(lines, []),
    'if [[ $funcstack[1] == _keyflow ]]; then _keyflow "$@"; else compdef _keyflow keyflow; fi',
    ''
  ].join('\n\n')
}
