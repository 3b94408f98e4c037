/**
 * Lines that compute the same thing from the same slots and weights: one of them is enough.
 *
 * @since 0.1.0
 */
import type { Instruction } from './plan.js'

/**
 * The plan with everything computed once, however many steps ask for it; lines that write `kept` slots stay.
 *
 * `dims` are those of a slot, where they are known: an input of which only the shape counts is read from the first slot
 * that has it.
 *
 * Nodes are pure: the same kind with the same settings, weights and inputs gives the same outputs. What a node hands on
 * as it is, is read where it comes from; not so where gradients are still `due`, which a node may stop on its way.
 *
 * @category combinators
 * @since 0.1.0
 */
export const onceEach = (
  plan: ReadonlyArray<Instruction>,
  kept: ReadonlySet<string>,
  dims: (slot: string) => string | undefined,
  due = false
): ReadonlyArray<Instruction> => {
  const first = new Map<string, Instruction>()
  const shaped = new Map<string, string>()
  const same = new Map<string, string>()
  const firstOf = (slot: string): string => {
    const size = dims(slot)
    if (size === undefined) return slot
    if (!shaped.has(size)) shaped.set(size, slot)
    return shaped.get(size)!
  }
  return plan.flatMap((line) => {
    const moved = ([path, slot]: readonly [string, string]) => {
      const from = same.get(slot) ?? slot
      return [path, line.node.shapes?.includes(path) ? firstOf(from) : from] as const
    }
    const here = { ...line, reads: Object.fromEntries(Object.entries(line.reads).map(moved)) }
    const { node, weights, reads, writes } = here
    const stays = Object.values(writes).some((slot) => kept.has(slot)) ? [here] : []
    const passes = (due ? undefined : node.same) ?? {}
    if (Object.keys(writes).every((path) => passes[path] !== undefined)) {
      for (const [path, slot] of Object.entries(writes)) same.set(slot, reads[passes[path]!]!)
      return stays
    }
    const key = JSON.stringify([node.kind, node.settings, weights, reads])
    const twin = first.get(key)
    if (twin === undefined) first.set(key, here)
    else for (const [path, slot] of Object.entries(writes)) same.set(slot, twin.writes[path]!)
    return twin === undefined ? [here] : stays
  })
}
