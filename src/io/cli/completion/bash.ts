/**
 * Completion for bash.
 *
 * @since 0.1.0
 */
import { groupsOf, type Line, linesOf, nextWords, type Value } from './lines.js'

const reply = (value: Value): string => {
  if (value._tag === 'Words') return `words='${value.words.join(' ')}'`
  return value._tag === 'File' ? 'kind=file' : value._tag === 'Folder' ? 'kind=folder' : 'kind=any'
}

const branch = (pattern: string, does: string): string => `    '${pattern}') ${does} ;;`

/** The values of options, by command and option. */
const values = ({ words, switches }: Line): ReadonlyArray<string> =>
  switches.flatMap(({ long, value }) =>
    value === undefined ? [] : [branch(`${words.join(' ')} ${long}`, reply(value))]
  )

/** The values of arguments, by command and place. */
const places = ({ words, args }: Line): ReadonlyArray<string> =>
  args.map(({ value }, i) => branch(`${words.join(' ')} ${i}`, reply(value)))

const takers = ({ words, switches }: Line): string =>
  branch(
    words.join(' '),
    `takers=' ${switches.flatMap((s) => (s.value === undefined ? [] : [s.long])).join(' ')} ' options='${switches.map((s) => s.long).join(' ')}'`
  )

/**
 * A script for bash that completes commands, options and values.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const bash = (declarations: Parameters<typeof linesOf>[0]): string => {
  const lines = linesOf(declarations)
  const first = nextWords(lines, [])
  const groups = groupsOf(lines)
  return `# bash completion of keyflow
_keyflow() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local words='' kind='' options='' takers='' command='' place=0 at=1 word skip=''
  COMPREPLY=()
  case "\${COMP_WORDS[1]}" in
    ${groups.join('|')}) command="\${COMP_WORDS[1]} \${COMP_WORDS[2]}"; at=3 ;;
    *) command="\${COMP_WORDS[1]}"; at=2 ;;
  esac
  if ((COMP_CWORD == 1)); then words='${first.map(([w]) => w).join(' ')}'
  elif ((COMP_CWORD < at)); then
    case "\${COMP_WORDS[1]}" in
${groups
  .map((g) =>
    branch(
      g,
      `words='${nextWords(lines, [g])
        .map(([w]) => w)
        .join(' ')}'`
    )
  )
  .join('\n')}
    esac
  else
    case "$command" in
${lines.map(takers).join('\n')}
    esac
    for word in "\${COMP_WORDS[@]:at:COMP_CWORD-at}"; do
      if [[ -n $skip ]]; then skip=''
      elif [[ $takers == *" $word "* ]]; then skip=1
      elif [[ $word != -* ]]; then ((place++)); fi
    done
    if [[ $takers == *" $prev "* ]]; then
      case "$command $prev" in
${lines.flatMap(values).join('\n')}
      esac
    elif [[ $cur == -* ]]; then words="$options"
    else
      case "$command $place" in
${lines.flatMap(places).join('\n')}
      *) words="$options" ;;
      esac
    fi
  fi
  case "$kind" in
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    any) ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
  esac
}
complete -F _keyflow keyflow
`
}
