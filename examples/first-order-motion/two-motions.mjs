/** The same known motion twice: as the First Order Motion Model has it, and as Monkey-Net has. */
import { graph } from 'keyflow/graphs'
import * as nodes from 'keyflow/nodes'
import { points } from './blocks.mjs'
import { affineMotions, blend, unfold } from './nodes.mjs'
import { parts } from './scene.mjs'

const { record, tensor, tf } = nodes
const k = parts.length

const before = [
  [0, 0],
  [0, 0],
  [0, 0],
  [1, 0]
]

/** Who moves each pixel: discs around the keypoints, cut where bumps are half as high as their tops; the background elsewhere. */
const discs = nodes.node(
  'discs',
  { inputs: record({ gaussian: tensor('B H W K') }), outputs: record({ prediction: tensor('B H W K+1') }) },
  ({ gaussian }) => ({ prediction: tf.pad(tf.mul(tf.sub(gaussian, 0.5), 500), before) })
)

/** The source moved by what is known of each part: by its affine transform, and by the way of its keypoint alone. */
export const twoMotions = graph(
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
