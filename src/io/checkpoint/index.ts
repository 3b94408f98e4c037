/**
 * Checkpoints of PyTorch, read by an allow-list and written.
 *
 * @since 0.1.0
 */
export {
  type CheckpointDict,
  type CheckpointValue,
  isDict,
  isTensor,
  parseCheckpoint,
  readCheckpoint,
  tensorsIn
} from './checkpoint.js'
export type { Key, Py } from './pickle-value.js'
export type { Era } from './pickle-writer.js'
export { pyDict, type Shelved, shelved, writeCheckpoint } from './write-checkpoint.js'
