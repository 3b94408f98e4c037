/**
 * Features of whole pictures, by the InceptionV3 of nsfwjs.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as tf from '../../nodes/tf.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'
import type { Features } from './detector.js'
import { type Installed, installed, witness } from './packages.js'

const needed = { name: 'nsfwjs', version: '4.3.0' }
const side = 299
const folder = 'dist/models/inception_v3'
const files = ['model', ...[1, 2, 3, 4, 5, 6].map((n) => `group1-shard${n}of6`)].map((f) => `${folder}/${f}.min.js`)
const layer = 'flatten_1'

/** The network up to its 2048 pooled features; the classes that it was retrained for are left out. */
const loaded = async ({ load }: Installed) => {
  const plain = <A>(file: string): A => {
    const found = load(`./${file}`) as A | { readonly default: A }
    return typeof found === 'object' && found !== null && 'default' in found ? found.default : (found as A)
  }
  const [first, ...shards] = files
  const json = plain<tf.io.ModelJSON>(first!)
  const bytes = Buffer.concat(shards.map((file) => Buffer.from(plain<string>(file), 'base64')))
  const { io, loadLayersModel, model } = tf.readers()
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights)
  const weightData = new Uint8Array(bytes).buffer
  const whole = await loadLayersModel(io.fromMemory({ ...json, weightSpecs, weightData } as tf.io.ModelArtifacts))
  return { whole, net: model({ inputs: whole.inputs, outputs: whole.getLayer(layer).output }) }
}

/**
 * 2048 features of each frame: a network retrained for another task, so that distances on it are of their own kind and never
 * those of the published FID.
 *
 * Fails with `NoPackage` where the package with its weights is not installed, `FileTrouble` or `Failed` where it cannot be
 * read or loaded.
 *
 * @category constructors
 * @since 0.1.0
 */
export const inceptionFeatures: TE.TaskEither<Problem, Features> = pipe(
  installed(needed, '--frechet'),
  TE.bindTo('found'),
  TE.bind('witness', ({ found }) =>
    witness('InceptionV3 of nsfwjs', found, files, `frames at ${side}x${side}, 0..1; 2048 features of layer ${layer}`)
  ),
  TE.bind('nets', ({ found }) => attempt(() => loaded(found))),
  TE.map(({ witness: w, nets: { whole, net } }) => ({
    witness: w,
    features: (frames) => {
      const rows = tf.tidy(() => {
        const seen = tf.div(tf.image.resizeBilinear(frames, [side, side], false, true), 255)
        return net.predict(seen) as tf.Tensor2D
      })
      try {
        return rows.arraySync()
      } finally {
        rows.dispose()
      }
    },
    close: () => {
      whole.dispose()
    }
  }))
)
