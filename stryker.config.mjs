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
export default {
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: [
    'src/nodes/*.ts',
    '!src/nodes/{media,catalogue,tf,quietly,engine*}.ts',
    'src/graphs/{compile,rewrite,constants,differentiate,releases,session,graph}.ts'
  ],
  ignorePatterns: ['bench', 'dist', 'docs', 'examples', 'models', 'out', 'src/client', 'src/server', 'src/studio'],
  concurrency: 1,
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 30,
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['clear-text', 'progress', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'out/mutation/mutation.json' },
  htmlReporter: { fileName: 'out/mutation/mutation.html' },
  allowEmpty: false,
  allowConsoleColors: false
}
