/** `keyflow graph show`: a graph drawn, or written down. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { compile } from '../../graphs/compile.js'
import { toDot, toMermaid, toText } from '../../graphs/draw.js'
import { toJson } from '../../graphs/json.js'
import type { RunOf } from '../cli/declarations.js'
import { graphProblem, program } from '../run/compute.js'
import { asked, graphFor } from '../run/graph-source.js'

const drawings = { mermaid: toMermaid, dot: toDot, plan: toText }

export const run: RunOf<'graph show'> = ({ name, as = 'mermaid', fast, ...options }) =>
  pipe(
    graphFor(name, () => asked(options)),
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
