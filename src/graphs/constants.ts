/**
 * Lines that read nothing but the same weights compute the same: one of them is enough.
 *
 * @since 0.1.0
 */
import type { Instruction } from './plan.js'

/**
 * The plan with each constant computed once, however many steps share the weights that it is made of; `kept` slots stay.
 *
 * @category combinators
 * @since 0.1.0
 */
export const onceEach = (plan: ReadonlyArray<Instruction>, kept: ReadonlySet<string>): ReadonlyArray<Instruction> => {
  const first = new Map<string, Instruction>()
  const same = new Map<string, string>()
  const needed = plan.filter((line) => {
    if (Object.keys(line.reads).length > 0 || Object.values(line.writes).some((slot) => kept.has(slot))) return true
    const key = JSON.stringify([line.node.kind, line.node.settings, line.weights])
    const twin = first.get(key)
    if (twin === undefined) first.set(key, line)
    else for (const [path, slot] of Object.entries(line.writes)) same.set(slot, twin.writes[path]!)
    return twin === undefined
  })
  const moved = ([path, slot]: readonly [string, string]) => [path, same.get(slot) ?? slot] as const
  return needed.map((line) => ({ ...line, reads: Object.fromEntries(Object.entries(line.reads).map(moved)) }))
}
