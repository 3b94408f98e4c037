/**
 * Lines that compute the same thing from the same slots and weights: one of them is enough.
 *
 * @since 0.1.0
 */
import type { Instruction } from './plan.js'

/**
 * The plan with everything computed once, however many steps ask for it; `kept` slots stay.
 *
 * Nodes are pure: the same kind with the same settings, weights and inputs gives the same outputs. What a node hands on
 * as it is, is read where it comes from.
 *
 * @category combinators
 * @since 0.1.0
 */
export const onceEach = (plan: ReadonlyArray<Instruction>, kept: ReadonlySet<string>): ReadonlyArray<Instruction> => {
  const first = new Map<string, Instruction>()
  const same = new Map<string, string>()
  const moved = ([path, slot]: readonly [string, string]) => [path, same.get(slot) ?? slot] as const
  return plan.flatMap((line) => {
    const here = { ...line, reads: Object.fromEntries(Object.entries(line.reads).map(moved)) }
    if (Object.values(line.writes).some((slot) => kept.has(slot))) return [here]
    const { node, weights, reads, writes } = here
    const passes = node.same ?? {}
    if (Object.keys(writes).every((path) => passes[path] !== undefined)) {
      for (const [path, slot] of Object.entries(writes)) same.set(slot, reads[passes[path]!]!)
      return []
    }
    const key = JSON.stringify([node.kind, node.settings, weights, reads])
    const twin = first.get(key)
    if (twin === undefined) first.set(key, here)
    else for (const [path, slot] of Object.entries(writes)) same.set(slot, twin.writes[path]!)
    return twin === undefined ? [here] : []
  })
}
