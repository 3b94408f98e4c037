// @ts-check
/**
 * Mutation testing of one group of `properties/mutation/groups.mjs`. `npm run mutation` runs all of them and tells the score;
 * `properties/mutations.mjs` tries the mistakes of tensors (x for y, height for width) on every backend.
 */
import { groups } from './properties/mutation/groups.mjs'

const name = process.env.KEYFLOW_MUTATION ?? 'graphs'
const group = groups[name]
if (group === undefined) throw new Error(`no group ${name}; one of ${Object.keys(groups).join(', ')}`)

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  plugins: ['./properties/mutation/runner.mjs'],
  testRunner: 'keyflow',
  keyflow: { tests: group.tests, without: 'on any number of threads' }, // it starts programs of dist/
  coverageAnalysis: 'perTest',
  mutate: [...group.mutate],
  ignorePatterns: ['bench', 'dist', 'docs', 'examples', 'models', 'out', 'src/client', 'src/server', 'src/studio'],
  concurrency: 1,
  timeoutMS: 200_000, // endless loops are counted; few grow slower with every turn
  dryRunTimeoutMinutes: 30,
  thresholds: { high: 95, low: 85, break: null },
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: `out/mutation/${name}.json` },
  allowEmpty: false,
  allowConsoleColors: false,
  warnings: { unknownOptions: false, slow: false }
}
