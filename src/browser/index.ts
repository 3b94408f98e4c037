/**
 * `keyflow/browser`: the library without Node: nodes, graphs, streams, models from bytes, and live transfer in the page.
 *
 * @since 0.1.0
 */
export * from '../client/index.js'
export { compile } from '../graphs/compile.js'
export { toDot, toMermaid, toText } from '../graphs/draw.js'
export { showGraphError } from '../graphs/errors.js'
export { showRunError } from '../graphs/failure.js'
export { fastForms } from '../graphs/fast-forms.js'
export { graph, toNode } from '../graphs/graph.js'
export { fromJson, toJson } from '../graphs/json.js'
export { named } from '../graphs/named.js'
export { initial, run } from '../graphs/run.js'
export { open, stepper } from '../graphs/session.js'
export { transferFrames } from '../graphs/transfer.js'
export { multiple, trainedSize } from '../io/config/purpose.js'
export { type Model, valuesOf } from '../io/model/held.js'
export { type Problem, showProblem } from '../io/problem/problem.js'
export * as safetensors from '../io/safetensors/format.js'
export { catalogue } from '../nodes/catalogue.js'
export { node } from '../nodes/node.js'
export { record, tensor } from '../nodes/spec.js'
export * as tf from '../nodes/tf.js'
export { backends, startEngine, wasmFrom } from '../nodes/tf.js'
export { inFlight } from '../streams/in-flight.js'
export {
  type Live,
  type LiveOptions,
  type LivePrograms,
  live,
  livePrograms,
  liveWeights,
  type Row,
  type Shown,
  type Still
} from '../streams/live.js'
export { play } from '../streams/play.js'
export { stream } from '../streams/stream.js'
export type { PortMaker } from './desk.js'
export { animator, type InPage } from './live.js'
export { partsOf, tensorOf } from './maps.js'
export { fetchModel, parseModel } from './model.js'
export { type Places, placesAt, wasmFiles } from './places.js'
export { apart, here, usual, type WorkerLike } from './ports.js'
