/** `keyflow doctor`: what runs here, how fast, and the command that mends what does not. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import { tf } from '../../nodes/index.js'
import type { RunOf } from '../cli/declarations.js'
import { findFfmpeg } from '../media/index.js'
import { attempt, diagnose, showDiagnosis } from '../run/index.js'

/** GFLOP/s of a 3x3 convolution of 64 to 64 channels on pictures of 64x64, the best of a few runs. */
const probe = (): number => {
  const [batch, side, channels] = tf.isNative() ? [8, 64, 64] : [1, 64, 32]
  const flops = 2 * 9 * batch! * side! ** 2 * channels! ** 2
  return tf.tidy(() => {
    const x = tf.randomUniform<tf.Rank.R4>([batch!, side!, side!, channels!], -1, 1, 'float32', 1)
    const kernel = tf.randomUniform<tf.Rank.R4>([3, 3, channels!, channels!], -1, 1, 'float32', 2)
    const times = Array.from({ length: 8 }, () => {
      const began = performance.now()
      tf.conv2d(x, kernel, 1, 'same').dataSync()
      return performance.now() - began
    })
    return flops / Math.min(...times) / 1e6
  })
}

export const run: RunOf<'doctor'> = ({ backend }) =>
  TE.map((d: Awaited<ReturnType<typeof diagnose>>) => ({ json: d, text: showDiagnosis(d) }))(
    attempt(() => diagnose({ engine: () => tf.startEngine(backend), probe, media: findFfmpeg }))
  )
