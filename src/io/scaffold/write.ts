/**
 * The files of something new, written beside each other.
 *
 * @since 0.1.0
 */
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomic } from '../files/atomic.js'
import { fileTrouble } from '../files/file-trouble.js'
import type { Problem } from '../problem/problem.js'
import * as graphs from './graph.js'
import { namesOf } from './names.js'
import * as nodes from './node.js'
import * as pipelines from './pipeline.js'

/**
 * What can be begun.
 *
 * @since 0.1.0
 */
export type Begun = 'node' | 'graph' | 'pipeline'

/**
 * What to begin, under which name, where.
 *
 * @since 0.1.0
 */
export interface Scaffold {
  readonly kind: Begun
  /** Words with hyphens between them: `edge-glow`. */
  readonly name: string
  readonly folder: string
  /** Files that are there are written over. */
  readonly force: boolean
}

const templates = {
  node: { main: nodes.node, laws: nodes.laws, test: nodes.test },
  graph: { main: graphs.graph, laws: graphs.laws, test: graphs.test },
  pipeline: { main: pipelines.pipeline, laws: pipelines.laws, test: pipelines.test }
}

const absent =
  (path: string): TE.TaskEither<Problem, void> =>
  async () =>
    access(path).then(
      () => ({
        _tag: 'Left',
        left: { _tag: 'Usage', at: path, expected: 'no such file (or --force)', actual: 'a file' }
      }),
      () => ({ _tag: 'Right', right: undefined })
    )

/**
 * Writes `NAME.ts`, `NAME.laws.ts` and `NAME.test.ts` for vitest and fast-check, and gives their paths. Nothing is written where one
 * of them is there already, unless `force`.
 *
 * Fails with `Usage` where the name is none or a file is there, `FileTrouble` where nothing can be written.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const scaffold = ({ kind, name, folder, force }: Scaffold): TE.TaskEither<Problem, ReadonlyArray<string>> =>
  pipe(
    TE.fromEither(namesOf(name)),
    TE.map((names) => {
      const { main, laws, test } = templates[kind]
      return [
        [join(folder, `${name}.ts`), main(names)],
        [join(folder, `${name}.laws.ts`), laws(names)],
        [join(folder, `${name}.test.ts`), test(names)]
      ] as const
    }),
    TE.tap((files) =>
      TE.traverseSeqArray(([path]: readonly [string, string]) => (force ? TE.right(undefined) : absent(path)))(files)
    ),
    TE.tap(() => TE.tryCatch(() => mkdir(folder, { recursive: true }), fileTrouble(folder, 'make'))),
    TE.tap(TE.traverseSeqArray(([path, text]) => writeAtomic(path, Buffer.from(text)))),
    TE.map((files) => files.map(([path]) => path))
  )
