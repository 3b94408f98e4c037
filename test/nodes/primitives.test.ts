/** Nodes against the original's numbers. PyTorch's layouts are converted here; tolerances are those of the golden values. */
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { movementEmbedding } from '../../src/graphs/movement-embedding.js'
import { run } from '../../src/graphs/run.js'
import { Embedding } from '../../src/io/config/config.js'
import { gaussian2kp, smallestSingular } from '../../src/nodes/gaussian2kp.js'
import { grid } from '../../src/nodes/grid.js'
import { inverse } from '../../src/nodes/inverse.js'
import type { Keypoints, Variance } from '../../src/nodes/keypoints.js'
import { kp2gaussian } from '../../src/nodes/kp2gaussian.js'
import { rescale, resize } from '../../src/nodes/resize.js'
import * as tf from '../../src/nodes/tf.js'
import { warp } from '../../src/nodes/warp.js'
import { expectGolden, expectGradient, flat, frames, type Golden, golden, hasGolden, video } from './golden.js'

const there = hasGolden('primitives')
const { backend } = await tf.startEngine()
if (!there) console.warn('test/nodes/primitives: no golden values beside the repository, skipped')
if (there && backend === 'wasm') console.warn('test/nodes/primitives: wasm has no gradients, values alone are compared')
// names are known before anything runs, so that each case is a test of its own
const set: Golden = there ? golden('primitives') : ({ names: [], manifest: {} } as never)
const named = (start: string, end: string): ReadonlyArray<string> =>
  set.names
    .filter((n) => n.startsWith(start) && n.endsWith(end))
    .map((n) => n.slice(start.length, n.length - end.length))
const check = (actual: tf.Tensor, name: string): void =>
  expectGolden(actual, set.output(name), set.manifest.tensors[name])
/** The warp on tfjs's tape, with the pullback that the node brings. */
const warped = (image: tf.Tensor, flow: tf.Tensor): tf.Tensor =>
  tf.customGrad((x, f, save) => {
    const [picture, at] = [x as tf.Tensor4D, f as tf.Tensor4D]
    ;(save as tf.GradSaveFunc)([picture, at])
    return {
      value: warp.run({ image: picture, flow: at }, {}).image,
      gradFunc: (dy: tf.Tensor, saved: Array<tf.Tensor>) => {
        const inputs = { image: saved[0] as tf.Tensor4D, flow: saved[1] as tf.Tensor4D }
        const { pullback } = warp
        if (typeof pullback !== 'object') throw new Error('the warp has a pullback')
        const given = { inputs, outputs: {} as never, weights: {}, cotangents: { image: dy } }
        const made = pullback.run(given, () => true).inputs!
        return [made.image!, made.flow!]
      }
    }
  })(image, flow)

/** Holds a gradient to the original's, on the backends that have gradients. */
const checkSlope = (slope: () => tf.Tensor, expected: tf.Tensor): void => {
  if (backend !== 'wasm') expectGradient(slope(), expected)
}
const varianceOf = (text: string): Variance => (text === 'matrix' || text === 'single' ? text : Number(text))

