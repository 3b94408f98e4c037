/** Small examples, worked out by hand: where a law could hold for the wrong reason. */
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { adaptVariance, positive } from '../../src/nodes/adapt-variance.js'
import { catalogue } from '../../src/nodes/catalogue.js'
import { frameDifference, mirror, shiftRight } from '../../src/nodes/displace.js'
import { gaussian2kp } from '../../src/nodes/gaussian2kp.js'
import { axis, grid } from '../../src/nodes/grid.js'
import { filled, statistic, uniform } from '../../src/nodes/init.js'
import type { Keypoints } from '../../src/nodes/keypoints.js'
import { keypoints } from '../../src/nodes/keypoints.js'
import { kp2gaussian } from '../../src/nodes/kp2gaussian.js'
import { readFilm, readFrame, readPicture, writeFilm } from '../../src/nodes/media.js'
import { movementScale } from '../../src/nodes/movement-scale.js'
import { drawKeypoints } from '../../src/nodes/picture.js'
import { relativeMotion } from '../../src/nodes/relative-motion.js'
import * as tf from '../../src/nodes/tf.js'
import { warp } from '../../src/nodes/warp.js'

const list = (x: tf.Tensor): ReadonlyArray<number> => Array.from(x.dataSync(), (v) => Math.round(v * 1e5) / 1e5 + 0) // + 0: no -0

