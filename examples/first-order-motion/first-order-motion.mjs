/**
 * Local affine transforms: what the First Order Motion Model moves that translations of keypoints cannot.
 *
 *     node examples/first-order-motion/first-order-motion.mjs [--out DIR]
 *     node examples/first-order-motion/first-order-motion.mjs --checkpoint vox-cpk.pth.tar --config vox-256.yaml \
 *       --source a.png --driving b.mp4 --out c.mp4
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { compile, graph, run, showGraphError } from 'keyflow/graphs'
import { openWriter, orThrow, toBytes } from 'keyflow/io'
import * as nodes from 'keyflow/nodes'
import { animate } from './animate.mjs'
import { points } from './graphs.mjs'
import { affineMotions, blend, unfold } from './nodes.mjs'
import { drawScene, parts, pose } from './scene.mjs'

const { record, tensor, tf } = nodes
const k = parts.length

/** Who moves each pixel: discs of given radii around the keypoints, soft at their edges; the background elsewhere. */
const discs = nodes.node(
  'discs',
  { inputs: record({ gaussian: tensor('B H W K') }), outputs: record({ prediction: tensor('B H W K+1') }) },
  ({ gaussian }) => ({ prediction: tf.pad(tf.mul(tf.sub(gaussian, 0.5), 500), [[0, 0], [0, 0], [0, 0], [1, 0]]) })
)

/** The source moved by what is known of each part: by its affine transform, and by the way of its keypoint alone. */
const twoMotions = graph(
  'twoMotions',
  record({ source: tensor('1 H W 3'), from: points('1', k), to: points('B', k), radii: tensor(`B ${k} 1 1`) }),
  ({ source, from, to, radii }, { step }) => {
    const kp = { mean: to.mean, var: radii }
    const { gaussian } = step('near', nodes.kp2gaussian({ variance: 'single' }), { kp, like: source })
    const { prediction } = step('discs', discs, { gaussian })
    const { mask } = step('mask', nodes.motionMask({ keypoints: k }), { prediction })

    const motions = step('motions', affineMotions({ keypoints: k }), { from, to, like: source })
    const flows = step('flows', unfold({ maps: k + 1 }), { x: motions.flow }).y
    const { flow } = step('blend', blend, { mask, flows })
    const affine = step('affine', nodes.warp, { image: source, flow }).image

    const way = { source: from.mean, driving: to.mean }
    const { difference } = step('way', nodes.keypointDifference({ background: true }), way)
    const { relative } = step('coarse', nodes.maskedMotion, { mask, difference })
    const moved = step('moved', nodes.absoluteFlow, { relative })
    return { affine, translated: step('translated', nodes.warp, { image: source, flow: moved.flow }).image }
  }
)

/** A strip of times: the scene as it is, by affine transforms, by translations. */
const demonstrate = async (folder) => {
  const [side, times] = [144, [0, 0.25, 0.5, 0.75, 1]]
  const program = E.getOrElseW((errors) => Promise.reject(new Error(errors.map(showGraphError).join('\n'))))(compile(twoMotions))
  const [driving, source] = [drawScene(times, side), drawScene([0], side)]
  // half of the height of a bump is at its radius
  const radii = tf.tensor4d(times.flatMap(() => parts.map(({ radius }) => radius ** 2 / (2 * Math.log(2)))), [times.length, k, 1, 1])
  const { affine, translated } = run(await program)({}, { source, from: pose([0]), to: pose(times), radii }).outputs
  for (const [name, made] of Object.entries({ 'affine transforms': affine, 'translations alone': translated })) {
    console.log(`${name}: mean error ${(255 * tf.mean(tf.abs(tf.sub(made, driving))).dataSync()[0]).toFixed(2)} of 255`)
  }
  const columns = tf.concat([driving, affine, translated], 1)
  const picture = join(folder, 'first-order-motion.png')
  const writer = await orThrow(openWriter(picture, { height: 3 * side, width: side, rate: { num: 1, den: 1 } }))
  for (const column of tf.split(columns, times.length))
    await writer.write({ data: toBytes(column, 'nearest'), height: 3 * side, width: side, time: 0 })
  await writer.close()
  console.log(picture)
}

const { values } = parseArgs({
  options: Object.fromEntries(['checkpoint', 'config', 'source', 'driving', 'out'].map((name) => [name, { type: 'string' }]))
})
await tf.startEngine()
if (values.checkpoint === undefined) await demonstrate(values.out ?? import.meta.dirname)
else await animate(values, (frames) => console.log(`${frames} frames`))
