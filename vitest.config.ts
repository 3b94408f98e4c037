import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // tests run the sources: `#engine` is the module under src, not the compiled one of package.json
  resolve: { alias: { '#engine': fileURLToPath(new URL('src/nodes/engine-node.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts', 'properties/**/*.property.ts'],
    // The native engine can be loaded once per process and never by a second thread.
    pool: 'forks',
    maxWorkers: 2,
    // Nothing is timed: these end what hangs, and nothing that is slow because the machine is busy.
    testTimeout: 300_000,
    hookTimeout: 300_000
  }
})
