// @ts-check
/**
 * What is mutated, and on which tests: each group on those that speak of it and are quick, so that a mutant that nobody notices
 * is known in seconds. What is not here has nothing to get wrong but texts (`media`, `catalogue`, `index`), or is the engine
 * (`tf`, `native`, `engine`, `engine-node`, `engine-browser`, `quietly`), which is loaded once for all mutants.
 */

/** @param {string} folder @param {string} ending @param {string} names */
const files = (folder, ending, names) => names.split(' ').map((name) => `${folder}/${name}.${ending}`)
const nodes = (/** @type {string} */ names) => files('src/nodes', 'ts', names)
const laws = (/** @type {string} */ names) => files('properties', 'property.ts', names)

/** @typedef {{ readonly mutate: ReadonlyArray<string>, readonly tests: ReadonlyArray<string> }} Group */

/** @type {Readonly<Record<string, Group>>} */
export const groups = {
  graphs: {
    mutate: files('src/graphs', 'ts', 'compile rewrite constants differentiate releases session graph'),
    tests: [
      ...files('test/graphs', 'test.ts', 'compile constants rewrite session gradient json draw'),
      'test/streams/stream.test.ts',
      ...laws('compile constants fast-forms graph json steady')
    ]
  },
  motion: {
    mutate: nodes(
      'warp grid sample deformed-source flow gaussian2kp kp2gaussian keypoint-difference keypoints relative-motion ' +
        'movement-scale adapt-variance alignment heatmaps spatial-softmax interleave inverse one-euro upsample resize'
    ),
    tests: laws('warp motion keypoints normalise resize nodes differentiation steady dims')
  },
  sizes: {
    mutate: nodes('dims solve match spec node init pullback finite memory faults object'),
    tests: [
      ...files('test/nodes', 'test.ts', 'dims spec values tf faults'),
      ...files('test/graphs', 'test.ts', 'compile json session gradient'),
      ...laws('dims compile nodes json steady differentiation')
    ]
  },
  layers: {
    mutate: nodes(
      'activations adam add avg-pool bare batch-norm-training batch-norm concat conv2d convolve folded instance-norm ' +
        'losses normed gru'
    ),
    tests: [...laws('layers fast-forms nodes differentiation sequences resize'), 'test/graphs/blocks.test.ts']
  },
  frames: {
    mutate: nodes('detach displace pair picture select sequences sum timeline'),
    tests: laws('resize sequences layers nodes differentiation')
  }
}
