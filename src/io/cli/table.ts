/**
 * Every command of `keyflow`: its declaration, and where its body is loaded from when it is asked for.
 *
 * @since 0.1.0
 */
import type { Command } from './command.js'
import { declarations, type RunOf } from './declarations.js'

const bodies: { readonly [K in keyof typeof declarations]: () => Promise<{ readonly run: RunOf<K> }> } = {
  demo: () => import('../commands/demo.js'),
  transfer: () => import('../commands/transfer.js'),
  detect: () => import('../commands/detect.js'),
  reconstruct: () => import('../commands/reconstruct.js'),
  evaluate: () => import('../commands/evaluate.js'),
  import: () => import('../commands/import.js'),
  export: () => import('../commands/export.js'),
  inspect: () => import('../commands/inspect.js'),
  'graph list': () => import('../commands/graph-list.js'),
  'graph nodes': () => import('../commands/graph-nodes.js'),
  'graph show': () => import('../commands/graph-show.js'),
  'graph check': () => import('../commands/graph-check.js'),
  'graph run': () => import('../commands/graph-run.js'),
  'dataset check': () => import('../commands/dataset-check.js'),
  'dataset prepare': () => import('../commands/dataset-prepare.js'),
  'dataset split': () => import('../commands/dataset-split.js'),
  'dataset show': () => import('../commands/dataset-show.js'),
  'dataset stats': () => import('../commands/dataset-stats.js'),
  train: () => import('../commands/train.js'),
  'dataset synth': () => import('../commands/dataset-synth.js'),
  ablate: () => import('../commands/ablate.js'),
  'train-predictor': () => import('../commands/train-predictor.js'),
  predict: () => import('../commands/predict.js'),
  'new node': () => import('../commands/new.js').then(({ node: run }) => ({ run })),
  'new graph': () => import('../commands/new.js').then(({ graph: run }) => ({ run })),
  'new pipeline': () => import('../commands/new.js').then(({ pipeline: run }) => ({ run })),
  completion: () => import('../commands/completion.js'),
  serve: () => import('../commands/serve.js'),
  studio: () => import('../commands/studio.js'),
  setup: () => import('../commands/setup.js'),
  doctor: () => import('../commands/doctor.js')
}

/**
 * The commands, in the order of `keyflow --help`.
 *
 * @category model
 * @since 0.1.0
 */
export const commands: ReadonlyArray<Command> = Object.entries(declarations).map(([name, declared]) => ({
  ...declared,
  name,
  load: bodies[name as keyof typeof declarations] as Command['load']
}))
