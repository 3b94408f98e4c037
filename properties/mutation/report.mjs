// @ts-check
/** What came of the mutants: a score for each file, and the survivors with why they survive. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { explanations } from './explained.mjs'
import { groups } from './groups.mjs'

/** @typedef {{ readonly line: number, readonly column: number }} Place */
/**
 * @typedef {{ readonly mutatorName: string, readonly replacement: string, readonly status: string,
 *   readonly location: { readonly start: Place, readonly end: Place } }} Mutant
 */
/** @typedef {{ readonly file: string, readonly line: number, readonly from: string, readonly to: string, readonly code: string }} Survivor */

/** Where the results of a file are kept. @param {string} root @param {string} file */
export const resultOf = (root, file) => join(root, 'out/mutation/files', `${file}.json`)

/** The text of a mutant, and the line that it is in. @param {string} source @param {Mutant} mutant @param {string} file @returns {Survivor} */
const survivor = (source, { location: { start, end }, replacement }, file) => {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const last = lines.length === 1 ? end.column - 1 : end.column - 1
  const code = lines.join('\n')
  const cut = [...lines.slice(0, -1), (lines.at(-1) ?? '').slice(0, last)].join('\n').slice(start.column - 1)
  return { file, line: start.line, from: cut, to: replacement, code }
}

const short = (/** @type {string} */ text) => {
  const one = text.replaceAll(/\s+/g, ' ').replaceAll('`', "'")
  return one.length > 70 ? `${one.slice(0, 67)}...` : one
}

const percent = (/** @type {number} */ part, /** @type {number} */ of) =>
  of === 0 ? '-' : ((100 * part) / of).toFixed(1)

const noticed = (/** @type {Mutant} */ { status }) => status === 'Killed' || status === 'Timeout'
const counts = (/** @type {Mutant} */ { status }) =>
  noticed({ status, mutatorName: '', replacement: '', location: /** @type {any} */ (undefined) }) ||
  status === 'Survived' ||
  status === 'NoCoverage'

/** The report of what was run last, file by file. @param {string} root */
export const report = (root) => {
  const files = Object.values(groups).flatMap(({ mutate }) => mutate)
  const run = files.filter((file) => existsSync(resultOf(root, file)))
  const results = run.map((file) => {
    const { source, mutants } = JSON.parse(readFileSync(resultOf(root, file), 'utf8'))
    const all = /** @type {ReadonlyArray<Mutant>} */ (mutants).filter(counts)
    const survivors = all.filter((m) => !noticed(m)).map((m) => survivor(source, m, file))
    return { file, all: all.length, killed: all.filter(noticed).length, survivors }
  })
  const total = results.reduce((n, { all }) => n + all, 0)
  const killed = results.reduce((n, { killed: k }) => n + k, 0)
  const whyOf = (/** @type {Survivor} */ s) => explanations.findIndex(({ of }) => of(s))
  const survivors = results.flatMap((r) => r.survivors).map((s) => ({ ...s, why: whyOf(s) }))
  const listed = (/** @type {number} */ why) =>
    survivors
      .filter((s) => s.why === why)
      .map(({ file, line, from, to }) => `- ${file}:${line} \`${short(from)}\` → \`${short(to)}\``)
  const parts = explanations.flatMap(({ why }, i) => {
    const lines = listed(i)
    return lines.length === 0 ? [] : [`### ${why}`, '', ...lines, '']
  })
  const open = listed(-1)
  const text = [
    '# Mutants of nodes and of the core of graphs',
    '',
    'Written by `npm run mutation` from its results and `explained.mjs`: do not edit.',
    '',
    `Of ${total} mutants in ${run.length} of ${files.length} files, ${killed} are noticed: ${percent(killed, total)} %.`,
    '',
    '| file | mutants | noticed | % |',
    '|---|---|---|---|',
    ...results.map((r) => `| ${r.file} | ${r.all} | ${r.killed} | ${percent(r.killed, r.all)} |`),
    '',
    ...(run.length === files.length ? [] : [`Not run: ${files.filter((f) => !run.includes(f)).join(', ')}.`, '']),
    '## Survivors',
    '',
    ...parts,
    ...(open.length === 0 ? [] : ['### Not explained', '', ...open, ''])
  ].join('\n')
  return { text, score: total === 0 ? 0 : (100 * killed) / total, unexplained: open.length }
}
