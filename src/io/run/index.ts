/**
 * Programs run at the edge: the engine, graphs by name, play with files, interruption, profiles, the state of a machine.
 *
 * @since 0.1.0
 */

export { attempt, drain, engine, graphProblem, problemFrom, program, remedy } from './compute.js'
export { type Diagnosis, diagnose, type Probes, showDiagnosis, vectorInstructions } from './doctor.js'
export { type Asked, asked, byName, configOf as purposeConfigOf, graphFor } from './graph-source.js'
export { holding } from './holding.js'
export { interruptible } from './interruptible.js'
export { complete, type Played, type Playing, played } from './played.js'
export { type Profiler, profiler } from './profile.js'
export { type Restarts, restarts } from './restarts.js'
export { version } from './version.js'
