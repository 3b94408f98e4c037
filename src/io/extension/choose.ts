/**
 * What a path or a name of the command line means, among all that there is.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { rather } from '../../graphs/params/nearest.js'
import { faults } from '../../nodes/faults.js'
import { writeFilm } from '../../nodes/media.js'
import type { Kind, Sink, Source } from '../../nodes/node.js'
import { brief } from '../../nodes/object.js'
import type * as tf from '../../nodes/tf.js'
import type { DatasetFormat } from '../dataset/format.js'
import type { FrameMeasures } from '../measures/frame-measure.js'
import { type Fit, type Shape, writtenEndings } from '../media/index.js'
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

type Refuse = (expected: string, actual: string) => E.Either<Problem, never>

const refusing =
  (at: string): Refuse =>
  (expected, actual) =>
    E.left({ _tag: 'Usage', at, expected, actual })

/** The node of a kind that is made with those of the settings that its codec takes; `known` says which there are. */
const madeWith = <N>(
  kind: Kind<unknown, N>,
  settings: Readonly<Record<string, unknown>>,
  known: string,
  refuse: Refuse
): E.Either<Problem, N> => {
  if (typeof kind !== 'function') return refuse('a kind with settings { path }', 'a node without settings')
  const decoded = kind.codec.decode(settings)
  return E.isRight(decoded)
    ? E.right(kind(decoded.right))
    : refuse(`no settings but ${known}`, brief(faults(decoded.left)[0]?.path.join('.')))
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
  const refuse = refusing(`sink ${found.name}`)
  const kind = nodes[found.name] as Kind<unknown, FilmSink>
  return pipe(
    madeWith(kind, { ...settings, path: found.path }, 'path, timing and audio', refuse),
    E.flatMap((sink) => {
      const [leaf, ...others] = sink.inputs.leaves
      return leaf?.path === 'frames' && others.length === 0
        ? E.right(sink)
        : refuse('the input frames alone', sink.inputs.leaves.map((l) => l.path).join(', ') || 'none')
    })
  )
}

/**
 * A source of the frames of a film: `frames` [T, H, W, 3], from 0 to 1, in ticks.
 *
 * @since 0.1.0
 */
export type FilmSource = Source<{ readonly frames: tf.Tensor4D }>

/**
 * The source of an extension that a film comes from: one that takes the ending of the path, or that it names as `KIND:target`;
 * nothing where the path is for this package to read. It is made with the settings, of which its codec takes what it wants, and
 * must tick with `frames` [T, H, W, 3] of the height and width in pixels that are asked for; `batch` is how many a tick would best hold.
 *
 * Fails with `Usage` where the source gives something else, or asks for more settings.
 *
 * @category constructors
 * @since 0.1.0
 */
export const sourceFor = (
  { sources, nodes }: Tables,
  settings: Shape & { readonly path: string; readonly fit: Fit; readonly batch: number }
): E.Either<Problem, FilmSource | undefined> => {
  const found = taking(sources, settings.path)
  if (found === undefined) return E.right(undefined)
  const { height, width } = settings
  const refuse = refusing(`source ${found.name}`)
  const kind = nodes[found.name] as Kind<unknown, FilmSource>
  return pipe(
    madeWith(kind, { ...settings, path: found.path }, 'path, height, width, fit and batch', refuse),
    E.flatMap(({ pace, outputs, ...source }) => {
      const [leaf, ...others] = outputs.leaves
      const [, ...shape] = leaf?.dims ?? []
      const fits = leaf?.path === 'frames' && others.length === 0 && shape.join(' ') === `${height} ${width} 3`
      const given = outputs.leaves.map(({ path, dims }) => `${path} [${dims.join(' ')}]`).join(', ')
      return fits && pace === 'ticking'
        ? E.right({ ...source, pace, outputs })
        : refuse(`a source that ticks with frames [T ${height} ${width} 3]`, `${pace}, ${given || 'nothing'}`)
    })
  )
}

/**
 * What films in a folder are written as: `frames`, or an ending without its dot, one of ours or of the sink of an extension.
 *
 * Fails with `Usage` where it is none of these, nor of `others`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const formatFor = (
  { sinks }: Tables,
  asked: string,
  others: ReadonlyArray<string> = []
): E.Either<Problem, string> => {
  const endings = [...writtenEndings, ...Object.values(sinks).flatMap((sink) => sink.endings ?? [])]
  const known = [...endings.map((ending) => ending.slice(1)), 'frames', ...others]
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
  return E.left({ _tag: 'Usage', at: '--measure', expected: rather(strange, known), actual: strange })
}
