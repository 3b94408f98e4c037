/**
 * Deciding where each tensor of a plan is let go.
 *
 * @since 0.1.0
 */
import type { Instruction } from './plan.js'

/**
 * The plan with each slot dropped at the line of its last reader, or of its writer where nobody reads it; `kept` slots never.
 *
 * @category combinators
 * @since 0.1.0
 */
export const releases = (plan: ReadonlyArray<Instruction>, kept: ReadonlySet<string>): ReadonlyArray<Instruction> => {
  const last = new Map<string, number>()
  plan.forEach(({ reads, writes }, n) => {
    for (const slot of [...Object.values(writes), ...Object.values(reads)]) last.set(slot, n)
  })
  const dropped = plan.map((): Array<string> => [])
  for (const [slot, n] of last) if (!kept.has(slot)) dropped[n]!.push(slot)
  return plan.map((line, n) => ({ ...line, drops: dropped[n]! }))
}
