/** Things that are wrong on purpose: a law that lets one of them pass proves nothing. */

import * as fc from 'fast-check'
import * as t from 'io-ts'
import { catchError, EMPTY, mergeMap, type OperatorFunction } from 'rxjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { gaussian2kp } from '../src/nodes/gaussian2kp.js'
import { spatialSoftmax } from '../src/nodes/spatial-softmax.js'
import { record, Spec, tensor } from '../src/nodes/spec.js'
import * as tf from '../src/nodes/tf.js'
import { warp } from '../src/nodes/warp.js'
import * as laws from '../src/properties/index.js'

/** What is wrong, and the laws that have to notice. */
type Wrong = readonly [name: string, laws: ReadonlyArray<laws.Law<any>>, subject: unknown]

const read = (image: tf.Tensor, flow: tf.Tensor): tf.Tensor =>
  warp.run({ image: image as tf.Tensor4D, flow: flow as tf.Tensor4D }, {}).image
const clamped = (flow: tf.Tensor) => tf.clipByValue(flow, -1, 1)
const found = gaussian2kp({ variance: 'matrix', clip: 0 })
const mean = (heatmap: tf.Tensor4D) => found.run({ heatmap }, {}).mean
const maps = { name: 'maps', value: (n: number) => tf.fill([2], n) as tf.TensorContainer }
const each = (f: (x: tf.Tensor) => tf.Tensor): OperatorFunction<tf.Tensor, tf.Tensor> =>
  mergeMap((x) => [f(x)]) as OperatorFunction<tf.Tensor, tf.Tensor>

const warps: ReadonlyArray<laws.Warp> = [
  function halfAPixelOff(image, flow) {
    return read(image, tf.add(flow, 1 / image.shape[2]))
  },
  function rowsForColumns(image, flow) {
    return read(image, tf.reverse(flow, 3))
  },
  function holdsTheBorder(image, flow) {
    return read(image, clamped(flow))
  },
  function darkens(image, flow) {
    return tf.mul(read(image, flow), 0.999)
  },
  function forgetsTheSecondFlow(image, flow) {
    return tf.tile(read(tf.slice(image, [0], [1]), tf.slice(flow, [0], [1])), [flow.shape[0], 1, 1, 1])
  },
  function givesNaN(image, flow) {
    return tf.mul(read(image, flow), Number.NaN)
  }
]

const wrong: ReadonlyArray<Wrong> = [
  ...warps.map((w): Wrong => [`a warp that ${(w as { readonly name: string }).name}`, laws.warpLaws, w]),
  [
    'a warp by the nearest pixel',
    laws.bilinearWarpLaws,
    (image: tf.Tensor4D, flow: tf.Tensor4D) => {
      const size = tf.sub(tf.tensor1d([image.shape[2], image.shape[1]]), 1)
      const pixel = tf.round(tf.div(tf.mul(tf.add(flow, 1), size), 2))
      return read(image, tf.sub(tf.div(tf.mul(pixel, 2), tf.maximum(size, 1)), 1))
    }
  ],
  ['keypoints with rows for columns', laws.extractorLaws, (h: tf.Tensor4D) => ({ mean: tf.reverse(mean(h), 2) })],
  ['keypoints from 0 to 1', laws.extractorLaws, (h: tf.Tensor4D) => ({ mean: tf.div(tf.add(mean(h), 1), 2) })],
  ['keypoints outside', laws.extractorLaws, (h: tf.Tensor4D) => ({ mean: tf.mul(mean(h), 3) })],
  [
    'a heatmap over all keypoints',
    laws.heatmapLaws,
    (o: { readonly temperature: number }) => ({
      ...spatialSoftmax(o),
      run: ({ logits }: { readonly logits: tf.Tensor4D }) => ({
        heatmap: tf.reshape(tf.softmax(tf.reshape(logits, [logits.shape[0], -1])), logits.shape)
      })
    })
  ],
  ['an operator that keeps what it is given', laws.operatorLaws, { ...maps, make: () => each((x) => tf.mul(x, 2)) }],
  [
    'an operator that hides errors',
    laws.operatorLaws,
    {
      ...maps,
      make: () => catchError(() => EMPTY)
    }
  ],
  [
    'an operator that counts over all subscriptions',
    laws.operatorLaws,
    {
      ...maps,
      make: (() => {
        let seen = 0
        return () =>
          mergeMap((x: tf.Tensor) => {
            seen += 1
            if (seen % 2 === 0) return [x]
            x.dispose()
            return []
          })
      })()
    }
  ],
  [
    'a codec that forgets',
    laws.codecLaws(fc.record({ a: fc.integer({ min: 1 }) })),
    new t.Type<{ readonly a: number }, unknown, unknown>(
      'forgets',
      (u): u is { readonly a: number } => typeof u === 'object' && u !== null && 'a' in u,
      () => t.success({ a: 0 }),
      (x) => x
    )
  ],
  [
    'a codec that forgets what it writes, too',
    laws.codecLaws(fc.record({ a: fc.integer({ min: 1 }) })),
    t.strict({}) as unknown as t.Type<{ readonly a: number }, unknown, unknown>
  ],
  [
    'a codec that throws',
    laws.codecLaws(fc.constant(1)),
    new t.Type<number, unknown, unknown>(
      'throws',
      (u): u is number => typeof u === 'number',
      (u) => {
        if (typeof u !== 'number') throw new Error('no number')
        return t.success(u)
      },
      (x) => x
    )
  ],
  [
    'a spec that lets in any rank',
    laws.specLaws,
    Object.assign(Object.create(Spec.prototype), record({ x: tensor('B H') }), {
      decode: (u: unknown) => t.success(u)
    })
  ]
]

describe('what is wrong is caught:', () => {
  beforeAll(() => tf.startEngine())
  it.each(wrong)('%s', async (_, some, subject) => {
    let broken: unknown
    for (const law of some)
      broken ??= await laws.holds(law, subject).then(
        () => undefined,
        (e) => e
      )
    expect(broken).toBeInstanceOf(laws.LawBroken)
  })

  it('and what is right in another way is not', async () => {
    const inAMirror: laws.Warp = (image, flow) => read(tf.reverse(image, 2), tf.mul(flow, tf.tensor1d([-1, 1])))
    for (const law of laws.warpLaws) await laws.holds(law, inAMirror)
  })

  it('and told with the law, the thing, the smallest case, where, what was due and what came', async () => {
    const broken = await laws.holds(laws.warpLaws[0]!, warps[3]!, { seed: 1 }).catch((e: laws.LawBroken) => e)
    const { law, subject, values, where, due, came, message, replay } = broken as laws.LawBroken
    expect([law, subject]).toEqual(['by the identity grid keeps a picture', 'darkens'])
    expect(values).toMatchObject([{ h: 1, w: 1, c: 1 }])
    expect(where).toBe('entry [0, 0, 0, 0]')
    expect(came).toBeCloseTo(0.999 * (due as number), 6)
    for (const part of [law, subject, where, `due ${due}`, `came ${came}`]) expect(message).toContain(part)
    const again = await laws.holds(laws.warpLaws[0]!, warps[3]!, replay).catch((e: laws.LawBroken) => e)
    expect((again as laws.LawBroken).values).toEqual(values)
  })
})
