/**
 * What every command is called, takes and does, as data; where its body is stands in `table.ts`.
 *
 * @since 0.1.0
 */
import type { Run } from './command.js'
import { animation } from './declared/animation.js'
import { backend } from './declared/common.js'
import { datasets } from './declared/datasets.js'
import { graphs } from './declared/graphs.js'
import { models } from './declared/models.js'
import { scaffolds } from './declared/scaffolds.js'
import { serving } from './declared/serving.js'
import { training } from './declared/training.js'
import { flag, oneOf } from './option.js'

/**
 * The commands, in the order of `keyflow --help`.
 *
 * @category model
 * @since 0.1.0
 */
export const declarations = {
  ...animation,
  ...models,
  ...graphs,
  ...datasets,
  ...training,
  ...scaffolds,
  completion: {
    summary: 'a script that completes commands and options in a shell',
    args: { shell: oneOf(['bash', 'zsh', 'fish'], 'shell that it is for') },
    options: {},
    examples: [
      'keyflow completion bash > ~/.local/share/bash-completion/completions/keyflow',
      'keyflow completion zsh > ~/.zfunc/_keyflow',
      'keyflow completion fish > ~/.config/fish/completions/keyflow.fish'
    ]
  },
  ...serving,
  setup: {
    summary: 'provide native TensorFlow, once per user',
    args: {},
    options: {
      cuda: flag('take the build for NVIDIA processors'),
      cpu: flag('take the build for the processor'),
      force: flag('do every step again'),
      plan: flag('only say what would be fetched and run')
    },
    examples: ['keyflow setup', 'keyflow setup --plan']
  },
  doctor: {
    summary: 'what runs here, how fast, and what would mend what does not',
    args: {},
    options: { backend },
    examples: ['keyflow doctor', 'keyflow doctor --json']
  }
}

/** The body of a declared command. */
export type RunOf<K extends keyof typeof declarations> = Run<
  (typeof declarations)[K]['args'],
  (typeof declarations)[K]['options']
>