describe('worked out by hand', () => {
  beforeAll(() => tf.startEngine())
  beforeEach(() => tf.engine().startScope())
  afterEach(() => tf.engine().endScope())

  it('the grid runs x along rows and y down columns', () => {
    expect(list(axis(5))).toEqual([-1, -0.5, 0, 0.5, 1])
    expect(list(axis(1))).toEqual([-1])
    expect(list(grid(2, 3))).toEqual([-1, -1, 0, -1, 1, -1, -1, 1, 0, 1, 1, 1])
  })

  it('a warp reads (x, y), half a pixel to the right and none down', () => {
    const image = tf.tensor4d([0, 10, 20, 100, 110, 120], [1, 2, 3, 1])
    const flow = tf.add(tf.expandDims(grid(2, 3), 0), tf.tensor1d([0.5, 0])) as tf.Tensor4D
    expect(list(warp.run({ image, flow }, {}).image)).toEqual([5, 15, 10, 105, 115, 60])
    const down = tf.add(tf.expandDims(grid(2, 3), 0), tf.tensor1d([0, 2])) as tf.Tensor4D
    expect(list(warp.run({ image, flow: down }, {}).image)).toEqual([100, 110, 120, 0, 0, 0])
  })

  it('pictures mirrored, moved to the right, and their mean difference', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1])
    expect(list(mirror.run({ x }, {}).y as tf.Tensor)).toEqual([3, 2, 1, 6, 5, 4])
    const moved = (pixels: number) => list(shiftRight({ pixels }).run({ x }, {}).y as tf.Tensor)
    expect([0, 1, 2, 5].map(moved)).toEqual([
      [1, 2, 3, 4, 5, 6],
      [1, 1, 2, 4, 4, 5],
      [1, 1, 1, 4, 4, 4],
      [1, 1, 1, 4, 4, 4]
    ])
    const right = tf.concat([x, tf.neg(x)], 0) as tf.Tensor4D
    expect(list(frameDifference.run({ left: x, right }, {}).difference as tf.Tensor)).toEqual([0, 7])
  })

  it('the moments of a heatmap of two pixels', () => {
    const heatmap = tf.tensor4d([0.5, 0, 0, 0, 0, 0.5], [1, 2, 3, 1]) // (-1, -1) and (1, 1)
    const kp = gaussian2kp({ variance: 'matrix', clip: 0 }).run({ heatmap }, {}) as Keypoints
    expect(list(kp.mean)).toEqual([0, 0])
    expect(list(kp.var!)).toEqual([1, 1, 1, 1])
    const single = gaussian2kp({ variance: 'single', clip: 0 }).run({ heatmap }, {}) as Keypoints
    expect([single.var!.shape, list(single.var!)]).toEqual([[1, 1, 1, 1], [1]])
    expect(Object.keys(gaussian2kp({ variance: 0.1, clip: 0 }).run({ heatmap }, {}))).toEqual(['mean'])
  })

  it('a clipped variance grows as a whole', () => {
    const square = tf.tensor4d([0.25, 0.25, 0.25, 0.25], [1, 2, 2, 1])
    const wide = gaussian2kp({ variance: 'matrix', clip: 2 }).run({ heatmap: square }, {}) as Keypoints
    expect(list(wide.var!)).toEqual([2, 0, 0, 2])
  })

  it('a bump is 1 at its keypoint and exp(-1/2) a deviation away', () => {
    const kp = {
      mean: tf.tensor3d([[[0, 0]]]),
      var: tf.tensor4d([
        [
          [
            [0.25, 0],
            [0, 1]
          ]
        ]
      ])
    } as Keypoints
    const like = tf.zeros<tf.Rank.R4>([1, 3, 5, 1])
    const { gaussian } = kp2gaussian({ variance: 'matrix' }).run({ kp, like }, {})
    const e = Math.round(Math.exp(-0.5) * 1e5) / 1e5
    expect(list(gaussian).slice(5, 10)).toEqual([0.13534, e, 1, e, 0.13534])
    expect(list(gaussian)[2]).toBe(e)
  })

  it('relative motion adds the scaled motion to the source', () => {
    const kp = (x: number, y: number) => tf.tensor3d([[[x, y]]])
    const inputs = { source: kp(0.5, 0.25), initial: kp(0.1, 0.1), driving: kp(0.3, 0), scale: tf.scalar(2) }
    expect(list(relativeMotion.run(inputs, {}).mean)).toEqual([0.9, 0.05])
  })

  it('a source twice as large moves twice as far', () => {
    const square = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0.5, 0.5]
    ] as Array<[number, number]>
    const of = (by: number) => tf.tensor3d([square.map(([x, y]) => [x * by, y * by])])
    const scale = (a: tf.Tensor3D, b: tf.Tensor3D) => list(movementScale.run({ source: a, initial: b }, {}).scale)
    expect(scale(of(2), of(1))).toEqual([2])
    expect(scale(of(1), of(4))).toEqual([0.25])
    expect(scale(of(1), of(0))).toEqual([1])
    expect(scale(of(0), of(1))).toEqual([1])
  })

  it('an adapted variance is driving over initial times source, and never negative', () => {
    const of = (...m: [number, number, number, number]) => tf.tensor4d(m, [1, 1, 2, 2])
    const adapt = adaptVariance({ variance: 'matrix' })
    const out = adapt.run({ source: of(2, 0, 0, 3), initial: of(2, 0, 0, 1), driving: of(4, 0, 0, 5) }, {}).var
    expect(list(out)).toEqual([4, 0, 0, 15])
    expect(
      list(
        positive(
          tf.tensor2d([
            [1, 2],
            [0, 1]
          ])
        )
      )
    ).toEqual([1, 1, 1, 1])
    expect(
      list(
        positive(
          tf.tensor2d([
            [-3, 0],
            [0, 2]
          ])
        )
      )
    ).toEqual([0, 0, 0, 2])
    expect(
      positive(
        tf.tensor2d([
          [-3, 0],
          [0, 2]
        ])
      ).dataSync()[0]
    ).toBeCloseTo(1e-6, 6)
    const single = adaptVariance({ variance: 'single' })
    const one = (v: number) => tf.tensor4d([v], [1, 1, 1, 1])
    expect(list(single.run({ source: one(2), initial: one(4), driving: one(6) }, {}).var)).toEqual([3])
  })

  it('keypoints have the colours of a rainbow, the last on top', () => {
    const frames = tf.fill<tf.Rank.R4>([1, 1, 7, 3], 0.5)
    const mean = tf.tensor3d([
      [
        [-1, 0],
        [-1 / 3, 0],
        [1 / 3, 0],
        [1, 0]
      ]
    ])
    const out = drawKeypoints({ radius: 0.5 }).run(
      { frames, mean: tf.sub(mean, tf.tensor1d([0, 1])) as tf.Tensor3D },
      {}
    ).frames
    const pixels = Array.from({ length: 7 }, (_, i) => list(out).slice(3 * i, 3 * i + 3))
    expect(pixels).toEqual([
      [1, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 1, 0],
      [0.5, 0.5, 0.5],
      [0, 1, 0.5],
      [0.5, 0.5, 0.5],
      [0, 0.25, 1]
    ])
    const two = drawKeypoints({ radius: 1 }).run({ frames, mean: tf.fill([1, 2, 2], -1) }, {}).frames
    expect(list(two).slice(0, 3)).toEqual([0, 1, 0.5])
  })

  it('the spec of keypoints follows their variance', () => {
    const dims = (spec: ReturnType<typeof keypoints>) => spec.leaves.map((l) => `${l.path} ${l.dims.join(' ')}`)
    expect(dims(keypoints('matrix'))).toEqual(['mean B K 2', 'var B K 2 2'])
    expect(dims(keypoints('single', '1|B', 5))).toEqual(['mean 1|B 5 2', 'var 1|B 5 1 1'])
    expect(dims(keypoints(0.01, '1'))).toEqual(['mean 1 K 2'])
  })

  it('weights start as they are told, the same for the same seed', () => {
    const drawn = uniform('3 4', -0.5, 0.5)
    expect(list(drawn.init(7))).toEqual(list(drawn.init(7)))
    expect(list(drawn.init(7))).not.toEqual(list(drawn.init(8)))
    expect(drawn.init(7).shape).toEqual([3, 4])
    expect([drawn.role, drawn.spec.name]).toEqual(['parameter', 'float32[3 4]'])
    expectTypeOf(drawn.init).returns.toEqualTypeOf<tf.Tensor2D>()
    expect(list(filled('2', 0.25).init(1))).toEqual([0.25, 0.25])
    expect(list(filled('2', [1, 2]).init(1))).toEqual([1, 2])
    expect(list(filled('', 3).init(1))).toEqual([3])
    expect(statistic(filled('2', 0)).role).toBe('statistic')
  })

  it('sources and sinks are descriptions', () => {
    const frame = { path: 'a', height: 4, width: 6, fit: 'crop', strip: null } as const
    expect(readPicture(frame)).toMatchObject({ _tag: 'Source', pace: 'held', kind: 'readPicture', settings: frame })
    expect(readPicture(frame).outputs.name).toBe('{ image: float32[1 4 6 3] }')
    expect(readFrame({ ...frame, index: 3 })).toMatchObject({ pace: 'held', kind: 'readFrame', settings: { index: 3 } })
    expect(readFilm({ ...frame, batch: 8 })).toMatchObject({ pace: 'ticking', kind: 'readFilm' })
    expect(readFilm({ ...frame, batch: 8 }).outputs.name).toBe('{ frames: float32[T 4 6 3] }')
    expect(writeFilm({ path: 'b', timing: 'film', audio: true })).toMatchObject({ _tag: 'Sink', kind: 'writeFilm' })
    expect(writeFilm({ path: 'b', timing: 'film', audio: true }).inputs.name).toBe('{ frames: float32[T H W 3] }')
    expect(E.isLeft(readPicture.codec.decode({ ...frame, fit: 'squeeze' }))).toBe(true)
  })

  it('every kind is in the catalogue under its name', () => {
    for (const [kind, entry] of Object.entries(catalogue)) expect(entry.kind).toBe(kind)
    expect(Object.keys(catalogue).length).toBeGreaterThan(45)
  })
})
