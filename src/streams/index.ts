/**
 * Streams: programs as operators, sources and sinks from first to last frame, live animation.
 *
 * @since 0.1.0
 */
export { after, aligned, type Course, fresh, recalibrated } from './course.js'
export { inFlight, type Policy } from './in-flight.js'
export {
  type Live,
  type LiveOptions,
  type LivePrograms,
  live,
  livePrograms,
  liveWeights,
  type Manner,
  type Motion,
  type Pose,
  type Row,
  type Shown,
  type Still
} from './live.js'
export {
  batch,
  branch,
  cached,
  contentKey,
  mapMany,
  type Outcome,
  unbatch,
  withNewest
} from './operators.js'
export { type Drivers, type Played, type PlayOptions, play, type Receiver, type Tick } from './play.js'
export { stream } from './stream.js'
