/**
 * A node of one's own, as the beginning that is written: a negative of pictures, which is its own inverse.
 *
 * @since 0.1.0
 */
import type { Names } from './names.js'

/**
 * The node.
 *
 * @category files
 * @since 0.1.0
 */
export const node = ({ value, words }: Names): string => `import { node, record, tensor, tf } from 'keyflow'

/**
 * The ${words} of pictures: what it is, in one sentence. (Here: their negative.)
 *
 * \`y = 1 - x\`, from pictures in [0, 1] to pictures in [0, 1]. Costs one pass.
 *
 * Source: the paper, or the line of the code, that it is from.
 *
 * @category pictures
 * @since 0.1.0
 */
export const ${value} = node(
  '${value}',
  { inputs: record({ x: tensor('B H W C') }), outputs: record({ y: tensor('B H W C') }) },
  ({ x }) => ({ y: tf.sub(1, x) })
)
`

/**
 * What holds for every input.
 *
 * @category files
 * @since 0.1.0
 */
export const laws = ({ file, value }: Names): string => `import fc from 'fast-check'
import { tf } from 'keyflow'
import { ${value} } from './${file}.js'

/** Pictures in [0, 1] of any small size, drawn from a seed. */
export const pictures: fc.Arbitrary<{ readonly shape: [number, number, number, number]; readonly seed: number }> = fc.record({
  shape: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.constant(3)),
  seed: fc.nat()
})

type Law = (x: tf.Tensor4D) => readonly [is: tf.Tensor, due: tf.Tensor]

const apply = (x: tf.Tensor4D): tf.Tensor4D => ${value}.run({ x }, {}).y as tf.Tensor4D

/** Each gives what is, and what it should be; they agree to 1e-5. */
export const laws: Readonly<Record<string, Law>> = {
  'gives what its spec says': (x) => [tf.tensor(apply(x).shape), tf.tensor(x.shape)],
  'treats each picture of a batch alone': (x) => [apply(tf.concat([x, x])), tf.concat([apply(x), apply(x)])],
  'is its own inverse': (x) => [apply(apply(x)), x]
}

/** How far a law is from holding: the largest difference. */
export const error = (law: Law, shape: [number, number, number, number], seed: number): number =>
  tf.tidy(() => {
    const [is, due] = law(tf.randomUniform(shape, 0, 1, 'float32', seed))
    return tf.max(tf.abs(tf.sub(is, due))).dataSync()[0] ?? 0
  })
`

/**
 * Its test: the laws for many pictures, one example by hand, and that a graph takes it.
 *
 * @category files
 * @since 0.1.0
 */
export const test = ({ file, value }: Names): string => `import fc from 'fast-check'
import { compile, graph, record, run, tensor, tf } from 'keyflow'
import { beforeAll, describe, expect, it } from 'vitest'
import { error, laws, pictures } from './${file}.laws.js'
import { ${value} } from './${file}.js'

beforeAll(() => tf.startEngine())

describe('${value}', () => {
  it.each(Object.entries(laws))('%s', (_, law) => {
    fc.assert(fc.property(pictures, ({ shape, seed }) => error(law, shape, seed) <= 1e-5), { numRuns: 50 })
  })

  it('is right where one can count', () => {
    const x = tf.tensor4d([0, 0.25, 1], [1, 1, 1, 3])
    expect([...${value}.run({ x }, {}).y.dataSync()]).toEqual([1, 0.75, 0])
  })

  it('is a step of a graph, and nothing leaks', () => {
    const program = compile(
      graph('one', record({ x: tensor('B H W C') }), ({ x }, { step }) => step('${value}', ${value}, { x }))
    )
    if (program._tag === 'Left') throw new Error(JSON.stringify(program.left))
    const x = tf.ones<tf.Rank.R4>([2, 4, 4, 3])
    const before = tf.memory().numTensors
    const { outputs } = run(program.right, { check: true })({}, { x })
    expect(outputs.y.shape).toEqual([2, 4, 4, 3])
    outputs.y.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
`