describe.skipIf(!there)('the primitives of the original', () => {
  let began = 0
  beforeEach(() => {
    began = tf.memory().numTensors
    tf.engine().startScope()
  })
  afterEach(() => {
    tf.engine().endScope()
    expect(tf.memory().numTensors).toBe(began)
  })
  afterAll(() => expect(set.names.length).toBeGreaterThan(100))

  it.each(named('grid/', ''))('coordinate grid %s', (size) => {
    const [h, w] = size.split('x').map(Number) as [number, number]
    check(grid(h, w), `grid/${size}`)
  })

  it('inverse and smallest singular value of 2x2 matrices', () => {
    const m = set.input('matrix')
    check(inverse(m), 'matrix/inverse')
    check(tf.reshape(smallestSingular(m), [5, 4, 1]), 'matrix/smallest_singular')
  })

  it.each(named('gaussian2kp/', '/mean'))('gaussian2kp with variance %s, and its gradient', (name) => {
    const [kind, bound] = name.split(',clip=') as [string, string | undefined]
    const variance = varianceOf(kind)
    const node = gaussian2kp({ variance, clip: Number(bound ?? 0) })
    const of = (heatmap: tf.Tensor) => node.run({ heatmap: frames(heatmap) }, {}) as Keypoints
    const heatmap = set.input('heatmap')
    const [n, , d] = heatmap.shape as [number, number, number]
    const unfold = (x: tf.Tensor) => tf.reshape(x, [n, d, ...x.shape.slice(1)])
    const kp = of(heatmap)
    check(unfold(kp.mean), `gaussian2kp/${name}/mean`)
    if (kp.var !== undefined) check(unfold(kp.var), `gaussian2kp/${name}/var`)
    const along = variance === 'single' ? 'var1' : 'var'
    const total = (x: tf.Tensor) => {
      const { mean, var: spread } = of(x)
      const first = tf.sum(tf.mul(unfold(mean), set.input('heatmap.cotangent.mean')))
      return spread === undefined
        ? first
        : tf.add(first, tf.sum(tf.mul(unfold(spread), set.input(`heatmap.cotangent.${along}`))))
    }
    checkSlope(() => tf.grad(total)(heatmap), set.output(`gaussian2kp/${name}/grad_heatmap`))
  })

  it.each(named('kp2gaussian/', '/heatmap'))('kp2gaussian with variance %s, and its gradients', (kind) => {
    const variance = varianceOf(kind)
    const [mean, spread] = [set.input('kp.mean'), set.input(variance === 'single' ? 'kp.var1' : 'kp.var')]
    const like = tf.zeros<tf.Rank.R4>([1, 7, 9, 1])
    const unfold = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [2, 2, 7, 9, 3]), [0, 1, 4, 2, 3])
    const of = (m: tf.Tensor, v: tf.Tensor) => {
      const kp = {
        mean: flat(m) as tf.Tensor3D,
        ...(typeof variance === 'number' ? {} : { var: flat(v) as tf.Tensor4D })
      }
      return unfold(kp2gaussian({ variance }).run({ kp, like }, {}).gaussian)
    }
    check(of(mean, spread), `kp2gaussian/${kind}/heatmap`)
    const total = (m: tf.Tensor, v: tf.Tensor) => tf.sum(tf.mul(of(m, v), set.input('kp.cotangent')))
    checkSlope(() => tf.grad((m) => total(m, spread))(mean), set.output(`kp2gaussian/${kind}/grad_mean`))
    if (typeof variance !== 'number')
      checkSlope(() => tf.grad((v) => total(mean, v))(spread), set.output(`kp2gaussian/${kind}/grad_var`))
  })

  it('warp, and its gradients by picture and flow', () => {
    const [image, flow] = [set.input('warp2d.image'), set.input('warp2d.grid')]
    const last = (x: tf.Tensor) => tf.transpose(x, [0, 2, 3, 1]) as tf.Tensor4D
    const of = (x: tf.Tensor, f: tf.Tensor) => tf.transpose(warped(last(x), f), [0, 3, 1, 2])
    check(of(image, flow), 'warp2d/output')
    const total = (x: tf.Tensor, f: tf.Tensor) => tf.sum(tf.mul(of(x, f), set.input('warp2d.cotangent')))
    checkSlope(() => tf.grad((x) => total(x, flow))(image), set.output('warp2d/grad_image'))
    checkSlope(() => tf.grad((f) => total(image, f))(flow), set.output('warp2d/grad_grid'))
  })

  // a video [N, C, 1, H, W] warped by a flow of D frames: one picture for all frames of its sample
  const warpVideo = (x: tf.Tensor, f: tf.Tensor): tf.Tensor => {
    const [n, d] = f.shape as [number, number]
    const flow = tf.slice(f, [0, 0, 0, 0, 0], [-1, -1, -1, -1, 2]) // (x, y, z), z = 0
    const pictures = frames(x)
    const each = tf.unstack(flow).map((of, i) => {
      const image = tf.slice(pictures, [i, 0, 0, 0], [1, -1, -1, -1])
      return warped(image, of)
    })
    expect(each[0]!.shape[0]).toBe(d)
    return video(tf.concat(each, 0), n)
  }

  it('warp of one picture by the flows of a video, and its gradients', () => {
    const [image, flow] = [set.input('warp3d.image'), set.input('warp3d.grid')]
    check(warpVideo(image, flow), 'warp3d/output')
    const total = (x: tf.Tensor, f: tf.Tensor) => tf.sum(tf.mul(warpVideo(x, f), set.input('warp3d.cotangent')))
    checkSlope(() => tf.grad((x) => total(x, flow))(image), set.output('warp3d/grad_image'))
    const xy = (x: tf.Tensor) => tf.slice(x, [0, 0, 0, 0, 0], [-1, -1, -1, -1, 2])
    checkSlope(() => xy(tf.grad((f) => total(image, f))(flow)), xy(set.output('warp3d/grad_grid')))
  })

  it.each(named('interp/', '').filter((n) => !n.includes('grad')))('resizing by the rule %s', (name) => {
    const [mode, how] = name.split(',') as ['nearest' | 'trilinear', string]
    const of = (x: tf.Tensor): tf.Tensor => {
      if (how.startsWith('scale='))
        return video(rescale({ factor: Number(how.slice(6)) }).run({ x: frames(x) }, {}).y, 1)
      const [h, w] = how.slice(5).split('x').map(Number) as [number, number]
      return video(resize({ mode }).run({ x: frames(x), like: tf.zeros([1, h, w, 1]) }, {}).y, 1)
    }
    const x = set.input('interp.x')
    check(of(x), `interp/${name}`)
    const slope = `interp/${name}/grad_of_sum_of_squares`
    if (set.names.includes(slope)) checkSlope(() => tf.grad((y) => tf.sum(tf.square(of(y))))(x), set.output(slope))
  })

  it.each(named('deform_input/', '/output'))('a picture deformed by a smaller flow (%s)', (mode) => {
    const [x, flow] = [set.input('deform.input'), set.input('deform.deformation')]
    const [n, d] = flow.shape as [number, number]
    const of = (image: tf.Tensor, f: tf.Tensor) => {
      const like = frames(image)
      const small = flat(tf.slice(f, [0, 0, 0, 0, 0], [-1, -1, -1, -1, 2])) as tf.Tensor4D
      const fitted = resize({ mode: mode as 'nearest' }).run({ x: small, like }, {}).y
      return warpVideo(image, tf.reshape(fitted, [n, d, ...fitted.shape.slice(1)]))
    }
    check(of(x, flow), `deform_input/${mode}/output`)
    const total = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(of(a, b), set.input('deform.cotangent')))
    checkSlope(() => tf.grad((a) => total(a, flow))(x), set.output(`deform_input/${mode}/grad_input`))
    const xy = (t: tf.Tensor) => tf.slice(t, [0, 0, 0, 0, 0], [-1, -1, -1, -1, 2])
    checkSlope(() => xy(tf.grad((b) => total(x, b))(flow)), xy(set.output(`deform_input/${mode}/grad_deformation`)))
  })

  it.each(named('movement_embedding/', '/output'))('movement embedding %s, and its gradients', (name) => {
    const [index, kind] = name.split(',kp_variance=') as [string, string]
    const kp_variance = varianceOf(kind)
    const params = Embedding.decode(set.manifest.movement_embedding_options[Number(index)])
    if (E.isLeft(params)) throw new Error('options that the configuration refuses')
    const program = compile(movementEmbedding({ num_kp: 3, num_channels: 3, kp_variance }, params.right))
    if (E.isLeft(program)) throw new Error('a graph that does not compile')
    const given = {
      'driving.mean': set.input('emb.driving.mean'),
      'source.mean': set.input('emb.source.mean'),
      ...(typeof kp_variance === 'number'
        ? {}
        : {
            'driving.var': set.input(`emb.driving.var${kind === 'single' ? '1' : ''}`),
            'source.var': set.input(`emb.source.var${kind === 'single' ? '1' : ''}`)
          }),
      source_image: set.input('emb.source_image')
    } as Readonly<Record<string, tf.Tensor>>
    // each source serves the D driving frames of its sample
    const repeated = (x: tf.Tensor) => flat(tf.concat([x, x], 1))
    const of = (x: Readonly<Record<string, tf.Tensor>>) => {
      const kp = (of_: string, f: (y: tf.Tensor) => tf.Tensor): Keypoints => ({
        mean: f(x[`${of_}.mean`]!) as tf.Tensor3D,
        ...(x[`${of_}.var`] === undefined ? {} : { var: f(x[`${of_}.var`]!) as tf.Tensor4D })
      })
      const picture = frames(tf.concat([x.source_image!, x.source_image!], 2))
      const inputs = { source: picture, from: kp('source', repeated), to: kp('driving', flat) }
      return video(run(program.right)({}, inputs).outputs.embedding, 2)
    }
    const value = of(given)
    check(value, `movement_embedding/${name}/output`)
    const cotangent = tf.reshape(tf.slice(set.input('emb.cotangent'), [0], [value.size]), value.shape)
    for (const key of named(`movement_embedding/${name}/grad_`, '')) {
      const slope = () => tf.grad((x) => tf.sum(tf.mul(of({ ...given, [key]: x }), cotangent)))(given[key]!)
      checkSlope(slope, set.output(`movement_embedding/${name}/grad_${key}`))
    }
  })
})
