/**
 * A graph of one's own, as the beginning that is written: the detail that pictures lose at half their size.
 *
 * @since 0.1.0
 */
import type { Names } from './names.js'

/**
 * The graph.
 *
 * @category files
 * @since 0.1.0
 */
export const graph = ({ value, words }: Names): string => `import { graph, record, tensor } from 'keyflow'
import { avgPool, frameDifference, upsample } from 'keyflow/nodes'

/**
 * The ${words} of pictures: what it is, in one sentence. (Here: the detail that they lose at half their size.)
 *
 * Pictures [B, H, W, 3] in [0, 1] with even sides, to \`small\` [B, H/2, W/2, 3] and \`detail\` [B], the mean absolute difference
 * from what \`small\` shows, from 0 to 1.
 *
 * @category graphs
 * @since 0.1.0
 */
export const ${value} = graph('${value}', record({ frames: tensor('B 2*H 2*W 3') }), ({ frames }, { step }) => {
  const small = step('small', avgPool({ even: true }), { x: frames })
  const large = step('large', upsample, { x: small.y })
  const { difference } = step('difference', frameDifference, { left: frames, right: large.y })
  return { small: small.y, detail: difference }
})
`

/**
 * What holds for every input.
 *
 * @category files
 * @since 0.1.0
 */
export const laws = ({ file, value }: Names): string => `import fc from 'fast-check'
import { compile, run, showGraphError, tf } from 'keyflow'
import { ${value} } from './${file}.js'

const compiled = compile(${value})
if (compiled._tag === 'Left') throw new Error(compiled.left.map(showGraphError).join('\\n'))

/** Runs it; every size is checked on the way. */
export const apply = (frames: tf.Tensor4D) => run(compiled.right, { check: true })({}, { frames }).outputs

/** Pictures in [0, 1] with small even sides, drawn from a seed. */
export const pictures = fc.record({
  shape: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
  seed: fc.nat()
})

/** Each says whether it holds for some pictures. */
export const laws: Readonly<Record<string, (x: tf.Tensor4D) => boolean>> = {
  'what is already coarse loses nothing': (x) => {
    const coarse = tf.tile(tf.mean<tf.Tensor4D>(x, [1, 2], true), [1, x.shape[1], x.shape[2], 1])
    return tf.max(apply(coarse).detail).dataSync()[0]! <= 1e-5
  },
  'as bright as before': (x) =>
    Math.abs(tf.mean(apply(x).small).dataSync()[0]! - tf.mean(x).dataSync()[0]!) <= 1e-5,
  'detail is a share': (x) => apply(x).detail.dataSync().every((d) => d >= 0 && d <= 1)
}
`

/**
 * Its test: it compiles, it can be written down, the laws hold, a mistake is named.
 *
 * @category files
 * @since 0.1.0
 */
export const test = ({ file, value }: Names): string => `import fc from 'fast-check'
import { compile, tf } from 'keyflow'
import { catalogue } from 'keyflow/nodes'
import { fromJson, toJson } from 'keyflow/graphs'
import { beforeAll, describe, expect, it } from 'vitest'
import { laws, pictures } from './${file}.laws.js'
import { ${value} } from './${file}.js'

beforeAll(() => tf.startEngine())

describe('${value}', () => {
  it('has no mistakes', () => {
    expect(compile(${value})._tag).toBe('Right')
  })

  it('can be written down and read back', () => {
    const read = fromJson(catalogue, JSON.parse(JSON.stringify(toJson(${value}))))
    expect(read._tag).toBe('Right')
  })

  it.each(Object.entries(laws))('%s', (_, law) => {
    const holds = ({ shape: [b, h, w], seed }: { shape: [number, number, number]; seed: number }) =>
      tf.tidy(() => law(tf.randomUniform([b, 2 * h, 2 * w, 3], 0, 1, 'float32', seed)))
    fc.assert(fc.property(pictures, holds), { numRuns: 50 })
  })
})
`
