/** `keyflow graph show`: a graph drawn, or written down. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { compile, toDot, toJson, toMermaid, toText } from '../../graphs/index.js'
import type { RunOf } from '../cli/declarations.js'
import { extended } from '../extension/index.js'
import { asked, graphFor, graphProblem, program } from '../run/index.js'

const drawings = { mermaid: toMermaid, dot: toDot, plan: toText }

export const run: RunOf<'graph show'> = ({ name, as = 'mermaid', fast, ...options }) =>
  pipe(
    extended(options.with),
    TE.flatMap((tables) => graphFor(name, () => asked(options), tables)),
    TE.flatMapEither(({ graph, learning }) =>
      as === 'json'
        ? E.right(JSON.stringify(toJson(graph), undefined, 2))
        : pipe(
            fast
              ? program(graph, learning === undefined ? {} : { learning })
              : pipe(
                  compile(graph),
                  E.mapLeft((errors) => graphProblem(name, errors))
                ),
            E.map(drawings[as as keyof typeof drawings])
          )
    ),
    TE.map((text) => ({ json: { name, as, text }, text }))
  )
