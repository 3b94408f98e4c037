import { defineConfig } from 'vitest/config'
import tests from './vitest.config.js'

/** The tests that mutants are tried on: fast ones, in plain JavaScript, with the same cases every time; or those of `KEYFLOW_TESTS`. */
export default defineConfig({
  ...tests,
  test: {
    include: process.env.KEYFLOW_TESTS?.split(',') ?? [
      'test/nodes/{dims,spec,values,primitives}.test.ts',
      'test/graphs/{blocks,compile,json,session}.test.ts',
      'test/streams/stream.test.ts',
      'properties/{compile,constants,dims,fast-forms,graph}.property.ts',
      'properties/{keypoints,layers,motion,nodes,normalise,resize,sequences,warp}.property.ts'
    ],
    env: { KEYFLOW_BACKEND: 'cpu', KEYFLOW_ONLY: '1' },
    setupFiles: ['properties/same-cases.ts'],
    isolate: false,
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000
  }
})
