// @ts-check
/** What came of the mutants: a score for each file, and the survivors with why they survive. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { explanations } from './explained.mjs'
import { groups } from './groups.mjs'

/** @typedef {{ readonly line: number, readonly column: number }} Place */
/**
 * @typedef {{ readonly mutatorName: string, readonly replacement: string, readonly status: string,
 *   readonly location: { readonly start: Place, readonly end: Place } }} Mutant
 */
/** @typedef {{ readonly file: string, readonly line: number, readonly from: string, readonly to: string, readonly code: string }} Survivor */

/** @typedef {{ readonly source: string, readonly mutants: ReadonlyArray<Mutant> }} Result */

const pathOf = (/** @type {string} */ root, /** @type {string} */ file) =>
  join(root, 'out/mutation/files', `${file}.json`)
const keyOf = (/** @type {Mutant} */ { location: { start, end }, mutatorName, replacement }) =>
  JSON.stringify([start, end, mutatorName, replacement])

/** What came of the mutants of a file. @param {string} root @param {string} file @returns {Result} */
export const read = (root, file) => {
  const path = pathOf(root, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { source: '', mutants: [] }
}

/** Keeps what came of mutants of a file beside what is known of others of the same text. @param {string} root @param {string} file @param {Result} result */
export const keep = (root, file, { source, mutants }) => {
  const before = read(root, file)
  const all = new Map((before.source === source ? before.mutants : []).map((m) => [keyOf(m), m]))
  for (const mutant of mutants) all.set(keyOf(mutant), mutant)
  const path = pathOf(root, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify({ source, mutants: [...all.values()] }))
}

/** The text of a mutant, and the line that it is in. @param {string} source @param {Mutant} mutant @param {string} file @returns {Survivor} */
const survivor = (source, { location: { start, end }, replacement }, file) => {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const until = [...lines.slice(0, -1), (lines.at(-1) ?? '').slice(0, end.column - 1)].join('\n')
  return { file, line: start.line, from: until.slice(start.column - 1), to: replacement, code: lines.join('\n') }
}

const short = (/** @type {string} */ text) => {
  const one = text.replaceAll(/\s+/g, ' ').replaceAll('`', "'")
  return one.length > 70 ? `${one.slice(0, 67)}...` : one
}

const percent = (/** @type {number} */ part, /** @type {number} */ of) =>
  of === 0 ? '-' : ((100 * part) / of).toFixed(1)

const noticed = (/** @type {Mutant} */ { status }) => ['Killed', 'Timeout'].includes(status)
const counts = (/** @type {Mutant} */ { status }) => ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status)

/** The report of what was run last, file by file. @param {string} root */
export const report = (root) => {
  const files = Object.values(groups).flatMap(({ mutate }) => mutate)
  const run = files.filter((file) => read(root, file).source === readFileSync(join(root, file), 'utf8')) // not of an older text
  const results = run.map((file) => {
    const { source, mutants } = read(root, file)
    const all = mutants.filter(counts)
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
