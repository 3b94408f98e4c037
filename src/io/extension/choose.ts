/**
 * What a path or a name of the command line means, among all that there is.
 *
 * @since 0.1.0
 */

import * as E from 'fp-ts/lib/Either.js'
import { nearest, rather } from '../../graphs/params/nearest.js'
import { writeFilm } from '../../nodes/media.js'
import type { Kind, Sink } from '../../nodes/node.js'
import { brief } from '../../nodes/object.js'
import type * as tf from '../../nodes/tf.js'
import type { DatasetFormat } from '../dataset/format.js'
import type { FrameMeasures } from '../measures/frame-measure.js'
import { writtenEndings } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import type { Tables } from './model.js'

/** The entry of a table that takes a path, by its prefix `NAME:` or its ending, and the path without that prefix. */
const taking = <A extends { readonly endings?: ReadonlyArray<string> }>(
  table: Readonly<Record<string, A>>,
  path: string
): { readonly name: string; readonly entry: A; readonly path: string } | undefined => {
  const [, prefix = '', rest = ''] = /^([^:/\\]+):(.*)$/s.exec(path) ?? []
  if (Object.hasOwn(table, prefix)) return { name: prefix, entry: table[prefix]!, path: rest }
  const found = Object.entries(table).find(([, { endings = [] }]) =>
    endings.some((end) => path.toLowerCase().endsWith(end))
  )
  return found && { name: found[0], entry: found[1], path }
}

/** What a film that is written is asked for with: the settings of `writeFilm`. */
type Writing = Parameters<typeof writeFilm>[0]

/**
 * A sink of the frames of a film: `frames` [T, H, W, 3], from 0 to 1.
 *
 * @since 0.1.0
 */
export type FilmSink = Sink<{ readonly frames: tf.Tensor4D }>

/**
 * The sink that a film goes to: one of an extension that takes the ending of the path, or that it names as `KIND:target`; else
 * `writeFilm`. Sinks of extensions are given the same settings, and must take `frames` [T, H, W, 3].
 *
 * Fails with `Usage` where the sink of an extension takes something else than a film, or asks for more settings.
 *
 * @category constructors
 * @since 0.1.0
 */
export const sinkFor = ({ sinks, nodes }: Tables, settings: Writing): E.Either<Problem, FilmSink> => {
  const found = taking(sinks, settings.path)
  if (found === undefined) return E.right(writeFilm(settings))
  const kind = nodes[found.name] as Kind<unknown, FilmSink>
  const refuse = (expected: string, actual: string): E.Either<Problem, never> =>
    E.left({ _tag: 'Usage', at: `sink ${found.name}`, expected, actual })
  if (typeof kind !== 'function') return refuse('a kind with settings { path }', 'a node without settings')
  const decoded = kind.codec.decode({ ...settings, path: found.path })
  if (E.isLeft(decoded))
    return refuse('no settings but path, timing and audio', brief(decoded.left[0]?.context.at(-1)?.key))
  const sink = kind(decoded.right)
  const [leaf, ...others] = sink.inputs.leaves
  return leaf?.path === 'frames' && others.length === 0
    ? E.right(sink)
    : refuse('the input frames alone', sink.inputs.leaves.map((l) => l.path).join(', ') || 'none')
}

/**
 * What films in a folder are written as: `frames`, or an ending without its dot, one of ours or of the sink of an extension.
 *
 * Fails with `Usage` where it is none of these.
 *
 * @category constructors
 * @since 0.1.0
 */
export const formatFor = ({ sinks }: Tables, asked: string): E.Either<Problem, string> => {
  const endings = [...writtenEndings, ...Object.values(sinks).flatMap((sink) => sink.endings ?? [])]
  const known = [...endings.map((ending) => ending.slice(1)), 'frames']
  return known.includes(asked)
    ? E.right(asked)
    : E.left({ _tag: 'Usage', at: '--format', expected: rather(asked, known), actual: asked })
}

/**
 * What reads a dataset, and the path that it reads: a form of an extension that takes the ending, or that is named as `NAME:path`;
 * else a folder.
 *
 * @category constructors
 * @since 0.1.0
 */
export const datasetFor = (
  { datasets }: Tables,
  path: string
): { readonly format: DatasetFormat; readonly folder: string } => {
  const found = taking(datasets, path)
  return { format: found?.entry ?? datasets['folder']!, folder: found?.path ?? path }
}

/**
 * Measures by name.
 *
 * Fails with `Usage` where one is not known.
 *
 * @category constructors
 * @since 0.1.0
 */
export const measuresFor = ({ measures }: Tables, asked: ReadonlyArray<string>): E.Either<Problem, FrameMeasures> => {
  const known = Object.keys(measures)
  const strange = asked.find((name) => !known.includes(name))
  if (strange === undefined) return E.right(Object.fromEntries(asked.map((name) => [name, measures[name]!])))
  const meant = nearest(strange, known)
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
  return E.left({ _tag: 'Usage', at: '--measure', expected: `one of ${known.join(', ')}`, actual: `${strange}${hint}` })
}
