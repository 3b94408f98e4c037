/**
 * Fast forms as equations between graphs: a rule says that a chain of nodes and another graph are the same function.
 *
 * @since 0.1.0
 */
import type { Primitive } from '../nodes/node.js'
import { join } from '../nodes/spec.js'
import type { Graph } from './graph.js'
import { wiresOf } from './graph.js'
import type { Instruction } from './plan.js'

/**
 * A chain of nodes, each read by the next alone through one wire, and what to compute instead.
 *
 * The graph returned by `to` has the input `x` of the chain's first node, the output `y` of its last, and, where the last
 * reads something else than the chain, that as the input `other`. The weights of its
 * nodes are named by position in the chain: `1.running_mean` is the `running_mean` of the chain's second node; without a position, it is the first's. The
 * chain itself is the portable definition, and a property holds the two equal.
 *
 * @category model
 * @since 0.1.0
 */
export interface Rule {
  readonly name: string
  readonly chain: ReadonlyArray<string>
  readonly to: (chain: ReadonlyArray<Primitive<any, any, any>>) => Graph<any, any> | undefined
}

type Readers = ReadonlyMap<string, ReadonlyArray<Instruction>>

const readersOf = (plan: ReadonlyArray<Instruction>): Readers => {
  const readers = new Map<string, Array<Instruction>>()
  for (const line of plan)
    for (const slot of Object.values(line.reads)) readers.set(slot, [...(readers.get(slot) ?? []), line])
  return readers
}

/** The lines that match a chain of kinds from `first` on, or nothing. */
const follow = (
  first: Instruction,
  kinds: ReadonlyArray<string>,
  readers: Readers,
  kept: ReadonlySet<string>
): ReadonlyArray<Instruction> | undefined => {
  const lines = [first]
  for (const kind of kinds.slice(1)) {
    const made = Object.values(lines.at(-1)!.writes)
    const next = made.length === 1 && !kept.has(made[0]!) ? (readers.get(made[0]!) ?? []) : []
    if (next.length !== 1 || next[0]!.node.kind !== kind) return undefined
    lines.push(next[0]!)
  }
  return lines
}

/** The steps of a replacement as instructions under the path of the chain's last line. */
const splice = (to: Graph<any, any>, lines: ReadonlyArray<Instruction>): ReadonlyArray<Instruction> => {
  const last = lines.at(-1)!
  const results = new Map(wiresOf(to.outputs).map(([p, w]) => [w, last.writes[p]!]))
  const links = new Set(lines.flatMap((l) => Object.values(l.writes)))
  const other = Object.values(last.reads).find((s) => !links.has(s))
  const slot = (wire: string): string =>
    wire === 'in.other' ? other! : wire === 'in.x' ? lines[0]!.reads.x! : (results.get(wire) ?? join(last.path, wire))
  return to.steps.map(({ id, node, wires }) => {
    const made = node as Primitive<any, any, any>
    return {
      path: join(last.path, id),
      node: made,
      weights: Object.fromEntries(
        Object.keys(made.weights).map((name) => {
          const [, position = 0, own = name] = /^(\d+)\.(.*)/.exec(name) ?? []
          return [name, lines[Number(position)]!.weights[own]!]
        })
      ),
      reads: Object.fromEntries(wiresOf(wires).map(([p, w]) => [p, slot(w)])),
      writes: Object.fromEntries(made.outputs.leaves.map((l) => [l.path, slot(join(id, l.path))])),
      drops: []
    }
  })
}

/**
 * Applies rules to a plan, for each line the first rule that fits; what `kept` slots hold is never fused away.
 *
 * @category combinators
 * @since 0.1.0
 */
export const rewrite =
  (rules: ReadonlyArray<Rule>, kept: ReadonlySet<string>) =>
  (plan: ReadonlyArray<Instruction>): ReadonlyArray<Instruction> => {
    const readers = readersOf(plan)
    const replaced = new Map<Instruction, ReadonlyArray<Instruction>>()
    for (const line of plan)
      for (const rule of rules) {
        const lines = line.node.kind === rule.chain[0] ? follow(line, rule.chain, readers, kept) : undefined
        if (lines === undefined || lines.some((l) => replaced.has(l))) continue
        const to = rule.to(lines.map((l) => l.node))
        if (to === undefined) continue
        lines.forEach((l) => replaced.set(l, []))
        replaced.set(lines.at(-1)!, splice(to, lines))
        break
      }
    return plan.flatMap((line) => replaced.get(line) ?? [line])
  }
