// @ts-check
/**
 * Everything that must hold: types, lint, boundaries between folders, nothing that nobody uses, then the tests. Stops at the first that fails.
 *
 *     node setup/test.mjs [arguments for vitest]
 *
 * The last line is `N passed, N failed`, with `, N skipped` if there are any.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readJson } from './files.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const inModules = (/** @type {string} */ path) => join(root, 'node_modules', path)

const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined }
const env = { ...process.env, ...plain }

/** @typedef {{ readonly name: string, readonly commands: ReadonlyArray<ReadonlyArray<string>> }} Check */

/** @type {ReadonlyArray<Check>} */
const checks = [
  {
    name: 'types',
    commands: [
      [inModules('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'],
      [inModules('typescript/bin/tsc'), '--noEmit', '-p', 'src/studio/tsconfig.json'],
      [inModules('typescript/bin/tsc'), '--noEmit', '-p', 'setup/tsconfig.json'],
      [inModules('typescript/bin/tsc'), '--noEmit', '-p', 'docs/tsconfig.json']
    ]
  },
  { name: 'lint', commands: [[inModules('@biomejs/biome/bin/biome'), 'check']] },
  {
    name: 'boundaries',
    commands: [
      [inModules('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.cjs', 'src']
    ]
  },
  // what nobody reads; exported types are for readers of signatures
  {
    name: 'unused',
    commands: [
      [inModules('knip/bin/knip.js'), '--no-progress', '--include', 'files,dependencies,unlisted,unresolved,exports']
    ]
  }
]

/**
 * A Node program, its output shown or collected.
 *
 * @param {ReadonlyArray<string>} args
 * @param {boolean} show
 * @returns {Promise<{ readonly code: number, readonly out: string }>}
 */
const node = (args, show) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...args], { cwd: root, env, stdio: ['inherit', ...both(show)] })
    let out = ''
    child.stdout?.on('data', (data) => (out += data))
    child.stderr?.on('data', (data) => (out += data))
    child.on('error', (cause) => resolve({ code: 1, out: `${out}${cause.message}\n` }))
    child.on('close', (code) => resolve({ code: code ?? 1, out }))
  })

/** @param {boolean} show @returns {['inherit' | 'pipe', 'inherit' | 'pipe']} */
const both = (show) => (show ? ['inherit', 'inherit'] : ['pipe', 'pipe'])

const write = (/** @type {string} */ text) => void process.stdout.write(text)
const seconds = (/** @type {number} */ since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Runs a check; its output appears only if it fails. @param {Check} check */
const holds = async ({ name, commands }) => {
  const since = performance.now()
  const results = await Promise.all(commands.map((command) => node(command, false)))
  const failed = results.filter(({ code }) => code !== 0)
  write(`${name}: ${failed.length === 0 ? 'ok' : 'failed'}, ${seconds(since)}\n`)
  for (const { out } of failed) write(out.endsWith('\n') ? out : `${out}\n`)
  return failed.length === 0
}

/**
 * The numbers of vitest's report. A file that could not be loaded counts as one failed test, and so does a run that
 * failed although no test did (an error outside of all tests).
 *
 * @param {any} report
 * @param {number} code
 */
export const count = (report, code) => {
  const unloaded = (report?.testResults ?? []).filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0
  ).length
  const failed = (report?.numFailedTests ?? 0) + unloaded
  return {
    passed: report?.numPassedTests ?? 0,
    failed: code !== 0 ? Math.max(1, failed) : failed,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
  }
}

/** @param {{ readonly passed: number, readonly failed: number, readonly skipped: number }} counts */
export const showCount = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`

/** The tests. @param {ReadonlyArray<string>} args */
const tests = async (args) => {
  const folder = mkdtempSync(join(tmpdir(), 'keyflow-test-'))
  try {
    const since = performance.now()
    const file = join(folder, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const { code } = await node([inModules('vitest/vitest.mjs'), 'run', ...reporters, ...args], true)
    write(`tests: ${code === 0 ? 'ok' : 'failed'}, ${seconds(since)}\n`)
    const counts = count(readJson(file), code)
    write(showCount(counts))
    return code === 0 && counts.failed > 0 ? 1 : code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {ReadonlyArray<string>} args */
const main = async (args) => {
  for (const check of checks)
    if (!(await holds(check))) {
      write(showCount({ passed: 0, failed: 1, skipped: 0 }))
      return 1
    }
  return tests(args)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2))
