/**
 * The programs of a live session as data to be drawn.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { wiresOf } from '../graphs/graph.js'
import { detect, encode, follow, paint } from '../graphs/live.js'
import type { Program } from '../graphs/plan.js'
import type { Problem } from '../io/problem/problem.js'
import { program } from '../io/run/compute.js'
import type { LiveGraph } from './http/shapes.js'
import type { Known } from './models.js'

type Drawn = LiveGraph['programs'][string]

const drawn = ({ plan, entries, sizes, outputs }: Program<any, any>): Drawn => {
  const maker = new Map(plan.flatMap(({ path, writes }) => Object.values(writes).map((slot) => [slot, path] as const)))
  const from = (slots: Iterable<string>): Array<string> => [
    ...new Set([...slots].map((slot) => maker.get(slot) ?? slot))
  ]
  return {
    inputs: entries.map(({ slot }) => slot),
    nodes: plan.map(({ path, node, reads, writes }) => ({
      path,
      kind: node.kind,
      reads: from(Object.values(reads)),
      size: Object.values(writes)
        .map((slot) => sizes[slot] ?? '')
        .join(', ')
    })),
    outputs: from(wiresOf(outputs).map(([, slot]) => slot))
  }
}

/**
 * The programs of a model, compiled as they run: `encode` once for each source, the others with every frame. Paths are those by
 * which times are told.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const liveGraph = ({ params, normalisation, shown }: Known): E.Either<Problem, LiveGraph> => {
  const graphs = {
    detect: detect(params),
    follow: follow(params, normalisation, null),
    encode: encode(params),
    paint: paint(params)
  }
  const programs: Record<string, Drawn> = {}
  for (const [name, graph] of Object.entries(graphs)) {
    const compiled = program<any, any>(graph)
    if (E.isLeft(compiled)) return compiled
    programs[name] = drawn(compiled.right)
  }
  return E.right({ model: shown.name, programs })
}
