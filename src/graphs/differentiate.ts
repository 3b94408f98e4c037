/**
 * Reverse-mode differentiation, from plan to plan: the lines of a program followed by those that compute its gradients.
 *
 * @since 0.1.0
 */
import { pullbackNode } from '../nodes/pullback.js'
import { join } from '../nodes/spec.js'
import { one, sum } from '../nodes/sum.js'
import type { Instruction } from './plan.js'

/**
 * What is minimised by what: a slot that holds a number, and the weights that it is differentiated by. The paths of the lines
 * that differentiate it begin with `gradients` and its `name`, which is the slot where none is given.
 *
 * @category model
 * @since 0.1.0
 */
export interface Objective {
  readonly loss: string
  readonly name?: string
  readonly of: (weight: string) => boolean
}

type Plan = ReadonlyArray<Instruction>

/** The names of a line's weights that are to be learned: parameters, never statistics. */
const learned = ({ node, weights }: Instruction, of: Objective['of']): ReadonlyArray<string> =>
  Object.keys(weights).filter((name) => node.weights[name]!.role === 'parameter' && of(weights[name]!))

/** The input leaves whose numbers count, not their shape alone. */
const counting = ({ node }: Instruction): ReadonlyArray<string> =>
  node.inputs.leaves.map(({ path }) => path).filter((path) => !node.shapes?.includes(path))

/** The lines that a loss can reach the wanted weights through, and every slot that depends on them. */
const depending = (plan: Plan, of: Objective['of']) => {
  const slots = new Set<string>()
  const lines = plan.filter((line) => {
    const { node, reads, writes } = line
    const moves =
      node.pullback !== 'none' &&
      (learned(line, of).length > 0 || counting(line).some((path) => slots.has(reads[path]!)))
    if (moves) for (const slot of Object.values(writes)) slots.add(slot)
    return moves
  })
  return { lines, slots }
}

/** Collects what adds up to one cotangent, and adds it up when it is asked for. */
class Sums {
  readonly lines: Array<Instruction> = []
  private readonly parts = new Map<string, Array<string>>()
  constructor(private readonly prefix: string) {}

  add(of: string, slot: string): void {
    this.parts.set(of, [...(this.parts.get(of) ?? []), slot])
  }

  /** The slot of the sum, or nothing where nothing was added; `dims` are those of each part. */
  total(of: string, dims: string): string | undefined {
    const parts = this.parts.get(of) ?? []
    if (parts.length < 2) return parts[0]
    const path = join(this.prefix, `${of}.sum`)
    const reads = Object.fromEntries(parts.map((slot, i) => [`x${i}`, slot]))
    const writes = { y: `${path}.y` }
    this.lines.push({ path, node: sum({ of: parts.length, dims }), weights: {}, reads, writes, drops: [] })
    this.parts.set(of, [writes.y])
    return writes.y
  }
}

/** Dims of the rank of a leaf: what is added up has one shape, whichever it is. */
const dimsOf = (leaf: { readonly dims: ReadonlyArray<string> } | undefined): string =>
  leaf!.dims.map((_, i) => `d${i}`).join(' ')

/** The lines of one objective, after those of `plan`, and the slot of each weight's gradient. */
const pullBack = (plan: Plan, { loss, of }: Objective, prefix: string) => {
  const { lines, slots } = depending(plan, of)
  const towards = new Sums(prefix)
  const byWeight = new Sums(join(prefix, 'by'))
  const seed = `${prefix}#seed` // the paths of steps go on with a dot
  const added: Array<Instruction> = [
    { path: seed, node: one({}), weights: {}, reads: {}, writes: { y: `${seed}.y` }, drops: [] }
  ]
  towards.add(loss, `${seed}.y`)
  const dims = new Map<string, string>()
  for (const line of [...lines].reverse()) {
    const { node, reads, writes, weights } = line
    const given = node.outputs.leaves.flatMap((leaf) => {
      const slot = towards.total(writes[leaf.path]!, dimsOf(leaf))
      return slot === undefined ? [] : [[leaf.path, slot] as const]
    })
    added.push(...towards.lines.splice(0))
    if (given.length === 0) continue
    const inputs = counting(line).filter((path) => slots.has(reads[path]!))
    const wanted = learned(line, of)
    const made = pullbackNode(node, { cotangents: given.map(([path]) => path), inputs, weights: wanted })
    const path = join(prefix, line.path)
    const by = (kind: string, paths: ReadonlyArray<string>, slot: (path: string) => string) =>
      Object.fromEntries(paths.map((p, i) => [`${kind}.${i}`, slot(p)]))
    const result = {
      ...by('dx', inputs, (p) => join(path, `dx.${p}`)),
      ...by('dw', wanted, (name) => join(path, `dw.${name}`))
    }
    added.push({
      path,
      node: made,
      weights,
      reads: {
        ...by('x', made.reads.x, (p) => reads[p]!),
        ...by('y', made.reads.y, (p) => writes[p]!),
        ...Object.fromEntries(given.map(([, slot], i) => [`dy.${i}`, slot]))
      },
      writes: result,
      drops: []
    })
    inputs.forEach((p, i) => towards.add(reads[p]!, result[`dx.${i}`]!))
    wanted.forEach((name, i) => {
      byWeight.add(weights[name]!, result[`dw.${i}`]!)
      dims.set(weights[name]!, dimsOf(node.weights[name]!.spec.leaves[0]))
    })
  }
  const gradients = new Map([...dims].map(([weight, size]) => [weight, byWeight.total(weight, size)!] as const))
  return { added: [...added, ...byWeight.lines], gradients }
}

/**
 * The plan with the gradients of all objectives, and the slot of the gradient of every weight that a loss depends on. A
 * weight of several objectives gets the sum of its gradients.
 *
 * What a pullback reads of the lines before stays until then; everything else is let go as ever.
 *
 * @category combinators
 * @since 0.1.0
 */
export const differentiate = (
  plan: Plan,
  objectives: ReadonlyArray<Objective>
): { readonly plan: Plan; readonly gradients: ReadonlyMap<string, string> } => {
  const sums = new Sums('gradients')
  const known = new Map<string, string>()
  const parts = objectives.map((objective, i) => {
    const name = objective.name ?? objective.loss
    const again = objectives.findIndex((o) => (o.name ?? o.loss) === name) < i
    return pullBack(plan, objective, join('gradients', again ? `${name}.${i}` : name))
  })
  const all = [...plan, ...parts.flatMap(({ added }) => added)]
  const specs = new Map(
    plan.flatMap(({ node, weights }) =>
      Object.entries(weights).map(([name, path]) => [path, dimsOf(node.weights[name]!.spec.leaves[0])] as const)
    )
  )
  for (const { gradients } of parts) for (const [weight, slot] of gradients) sums.add(weight, slot)
  for (const { gradients } of parts)
    for (const weight of gradients.keys()) known.set(weight, sums.total(weight, specs.get(weight)!)!)
  return { plan: [...all, ...sums.lines], gradients: known }
}
