/**
 * A job as a command line of `keyflow transfer`.
 *
 * @since 0.1.0
 */
import { spelt } from '../../io/cli/option.js'
import type { JobOptions } from '../http/shapes.js'
import type { Bounds } from '../settings.js'

/**
 * The files of a job: paths on this machine.
 *
 * @category model
 * @since 0.1.0
 */
export interface JobFiles {
  readonly model: string
  readonly source: string
  readonly driving: string | undefined
  readonly motion: string | undefined
  readonly out: string
}

/**
 * The words after `keyflow`. Every value stands in the word of its option, so that none can be taken for another option.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const transferWords = (
  { model, source, driving, motion, out }: JobFiles,
  { size, fit, format: _, ...flags }: JobOptions,
  bounds: Bounds,
  backend: string | undefined
): ReadonlyArray<string> => [
  'transfer',
  ...[`--model=${model}`, `--source=${source}`, `--out=${out}`],
  ...(driving === undefined ? [] : [`--driving=${driving}`]),
  ...(motion === undefined ? [] : [`--motion=${motion}`]),
  ...(size === undefined ? [] : [`--size=${size.height}x${size.width}`]),
  ...(fit === undefined ? [] : [`--fit=${fit}`]),
  ...(backend === undefined ? [] : [`--backend=${backend}`]),
  ...Object.entries(flags).flatMap(([name, asked]) => {
    if (typeof asked === 'number') return [`--${spelt(name)}=${asked}`]
    return asked === true ? [`--${spelt(name)}`] : []
  }),
  ...(driving === undefined ? [] : [`--max-frames=${bounds.frames}`, `--max-seconds=${bounds.seconds}`]),
  ...[`--max-pixels=${bounds.pixels}`, '--progress=json', '--json']
]
