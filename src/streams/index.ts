/**
 * Streams: programs as operators, sources and sinks from first to last frame, live animation.
 *
 * @since 0.1.0
 */

export { batch, unbatch } from './batch.js'
export { cached, contentKey } from './cached.js'
export { after, aligned, type Course, fresh, recalibrated } from './course.js'
export { inFlight, type Policy } from './in-flight.js'
export { branch, withNewest } from './join.js'
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
export { mapMany, type Outcome } from './many.js'
export { newest } from './newest.js'
export { type Drivers, type Played, type PlayOptions, play, type Receiver, type Tick } from './play.js'
export { stream } from './stream.js'
