/**
 * The tables of this package with those of extensions.
 *
 * @since 0.1.0
 */
import { readFile } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { named } from '../../graphs/named.js'
import { catalogue } from '../../nodes/catalogue.js'
import { brief } from '../../nodes/object.js'
import { datasetFormats } from '../dataset/format.js'
import { frameMeasures } from '../measures/frame-measure.js'
import { writtenEndings } from '../media/index.js'
import { complaint, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { judge } from './judge.js'
import { loadModule } from './load.js'
import type { Extension, Tables } from './model.js'

type Field = keyof Omit<Extension, 'name'>

/**
 * What this package has, as an extension. Its sources and sinks are opened by `fileDrivers`.
 *
 * @category model
 * @since 0.1.0
 */
export const ownTables: Extension = {
  name: 'keyflow',
  nodes: catalogue,
  graphs: named,
  datasets: datasetFormats,
  measures: frameMeasures
}

/** What an entry of each table is called in a message. */
const words: Readonly<Record<Field, string>> = {
  nodes: 'a node',
  graphs: 'a graph',
  datasets: 'a form of dataset',
  sources: 'a source',
  sinks: 'a sink',
  measures: 'a measure'
}

const fields = Object.keys(words) as ReadonlyArray<Field>

/** An extension, and what it was asked for as. */
interface Origin {
  readonly module: string
  readonly tables: Extension
}

interface Entry {
  readonly name: string
  readonly from: string
}

/** Things of one name, and where they are from. */
const twice = (what: string, all: ReadonlyArray<Entry>): ReadonlyArray<Problem> =>
  all.flatMap(({ name, from }, i) => {
    const other = all.slice(0, i).find((one) => one.name === name)
    const expected = `${what} that ${other?.from} has not`
    return other === undefined ? [] : [{ _tag: 'Usage', at: `--with ${from}`, expected, actual: name }]
  })

/** Endings of paths and who takes them. */
const endings = (field: 'datasets' | 'sinks' | 'sources', origins: ReadonlyArray<Origin>): ReadonlyArray<Entry> =>
  origins.flatMap(({ module: from, tables: { [field]: table = {} } }) =>
    Object.values<{ readonly endings?: ReadonlyArray<string> }>(table).flatMap((one) =>
      (one.endings ?? []).map((name) => ({ name, from }))
    )
  )

/** What two of several extensions have both, or two of them and this package. */
const clashes = (origins: ReadonlyArray<Origin>): ReadonlyArray<Problem> => {
  const all: ReadonlyArray<Origin> = [{ module: ownTables.name, tables: ownTables }, ...origins]
  const names = twice(
    'a name',
    all.map(({ module: from, tables: { name } }) => ({ name, from }))
  )
  const films = writtenEndings.map((name) => ({ name, from: ownTables.name }))
  return names.length > 0
    ? names
    : [
        ...fields.flatMap((field) =>
          twice(
            words[field],
            all.flatMap(({ module: from, tables }) => Object.keys(tables[field] ?? {}).map((name) => ({ name, from })))
          )
        ),
        ...twice('an ending of films', [...films, ...endings('sinks', origins)]),
        ...twice('an ending of datasets', endings('datasets', origins)),
        ...twice('an ending of films to read', [...films, ...endings('sources', origins)])
      ]
}

/**
 * The tables of this package and of some extensions as one, or every name that two of them have, with both. `modules` are what the
 * extensions were asked for as; their names unless given.
 *
 * Fails with a `Usage` for each such name (`Problems` where there are several).
 *
 * @category constructors
 * @since 0.1.0
 */
export const tablesOf = (
  extensions: ReadonlyArray<Extension>,
  modules: ReadonlyArray<string> = extensions.map(({ name }) => name)
): E.Either<Problem, Tables> => {
  const [first, ...rest] = clashes(extensions.map((tables, i) => ({ module: modules[i] ?? tables.name, tables })))
  if (first !== undefined) return E.left(gather(first, rest))
  const all = [ownTables, ...extensions]
  const merged = Object.fromEntries(fields.map((field) => [field, Object.assign({}, ...all.map((e) => e[field]))]))
  const from: Tables['from'] = (field, name) =>
    all.find((e) => Object.hasOwn(e[field] ?? {}, name))?.name ?? ownTables.name
  return E.right({ ...merged, from } as unknown as Tables)
}

/** The extensions that the package.json of the working directory lists under `keyflow.with`. */
const listed: TE.TaskEither<Problem, ReadonlyArray<string>> = pipe(
  TE.fromTask(() => readFile('package.json', 'utf8').catch(() => undefined)),
  TE.flatMapEither((text) => {
    if (text === undefined) return E.right([])
    const bad = complaint('package.json')
    return pipe(
      E.tryCatch(
        () => (JSON.parse(text) as Readonly<Record<string, any>> | null)?.['keyflow']?.with as unknown,
        (cause) => bad('document', 'JSON', String(cause))
      ),
      E.flatMap((modules) =>
        modules === undefined
          ? E.right([])
          : Array.isArray(modules) && modules.every((m) => typeof m === 'string')
            ? E.right(modules as ReadonlyArray<string>)
            : E.left(bad('keyflow.with', 'a list of modules', brief(modules)))
      )
    )
  })
)

const readExtension = (asked: string): TE.TaskEither<Problem, Extension> =>
  pipe(
    loadModule(asked),
    TE.flatMapEither((exports) => judge(asked, exports['default']))
  )

/**
 * The tables of a command: this package's, those of the extensions that the package.json of the working directory lists, and of
 * those that are asked for. An extension that is asked for twice is taken once.
 *
 * Fails with `FileTrouble` or `BadData` where a module cannot be loaded or exports no extension, `Usage` where two have something of
 * one name.
 *
 * @category files
 * @since 0.1.0
 */
export const extended = (asked: ReadonlyArray<string>): TE.TaskEither<Problem, Tables> =>
  pipe(
    listed,
    TE.map((found) => [...new Set([...found, ...asked])]),
    TE.bindTo('modules'),
    TE.bind('extensions', ({ modules }) => TE.traverseSeqArray(readExtension)(modules)),
    TE.flatMapEither(({ modules, extensions }) => {
      const once = new Map(extensions.map((one, i) => [one, modules[i]!] as const))
      return tablesOf([...once.keys()], [...once.values()])
    })
  )
