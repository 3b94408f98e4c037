import { defineConfig } from 'vitest/config'

/** `npm run check:docs`: the site is built, its links lead somewhere, and the snippets of all pages run. */
export default defineConfig({
  test: {
    include: ['test/docs/**/*.check.ts'],
    pool: 'forks',
    maxWorkers: 1,
    maxConcurrency: 2,
    testTimeout: 1_200_000,
    hookTimeout: 600_000
  }
})
