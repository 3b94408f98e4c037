/**
 * Folders of videos as training data.
 *
 * @since 0.1.0
 */
export type { AugmentationParams, Change, Colour, Frames, Plan } from './augment/model.js'
export { toUnit } from './augment/unit.js'
export {
  type Batch,
  type Batches,
  type Batching,
  batches,
  following,
  order,
  type Position,
  wholeClip,
  windowAt
} from './batches.js'
export { readFrames } from './cache.js'
export { manifestOf, type Opening, openDataset, openingOf } from './dataset.js'
export { readLayout } from './layout.js'
export type { Clip, Dataset, Decoding, Division, Manifest, Part } from './model.js'
export { generatorAt } from './random.js'
