// @ts-check
/**
 * The reference of commands, from their declarations (src/io/cli/declared).
 */
import { always } from '../../dist/io/cli/declared/common.js'
import { spelt } from '../../dist/io/cli/option.js'
import { commands } from '../../dist/io/cli/table.js'
import { cell, code, fence, table } from './markdown.mjs'

/** @typedef {import('../../dist/io/cli/option.js').Option<any>} Option */

/** @param {string} name @param {Option} option */
const optionRow = (name, { placeholder, summary, required, many }) => [
  code(`--${spelt(name)}${placeholder === undefined ? '' : ` ${placeholder}`}`),
  cell([summary, ...(required ? ['must be given'] : []), ...(many ? ['may be given several times'] : [])].join('; '))
]

/** @param {import('../../dist/io/cli/command.js').Command} command */
const section = ({ name, summary, args, options, examples }) => {
  const places = Object.values(/** @type {Record<string, Option>} */ (args))
  const rows = Object.entries(/** @type {Record<string, Option>} */ (options))
  return [
    `## keyflow ${name}`,
    `${summary[0]?.toUpperCase()}${cell(summary.slice(1))}.`,
    fence('text', `keyflow ${name}${places.map(({ placeholder }) => ` <${placeholder}>`).join('')} [options]`),
    ...(places.length === 0
      ? []
      : [
          table(
            ['argument', 'meaning'],
            places.map((p) => [code(p.placeholder ?? ''), cell(p.summary)])
          )
        ]),
    ...(rows.length === 0
      ? []
      : [
          table(
            ['option', 'meaning'],
            rows.map(([key, o]) => optionRow(key, o))
          )
        ]),
    fence('text', examples.join('\n'))
  ].join('\n\n')
}

/** A list of all commands, then a section for each. */
export const commandReference = () => {
  const list = commands.map(({ name, summary }) => [`[${name}](#keyflow-${name.replaceAll(' ', '-')})`, cell(summary)])
  const common = Object.entries(always).map(([name, option]) => optionRow(name, option))
  common.push(
    [code('--progress json'), 'tell progress as lines of JSON on standard error'],
    [code('--help'), 'say what the command does']
  )
  return [
    table(['command', 'what it does'], list),
    '## Options of every command',
    table(['option', 'meaning'], common),
    ...commands.map(section)
  ].join('\n\n')
}
