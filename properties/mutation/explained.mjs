// @ts-check
/**
 * Why mutants survive: each is explained by the first entry that it belongs to. `from` is what was changed, `code` the lines that
 * it stands in.
 */

/** @typedef {import('./report.mjs').Survivor} Survivor */

/** @type {ReadonlyArray<{ readonly why: string, readonly of: (s: Survivor) => boolean }>} */
export const explanations = [
  {
    why: 'Our own kernel or the portable form: the same function, which a property holds; the choice shows in time alone',
    of: ({ code }) => /tf\.hasKernels\(\)|tf\.isNative\(\)/.test(code)
  }
]
