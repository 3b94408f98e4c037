/**
 * Graphs by name or from a file.
 *
 * @since 0.1.0
 */
import { readFile } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { explain } from '../../graphs/explain.js'
import type { Graph } from '../../graphs/graph.js'
import type { JsonError } from '../../graphs/json.js'
import type { Learning } from '../../graphs/learning.js'
import { type Named, named, type Purpose } from '../../graphs/named.js'
import { rather } from '../../graphs/params/nearest.js'
import { catalogue } from '../../nodes/catalogue.js'
import { brief, isObject } from '../../nodes/object.js'
import { type Config, readConfig } from '../config/config.js'
import { purposeOf } from '../config/purpose.js'
import { graphIn } from '../extension/graph-in.js'
import { isModulePath, loadModule } from '../extension/load.js'
import type { Tables } from '../extension/model.js'
import { fileTrouble } from '../files/file-trouble.js'
import { jsonPlace } from '../files/json-place.js'
import { readModel } from '../model/model.js'
import { complaint, gather } from '../problem/complaint.js'
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

/** Whether JSON is an object, as every graph is. */
const object = (path: string, u: unknown): E.Either<Problem, unknown> =>
  isObject(u)
    ? E.right(u)
    : E.left(
        complaint(path)(
          'document',
          'a graph: an object with name, inputs, steps, outputs and taps, as keyflow graph show NAME --as json writes it',
          brief(u)
        )
      )

/** A graph that was written down as JSON, or every mistake of it. */
const written = (path: string, nodes: Tables['nodes']): TE.TaskEither<Problem, Graph<any, any>> =>
  pipe(
    TE.tryCatch(() => readFile(path, 'utf8'), fileTrouble(path, 'read')),
    TE.flatMapEither((text) =>
      E.tryCatch(
        () => JSON.parse(text) as unknown,
        (cause): Problem => {
          const { line, column } = jsonPlace(text)
          const [said = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
          return complaint(path)(`line ${line}, column ${column}`, 'JSON', said)
        }
      )
    ),
    TE.flatMapEither((u) => object(path, u)),
    TE.flatMapEither((u) =>
      E.mapLeft(([first, ...rest]: NonEmptyArray<JsonError>) => {
        const [one, ...more] = [first, ...rest].map(({ at, expected, actual }) => complaint(path)(at, expected, actual))
        return gather(one!, more)
      })(explain(nodes, u))
    )
  )

/**
 * A named graph, or a `Usage` that lists the names.
 *
 * @since 0.1.0
 */
export const byName = (name: string, graphs: Tables['graphs'] = named): E.Either<Problem, Named> => {
  const found = Object.hasOwn(graphs, name) ? graphs[name] : undefined
  const names = Object.keys(graphs)
  return found !== undefined
    ? E.right(found)
    : E.left({
        _tag: 'Usage',
        at: 'graph',
        expected: `${rather(name, names)}, or a file (.json, .ts, .mts, .js, .mjs)`,
        actual: name
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

/** A graph as it is, with the names that users give its inputs. */
const plain = (graph: Graph<any, any>): Asked => ({ graph, aliases: aliasesOf(graph) })

/** What a graph is made with: a file may hold something that throws. */
const built = (name: string, { build, aliases, learning }: Named, purpose: Purpose): E.Either<Problem, Asked> =>
  E.tryCatch(
    () => {
      const graph = build(purpose)
      return {
        ...plain(graph),
        aliases: { ...aliasesOf(graph), ...aliases },
        ...(learning && { learning: learning(purpose) })
      }
    },
    (cause): Problem => ({ _tag: 'Failed', at: name, cause: cause instanceof Error ? cause.message : String(cause) })
  )

/** A graph that a module exports, which may need a purpose to be made for. */
const offered = (path: string): TE.TaskEither<Problem, Graph<any, any> | Named> =>
  pipe(
    loadModule(path),
    TE.flatMapEither((exports) => graphIn(path, exports))
  )

/**
 * A graph for a purpose, by its name or its file; one that is plain data, or is built from nothing, needs no purpose.
 *
 * Fails with `Usage` for a name that no graph has, `FileTrouble` or `BadData` for a file that cannot be read or holds no
 * graph, else as `purpose`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const graphFor = (
  name: string,
  purpose: () => TE.TaskEither<Problem, Purpose>,
  { nodes, graphs }: Pick<Tables, 'nodes' | 'graphs'> = { nodes: catalogue, graphs: named }
): TE.TaskEither<Problem, Asked> =>
  name.endsWith('.json')
    ? pipe(written(name, nodes), TE.map(plain))
    : pipe(
        isModulePath(name) ? offered(name) : TE.fromEither(byName(name, graphs)),
        TE.flatMap((found) =>
          'build' in found
            ? pipe(
                found.build.length === 0 ? TE.right(undefined as never) : purpose(),
                TE.flatMapEither((p) => built(name, found, p))
              )
            : TE.right(plain(found))
        )
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
