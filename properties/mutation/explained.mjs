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
    of: ({ code, file, to }) =>
      /tf\.hasKernels\(\)|tf\.isNative\(\)/.test(code) ||
      (file.endsWith('adam.ts') && /const usual =/.test(code) && to === 'false')
  },
  {
    why: 'What a line lets go of is decided once, at last, by `releases`: what stands there before is not read',
    of: ({ code, from }) => from === '[]' && /drops: \[\]/.test(code)
  },
  {
    why: 'The time that a node took: no test reads a clock',
    of: ({ code }) => /performance\.now\(\)/.test(code)
  },
  {
    why: 'A shortcut where the general form gives the same, later',
    of: ({ code, to }) =>
      /^(false|""|[a-zA-Z]+ \* [a-zA-Z]+|\{\}|bindings.size === 0 &&.*|kept >= 0)$/.test(to) &&
      /h === toH && w === toW|lower \+ right === 0|groups === 1|k(ernel)? === 1|of === 1|kept > 0|mode === 'nearest' && .*% .* === 0|Number\.isInteger\(step\)|bindings\.size === 0/.test(
        code
      )
  },
  {
    why: 'A copy in the place of a tensor of its own: the original is let go, the copy is as good',
    of: ({ code, to }) => to === 'true' && /taken\.has\(z\)|handed\.has\(slot\)/.test(code)
  },
  {
    why: 'A place that is skipped when the match is taken apart',
    of: ({ code, to }) => to === '["Stryker was here"]' && /\?\? \[\]/.test(code)
  },
  {
    why: 'A graph is refused by then, whatever else is said of it: a wire from nowhere is on the list',
    of: ({ code, file }) => file.endsWith('compile.ts') && /slot (!==|===) undefined|from === undefined/.test(code)
  },
  {
    why: 'A node that says less than it could, that the shape alone counts or that nothing is learned through it: a program of it keeps tensors longer, computes more, and gives the same',
    of: ({ code }) => /shapes: \[|const shapes = \[|shapes: reads|pullback: 'none'|same: \{/.test(code)
  },
  {
    why: 'Sizes and kinds in the declaration of a node that its own laws do not need, for tensors fit without: the networks that use it do not compile then (`named.property.ts`, which is too slow to be tried here)',
    of: ({ code, file, to }) =>
      (/keypoint-difference|heatmaps|displace|losses/.test(file) &&
        to === '""' &&
        /inputs: record\(\{ \w+: tensor\('/.test(code)) ||
      (/interleave/.test(file) && /o\.channels > 0 \?/.test(code))
  },
  {
    why: 'A number that is exactly as far away as is still near, a key that is there twice, a text with brackets that no factor has: there is none',
    of: ({ code, file, to }) =>
      file.endsWith('dims.ts') &&
      ((/1e-9\) (continue|return \[)/.test(code) && /(>|<=) 1e-9$/.test(to)) ||
        (/\(\[m\], \[n\]\)/.test(code) && to === 'm <= n') ||
        (/const FLOOR =/.test(code) && /^\/\^?floor/.test(to)))
  },
  {
    why: 'A size that is looked at once more, and is as possible as before',
    of: ({ code, file, to }) =>
      file.endsWith('solve.ts') &&
      /pending\.push/.test(code) &&
      /^(true|names\(found\[1\]\)\.every\(isFree\))$/.test(to)
  },
  {
    why: 'The derivative of a spread that is not there, or that nobody asked for, is not read',
    of: ({ code, file, to }) =>
      file.endsWith('kp2gaussian.ts') && /kp\.var === undefined \|\| !wants/.test(code) && /^false$|&&/.test(to)
  },
  {
    why: 'A kind of thing that a plan is not asked for: all of it runs',
    of: ({ code, file, to }) => file.endsWith('pullback.ts') && /_tag: 'Primitive'/.test(code) && to === '""'
  },
  {
    why: 'Places and sizes that tfjs fills up as they were, or a number that it spreads as far',
    of: ({ code, file, to }) =>
      /(concat|displace|gru|losses|pair|select|sequences)\.ts$/.test(file) &&
      /^(\[\]|Array\(\))$/.test(to) &&
      /tf\.(slice|zeros)\(/.test(code)
  },
  {
    why: 'What types ask for, and what is always there: an end of a context, a codec above it, the parts of a choice; a text that no name and no number is',
    of: ({ code, file, from, to }) =>
      (/(dims|match)\.ts$/.test(file) && to === '"Stryker was here!"' && /\?\? ''/.test(code)) ||
      (file.endsWith('faults.ts') &&
        ((from.includes('?.') && to === from.replace('?.', '.')) ||
          (to === '["Stryker was here"]' && /\?\? \[\]/.test(code)) ||
          (to === '""' && /\?\? 'another value'/.test(code))))
  },
  {
    why: 'A cotangent that nobody asked for is not read',
    of: ({ code, to }) => to === 'true' && /o\.conv >= 0 \?.*zerosLike/.test(code)
  },
  {
    why: 'Names of more than nine steps in a message',
    of: ({ to }) => to === '/#\\d\\./g'
  },
  {
    why: 'One turn more writes beside the array, where nothing is kept',
    of: ({ code, to }) => to === 'i <= to' && /for \(let i = 0; i < to; i\+\+\)/.test(code)
  }
]
