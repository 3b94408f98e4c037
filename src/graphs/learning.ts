/**
 * Programs that learn: gradients of their losses, and an optimiser's step for every weight that has one.
 *
 * @since 0.1.0
 */
import type { Primitive } from '../nodes/node.js'
import { join } from '../nodes/spec.js'
import { sum } from '../nodes/sum.js'
import { differentiate, type Objective } from './differentiate.js'
import type { Instruction } from './plan.js'

/**
 * A node that makes the next value of a weight out of its `gradient`, with the paths of its weights and other inputs.
 *
 * @since 0.1.0
 */
export interface Update {
  readonly node: Primitive<any, any, any>
  readonly weights: Readonly<Record<string, string>>
  readonly reads: Readonly<Record<string, string>>
}

/**
 * How weights follow their gradients, by the path and dims of each. The node reads `gradient` and gives, beside what it
 * updates, `norm`, the sum of the gradient's squares.
 *
 * @category model
 * @since 0.1.0
 */
export type Optimiser = (weight: string, dims: string) => Update

/**
 * What a program is to learn; the losses are outputs of its graph. Without an optimiser it gives the gradients.
 *
 * @since 0.1.0
 */
export interface Learning {
  readonly objectives: ReadonlyArray<Objective>
  readonly optimiser?: Optimiser
}

/**
 * A plan that learns. `gradients` are by weight; `norm` is the sum of the squares of all, where there is an optimiser.
 *
 * @since 0.1.0
 */
export interface Learned {
  readonly plan: ReadonlyArray<Instruction>
  readonly gradients: Readonly<Record<string, string>>
  readonly norm?: string
}

/**
 * The plan with gradients and updates. Each weight is updated as soon as its gradient is whole, which is let go then.
 *
 * @category combinators
 * @since 0.1.0
 */
export const learn = (plan: ReadonlyArray<Instruction>, { objectives, optimiser }: Learning): Learned => {
  const derived = differentiate(plan, objectives)
  const gradients = Object.fromEntries(derived.gradients)
  if (optimiser === undefined) return { plan: derived.plan, gradients }
  const dims = new Map(
    plan.flatMap(({ node, weights }) =>
      Object.entries(weights).map(([name, path]) => [path, node.weights[name]!.spec.leaves[0]!.dims.join(' ')] as const)
    )
  )
  const updates = new Map(
    Object.entries(gradients).map(([weight, gradient]) => {
      const { node, weights, reads } = optimiser(weight, dims.get(weight)!)
      const path = join('update', weight)
      const writes = Object.fromEntries(node.outputs.leaves.map((l) => [l.path, join(path, l.path)]))
      return [gradient, { path, node, weights, reads: { ...reads, gradient }, writes, drops: [] }] as const
    })
  )
  const norms = [...updates.values()].map(({ writes }) => writes['norm']!)
  const total: Instruction = {
    path: 'update',
    node: sum({ of: norms.length, dims: '' }),
    weights: {},
    reads: Object.fromEntries(norms.map((slot, i) => [`x${i}`, slot])),
    writes: { y: 'update.norm' },
    drops: []
  }
  const all = derived.plan.flatMap((line) => [
    line,
    ...Object.values(line.writes).flatMap((slot) => updates.get(slot) ?? [])
  ])
  return { plan: [...all, total], gradients: {}, norm: 'update.norm' }
}
