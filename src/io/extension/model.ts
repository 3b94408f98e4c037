/**
 * An extension: what another package adds, as plain data.
 *
 * ```ts
 * export default extension({ name: 'my-package', nodes: { glow }, measures: { sharpness } })
 * ```
 *
 * @since 0.1.0
 */
import type { Catalogue } from '../../graphs/json.js'
import type { Named } from '../../graphs/named.js'
import type { SinkDriver, SourceDriver } from '../animation/driver.js'
import type { DatasetFormat } from '../dataset/format.js'
import type { FrameMeasure } from '../measures/frame-measure.js'

/**
 * Tables of the types that this package's own have. Nothing is registered anywhere: commands lay the tables of the extensions that
 * they are given beside their own.
 *
 * @category model
 * @since 0.1.0
 */
export interface Extension {
  /** How it is called in messages: the name of the package, say. */
  readonly name: string
  /** Kinds of nodes, each under its own kind; sources and sinks among them. */
  readonly nodes?: Catalogue
  /** Graphs that `keyflow graph` takes by name. */
  readonly graphs?: Readonly<Record<string, Named>>
  /** Forms of datasets, for `--data`. */
  readonly datasets?: Readonly<Record<string, DatasetFormat>>
  /** What opens the kinds of sources among `nodes`; those that tick with `frames` may drive a transfer, for `--driving`. */
  readonly sources?: Readonly<Record<string, SourceDriver>>
  /** What opens the kinds of sinks among `nodes`; those with `endings` take films, for `--out`. */
  readonly sinks?: Readonly<Record<string, SinkDriver>>
  /** Measures of frames, for `--measure`. */
  readonly measures?: Readonly<Record<string, FrameMeasure>>
}

/**
 * An extension as it is, its type checked where it is written.
 *
 * @category constructors
 * @since 0.1.0
 */
export const extension = <E extends Extension>(tables: E): E => tables

/**
 * All that is there: the tables of this package with those of extensions.
 *
 * @category model
 * @since 0.1.0
 */
export type Tables = Required<Omit<Extension, 'name'>> & {
  /** Which extension something is from, by the name of its table and its own. */
  readonly from: (table: keyof Omit<Extension, 'name'>, name: string) => string
}
