/**
 * Models: weights, configuration and training state in one safetensors file; to and from the original's.
 *
 * @since 0.1.0
 */
export { originalCheckpoint, originalTensors } from './export.js'
export { importCheckpoint, type Keep } from './import.js'
export { checksum, type Model, momentsOf, Origin, readModel, storedOf, valuesOf, writeModel } from './model.js'
export { type Moments, type StoredTensors, type Training as TrainingSection, TrainingMeta } from './training-state.js'
