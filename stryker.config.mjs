// @ts-check
/**
 * Mutation testing of the nodes and of the core of graphs, on the fast tests and in plain JavaScript: Stryker runs tests in
 * threads, and the native engine can be loaded once per process. `properties/mutations.mjs` tries the mistakes of tensors
 * (x for y, height for width) on every backend.
 *
 *     npm run mutation -- --mutate src/nodes/grid.ts
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
/** Every test of nodes and graphs that does not need a whole network. */
const tests = [
  ...['dims', 'spec', 'values', 'primitives', 'tf'].map((name) => `test/nodes/${name}.test.ts`),
  ...['blocks', 'compile', 'draw', 'json', 'session'].map((name) => `test/graphs/${name}.test.ts`),
  'test/streams/stream.test.ts',
  ...[
    ...['compile', 'constants', 'differentiation', 'dims', 'fast-forms', 'graph', 'json', 'keypoints', 'layers', 'motion'],
    ...['nodes', 'normalise', 'resize', 'sequences', 'sha256', 'steady', 'warp']
  ].map((name) => `properties/${name}.property.ts`)
]

export default {
  plugins: ['./properties/mutation/runner.mjs'],
  testRunner: 'keyflow',
  keyflow: { tests, without: 'on any number of threads' }, // which starts programs of dist/
  coverageAnalysis: 'perTest',
  mutate: [
    'src/nodes/*.ts',
    '!src/nodes/{media,catalogue,tf,quietly,engine*}.ts',
    'src/graphs/{compile,rewrite,constants,differentiate,releases,session,graph}.ts'
  ],
  ignorePatterns: ['bench', 'dist', 'docs', 'examples', 'models', 'out', 'src/client', 'src/server', 'src/studio'],
  concurrency: 1,
  timeoutMS: 600_000,
  dryRunTimeoutMinutes: 30,
  thresholds: { high: 95, low: 85, break: null },
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: process.env.KEYFLOW_MUTATION ?? 'out/mutation/mutation.json' },
  allowEmpty: false,
  allowConsoleColors: false
}
