import { defineConfig } from 'vitest/config'

/** `npm run check:package`: what is published, as it is published. */
export default defineConfig({
  test: {
    include: ['test/package/**/*.check.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000
  }
})
