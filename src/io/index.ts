/**
 * The edge: media, models, checkpoints, configurations, datasets, training, measures. Every failure is a `Problem`.
 *
 * @since 0.1.0
 */
export * from './animation/index.js'
export * from './checkpoint/index.js'
export type { Progress, Report, Terminal } from './cli/command.js'
export * from './config/index.js'
export * from './dataset/index.js'
export * from './extension/index.js'
export * from './files/index.js'
export * from './measures/index.js'
export * from './media/index.js'
export * from './model/index.js'
export {
  type Animated,
  type Picture,
  type Pictures,
  type PipelineOptions,
  type Pipelines,
  type Poses,
  ProblemError,
  pipeline,
  type Ready,
  type Seen as SeenPoints,
  type Way
} from './pipeline.js'
export * from './problem/index.js'
export * from './run/index.js'
export * from './safetensors/index.js'
export * from './scaffold/index.js'
export * from './synth/index.js'
export * from './training/index.js'
