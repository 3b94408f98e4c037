/**
 * 17 points of a body, by the MoveNet that the package human carries.
 *
 * @since 0.1.0
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as tf from '../../nodes/tf.js'
import { place } from '../media/fit.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'
import { type Detector, frameAt, type Seen } from './detector.js'
import { type Installed, installed, witness } from './packages.js'
import type { Point } from './points.js'

const needed = { name: '@vladmandic/human', version: '3.3.6' }
const side = 192
const confidence = 0.3
const files = { graph: 'models/movenet-lightning.json', weights: 'models/movenet-lightning.bin' }

const loaded = async ({ folder }: Installed) => {
  const json = JSON.parse(await readFile(join(folder, files.graph), 'utf8')) as tf.io.ModelJSON
  const { io, loadGraphModel } = tf.readers()
  const weightData = new Uint8Array(await readFile(join(folder, files.weights))).buffer
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights)
  return loadGraphModel(io.fromMemory({ ...json, weightSpecs, weightData } as tf.io.ModelArtifacts))
}

/** A frame fitted into the square that the network sees, on black. */
const squared = (frame: tf.Tensor3D): tf.Tensor4D => {
  const [height, width] = frame.shape
  const { scaled, x, y } = place({ height, width }, { height: side, width: side }, 'pad') // laid at (-x, -y)
  const small = tf.image.resizeBilinear(frame, [scaled.height, scaled.width], false, true)
  const bars: Array<[number, number]> = [[-y, side - scaled.height + y], [-x, side - scaled.width + x], [0, 0]] // biome-ignore format: one line
  return tf.cast(tf.expandDims<tf.Tensor4D>(tf.pad(small, bars), 0), 'int32')
}

/** The numbers of a tensor that is made and let go of. */
const rows = (make: () => tf.Tensor): ArrayLike<number> => {
  const made = tf.tidy(make)
  try {
    return made.dataSync()
  } finally {
    made.dispose()
  }
}

/** Rows (y, x, score) over the square, as pixels of the frame. */
const seen = (rows: ArrayLike<number>, height: number, width: number): Seen => {
  const { scaled, x, y } = place({ height, width }, { height: side, width: side }, 'pad')
  const pose = Array.from({ length: rows.length / 3 }, (_, k): Point => {
    const [v, u, score] = [rows[3 * k]!, rows[3 * k + 1]!, rows[3 * k + 2]!]
    if (score < confidence) return null
    return [((u * side + x) * width) / scaled.width - 0.5, ((v * side + y) * height) / scaled.height - 0.5]
  })
  return { pose, identity: null }
}

/**
 * 17 points of the one body that stands out in each frame, in the order of COCO.
 *
 * Points are in pixels of the frame. Fails with `NoPackage` where the package with its weights is not installed, `FileTrouble`
 * or `Failed` where it cannot be read or loaded.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bodyDetector: TE.TaskEither<Problem, Detector> = pipe(
  installed(needed, '--detector body'),
  TE.bindTo('found'),
  TE.bind('witness', ({ found }) =>
    witness(
      'body',
      found,
      Object.values(files),
      `frames fitted into ${side}x${side} on black (MoveNet Lightning), 17 points, each missing where its score is below ${confidence}`
    )
  ),
  TE.bind('net', ({ found }) => attempt(() => loaded(found))),
  TE.map(({ witness: w, net }) => ({
    witness: w,
    identifies: false,
    detect: async (frames) => {
      const [count, height, width] = frames.shape
      return Array.from({ length: count }, (_, t) =>
        seen(
          rows(() => net.predict(squared(frameAt(frames, t))) as tf.Tensor),
          height,
          width
        )
      )
    },
    close: () => net.dispose()
  }))
)
