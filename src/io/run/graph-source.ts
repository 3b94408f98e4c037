/**
 * Graphs by name or from a file.
 *
 * @since 0.1.0
 */
import { readFile } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Graph } from '../../graphs/graph.js'
import { fromJson } from '../../graphs/json.js'
import type { Learning } from '../../graphs/learning.js'
import { type Named, named, type Purpose } from '../../graphs/named.js'
import { nearest } from '../../graphs/params/nearest.js'
import { catalogue } from '../../nodes/catalogue.js'
import { type Config, readConfig } from '../config/config.js'
import { purposeOf } from '../config/purpose.js'
import { fileTrouble } from '../files/file-trouble.js'
import { readModel } from '../model/model.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'

/**
 * The configuration that a graph is made for: a model's, or a file's.
 *
 * Fails with `Usage` where neither is named, else as `readModel` or `readConfig`, with `FileTrouble`, `BadData` or
 * `BadConfig`.
 *
 * @since 0.1.0
 */
export const configOf = (model: string | undefined, config: string | undefined): TE.TaskEither<Problem, Config> =>
  config !== undefined
    ? readConfig(config)
    : model !== undefined
      ? pipe(
          readModel(model),
          TE.map((m) => m.config)
        )
      : TE.left({
          _tag: 'Usage',
          at: '--model',
          expected: 'a model, or --config with a configuration',
          actual: 'neither'
        })

/** A graph that was written down as JSON. */
const written = (path: string): TE.TaskEither<Problem, Graph<any, any>> =>
  pipe(
    TE.tryCatch(() => readFile(path, 'utf8'), fileTrouble(path, 'read')),
    TE.flatMapEither((text) =>
      E.tryCatch(
        () => JSON.parse(text) as unknown,
        (cause): Problem => complaint(path)('document', 'JSON', String(cause))
      )
    ),
    TE.flatMapEither((u) =>
      pipe(
        fromJson(catalogue, u),
        E.mapLeft(
          (errors): Problem => ({
            _tag: 'Problems',
            all: errors.map(({ at, expected, actual }) => complaint(path)(at, expected, actual))
          })
        )
      )
    )
  )

/**
 * A named graph, or a `Usage` that lists the names.
 *
 * @since 0.1.0
 */
export const byName = (name: string): E.Either<Problem, Named> => {
  const found = Object.hasOwn(named, name) ? named[name] : undefined
  const names = Object.keys(named)
  const meant = nearest(name, names)
  return found !== undefined
    ? E.right(found)
    : E.left({
        _tag: 'Usage',
        at: 'graph',
        expected: `one of ${names.join(', ')}, or a JSON file`,
        actual: `${name}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`
      })
}

/** A written graph with the inputs of a motion is given them by the names that the named graphs have. */
const aliasesOf = ({ inputs }: Graph<any, any>): Named['aliases'] =>
  inputs.leaves.some(({ path }) => path.startsWith('from.')) ? named.motion!.aliases : {}

/**
 * A graph with the names that users give its inputs.
 *
 * @since 0.1.0
 */
export interface Asked {
  readonly graph: Graph<any, any>
  readonly aliases: Named['aliases']
  readonly learning?: Learning
}

/**
 * A graph for a purpose, by its name or its file; a file needs no purpose.
 *
 * Fails with `Usage` for a name that no graph has, `FileTrouble` or `BadData` for a file that cannot be read or holds no
 * graph, else as `purpose`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const graphFor = (
  name: string,
  purpose: () => TE.TaskEither<Problem, Purpose>
): TE.TaskEither<Problem, Asked> =>
  name.endsWith('.json')
    ? pipe(
        written(name),
        TE.map((graph) => ({ graph, aliases: aliasesOf(graph) }))
      )
    : pipe(
        TE.fromEither(byName(name)),
        TE.bindTo('entry'),
        TE.bind('purpose', purpose),
        TE.map(({ entry, purpose: p }) => ({
          graph: entry.build(p),
          aliases: entry.aliases,
          ...(entry.learning === undefined ? {} : { learning: entry.learning(p) })
        }))
      )

/**
 * The purpose that options name.
 *
 * Fails with `Usage` where neither model nor configuration is named or an option of `set` is wrong, else as `readModel` or
 * `readConfig`, with `FileTrouble`, `BadData` or `BadConfig`.
 *
 * @since 0.1.0
 */
export const asked = ({
  model,
  config,
  set
}: {
  readonly model: string | undefined
  readonly config: string | undefined
  readonly set: Readonly<Record<string, boolean | number | string>>
}) =>
  pipe(
    configOf(model, config),
    TE.flatMapEither((c) => purposeOf(c, set))
  )
