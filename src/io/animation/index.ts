/**
 * A picture animated with the motion of a film, files at both ends.
 *
 * @since 0.1.0
 */
export { contactSheet } from './contact-sheet.js'
export type { DriverTables, SinkDriver, SourceDriver, Timing } from './driver.js'
export { fileDrivers } from './drivers.js'
export { type Driving, drivingOf } from './driving.js'
export { type FilmOpener, filmsInto } from './films-into.js'
export { framingOf, type Looked, limitsOf, look, networkSize, normalisationOf } from './plan.js'
export { detectorOf, writeTemplate } from './template.js'
export { toBytes, toTensor } from './ticks.js'
export { type Transfer, type Transferred, transfer } from './transfer.js'
