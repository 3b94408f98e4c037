/**
 * Failures as values: what went wrong, where, what was expected, and the exit code.
 *
 * @since 0.1.0
 */
export { brief } from '../../nodes/object.js'
export { type Complaint, complaint, gather } from './complaint.js'
export { exitCode, type Problem, showProblem } from './problem.js'
