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
export { type Checked, checkDataset, type Finding } from './check.js'
export { manifestOf, type Opening, openDataset, openingOf } from './dataset.js'
export { configOf, opened, withProgress } from './for-command.js'
export { type DatasetFormat, datasetFormats } from './format.js'
export { type Entry as DatasetEntry, type Layout, readClips, readLayout } from './layout.js'
export type { Clip as DatasetClip, Dataset, Decoding, Division, Manifest, Part } from './model.js'
export { Box, Settings as PrepareSettings, Take } from './prepare/model.js'
export { type Preparation, prepare, recordFile as preparedFile, videosOf } from './prepare/prepare.js'
export { readTakes } from './prepare/takes.js'
export { generatorAt } from './random.js'
export { type Showing, writeSheet } from './sheet.js'
export { seededSplit } from './split.js'
export { readSplit, type Split, splitFile, writeSplit } from './split-file.js'
export { type Spread, type Stats, statsOf } from './stats.js'
