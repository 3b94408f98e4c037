/**
 * A picture animated with the motion of a film, files at both ends.
 *
 * @since 0.1.0
 */
export { contactSheet } from './contact-sheet.js'
export { batches, fileDrivers, toBytes, toTensor } from './drivers.js'
export { framingOf, type Looked, limitsOf, look, networkSize, normalisationOf } from './plan.js'
export { type Transfer, type Transferred, transfer } from './transfer.js'
