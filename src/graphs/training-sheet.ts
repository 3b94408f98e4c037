/**
 * The picture that a training run leaves of a batch, as a graph.
 *
 * @since 0.1.0
 */
import { beside, drawKeypoints, outline } from '../nodes/picture.js'
import { record, type Spec, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { graph, type Wire } from './graph.js'

/**
 * How a training picture is drawn: radius of a keypoint in pixels, white borders, names of further columns.
 *
 * @category model
 * @since 0.1.0
 */
export interface SheetOptions {
  readonly radius: number
  readonly border: boolean
  readonly more: ReadonlyArray<string>
}

/**
 * What is seen of a batch: pictures [B, H, W, 3] from 0 to 1, and the means of the keypoints [B, K, 2] of source and driving.
 *
 * @category model
 * @since 0.1.0
 */
export interface Batch {
  readonly source: tf.Tensor4D
  readonly driving: tf.Tensor4D
  readonly deformed: tf.Tensor4D
  readonly prediction: tf.Tensor4D
  readonly sourcePoints: tf.Tensor3D
  readonly drivingPoints: tf.Tensor3D
  /** Further columns by name, such as differences. */
  readonly more: Readonly<Record<string, tf.Tensor4D>>
}

/**
 * A row for each sample of a batch: source and driving with their keypoints, deformed source, prediction, what it should be,
 * and further columns: `sheet` [B, H, columns W, 3] from 0 to 1.
 *
 * Source: `Visualizer.visualize_reconstruction` in the reference `logger.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const trainingSheet = ({ radius, border, more }: SheetOptions) => {
  const picture = tensor('B H W 3')
  const points = tensor('B K 2')
  const inputs = record({
    source: picture,
    driving: picture,
    deformed: picture,
    prediction: picture,
    sourcePoints: points,
    drivingPoints: points,
    more: record(Object.fromEntries(more.map((name) => [name, picture])))
  }) as Spec<Batch>
  return graph('trainingSheet', inputs, (batch, { step }) => {
    const draw = drawKeypoints({ radius })
    const columns: ReadonlyArray<Wire<tf.Tensor4D>> = [
      step('sourcePoints', draw, { frames: batch.source, mean: batch.sourcePoints }).frames,
      step('drivingPoints', draw, { frames: batch.driving, mean: batch.drivingPoints }).frames,
      ...[batch.deformed, batch.prediction, batch.driving],
      ...more.map((name) => batch.more[name]!)
    ]
    const framed = border ? columns.map((frames, i) => step(`outline${i}`, outline, { frames }).frames) : columns
    const sheet = framed
      .slice(1)
      .reduce((left, right, i) => step(`beside${i}`, beside, { left, right }).frames, framed[0]!)
    return { sheet }
  })
}
