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
import { serving } from './declared/serving.js'
import { training } from './declared/training.js'

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
  ...serving,
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
