// @ts-check
/**
 * Mutation testing of nodes and of the core of graphs, and its report.
 *
 *     npm run mutation                                 everything, group by group
 *     npm run mutation -- --mutate src/nodes/grid.ts   some files, by commas
 *     npm run mutation -- --report                     the report anew, of what was run
 *
 * A mutant is tried on a quarter of the cases of each law; what survives, on all. Results are in out/mutation, a file each; the report is `survivors.md` beside this. Exits with 1 where the score is below
 * 85 %, or where a survivor is not explained.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { groups } from './groups.mjs'
import { keep, read, report } from './report.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const stryker = join(
  dirname(createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json')),
  'bin/stryker.js'
)

const { values: flags } = parseArgs({
  options: { mutate: { type: 'string' }, report: { type: 'boolean', default: false } }
})

/** @typedef {import('./report.mjs').Mutant} Mutant */

/** Tries mutants of a group on a quarter of the cases, or on all, and keeps what came of each. @param {string} name @param {ReadonlyArray<string>} wanted @param {'all' | ''} cases */
const attempt = (name, wanted, cases = '') => {
  const { status } = spawnSync(process.execPath, [stryker, 'run', '--mutate', wanted.join()], {
    cwd: root,
    env: { ...process.env, KEYFLOW_MUTATION: name, KEYFLOW_CASES: cases },
    stdio: 'inherit'
  })
  if (status !== 0) throw new Error(`the mutants of ${name} could not be tried`)
  const made = JSON.parse(readFileSync(join(root, `out/mutation/${name}.json`), 'utf8'))
  for (const [file, result] of Object.entries(made.files)) keep(root, file, /** @type {any} */ (result))
}

/** The places of the survivors of a file, as Stryker takes them. @param {string} file */
const survivorsOf = (file) =>
  read(root, file)
    .mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location: { start, end } }) => `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`)

const wanted = flags.mutate?.split(',')
const unknown = wanted?.filter((file) => !Object.values(groups).some(({ mutate }) => mutate.includes(file))) ?? []
if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: in no group of properties/mutation/groups.mjs`)
if (!flags.report)
  for (const [name, { mutate }] of Object.entries(groups)) {
    const files = mutate.filter((file) => wanted?.includes(file) ?? true)
    if (files.length > 0) attempt(name, files)
    const survivors = files.flatMap(survivorsOf)
    if (survivors.length > 0) attempt(name, survivors, 'all')
  }

const { text, score, unexplained } = report(root)
writeFileSync(fileURLToPath(new URL('survivors.md', import.meta.url)), text)
process.stdout.write(`${score.toFixed(1)} % of all mutants noticed, ${unexplained} survivors not explained\n`)
process.exitCode = score < 85 || unexplained > 0 ? 1 : 0
