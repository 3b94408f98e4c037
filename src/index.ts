/**
 * Motion transfer as typed dataflow: what a pipeline of one's own is made from.
 *
 * The whole of each room is in `keyflow/nodes`, `keyflow/graphs`, `keyflow/streams` and `keyflow/io`.
 *
 * @since 0.1.0
 */

// A graph of it, judged and run
export {
  compile,
  Failure,
  fastForms,
  type Graph,
  type GraphError,
  graph,
  initial,
  named,
  open,
  type Program,
  run,
  type Session,
  showGraphError,
  toMermaid,
  toNode,
  type Wire,
  type Wires
} from './graphs/index.js'
// Models, files, failures; what another package adds
// A whole pipeline in one call
export {
  type Animated,
  type Extension,
  extension,
  type Model,
  openClip,
  openWriter,
  type Picture,
  type Pictures,
  type PipelineOptions,
  type Pipelines,
  type Poses,
  type Problem,
  ProblemError,
  pipeline,
  type Ready,
  readModel,
  showProblem,
  transfer,
  valuesOf,
  version,
  type Way,
  writeModel
} from './io/index.js'
// A node of one's own
export {
  body,
  catalogue,
  define,
  type Kind,
  node,
  type Primitive,
  record,
  Spec,
  type TensorOf,
  tensor,
  tf,
  type Values
} from './nodes/index.js'
// A stream of that
export { type Live, live, play, stream } from './streams/index.js'
