/**
 * The derivative of a node as a node: cotangents in, cotangents out.
 *
 * @since 0.1.0
 */
import { get } from './match.js'
import type { Primitive, Pullback, Values } from './node.js'
import type { Leaf, Spec } from './spec.js'
import { build, record, tensor } from './spec.js'
import * as tf from './tf.js'

/** What is asked of a pullback: which outputs have cotangents, and which inputs and weights need one. */
export interface Asked {
  readonly cotangents: ReadonlyArray<string>
  readonly inputs: ReadonlyArray<string>
  readonly weights: ReadonlyArray<string>
}

type Any = Primitive<any, any, any>

/** A spec of some leaves of another, flat, each under its place in a list. */
const flat = (leaves: ReadonlyArray<Leaf>, paths: ReadonlyArray<string>): Spec<Values> =>
  record(
    Object.fromEntries(
      paths.map((path, i) => {
        const { dims, dtype } = leaves.find((l) => l.path === path)!
        return [String(i), tensor(dims.join(' '), dtype)] as const
      })
    )
  ) as Spec<Values>

const nested = (spec: Spec<any>, paths: ReadonlyArray<string>, values: Values): any =>
  build(spec, ({ path }) => values[paths.indexOf(path)])

/** The pullback that tfjs derives by running the node again under its tape. */
const byTape = (node: Any, { inputs, weights, cotangents }: Asked) => {
  const all = node.inputs.leaves.map((l) => l.path)
  const run = (x: Values, given: Values, dy: Values) => {
    const borrowed = [...inputs.map((path) => x[all.indexOf(path)]!), ...weights.map((name) => given[name]!)]
    const moved = borrowed.map((t) => tf.clone(t)) // one tensor may stand in two places
    const loss = (...at: Array<tf.Tensor>) => {
      const here = all.map((path, i) => (inputs.includes(path) ? at[inputs.indexOf(path)]! : x[i]!))
      const own = { ...given, ...Object.fromEntries(weights.map((name, i) => [name, at[inputs.length + i]!])) }
      const y = node.run(nested(node.inputs, all, here as never), own)
      return tf.addN(cotangents.map((path, i) => tf.sum(tf.mul(get(y, path) as tf.Tensor, dy[i]!))))
    }
    const { grads } = tf.engine().gradients(() => loss(...moved), moved, tf.scalar(1), true) as unknown as {
      grads: Array<tf.Tensor | undefined>
    }
    return moved.map((m, i) => grads[i] ?? tf.zerosLike(m))
  }
  return { reads: all, seen: [] as ReadonlyArray<string>, shapes: node.shapes ?? [], run }
}

const byNode = (node: Any, pull: Pullback<any, any, any>, { inputs, weights, cotangents }: Asked) => {
  const wanted = new Set([...inputs.map((p) => `inputs.${p}`), ...weights.map((p) => `weights.${p}`)])
  const run = (x: Values, given: Values, dy: Values, y: Values) => {
    const made = pull.run(
      {
        inputs: nested(node.inputs, pull.inputs, x),
        outputs: nested(node.outputs, pull.outputs, y),
        weights: given,
        cotangents: nested(node.outputs, cotangents, dy)
      },
      (path) => wanted.has(path)
    )
    return [
      ...inputs.map((p) => get(made.inputs, p)),
      ...weights.map((name) => (made.weights as Values)[name])
    ] as Array<tf.Tensor>
  }
  const shapes = [...(node.shapes ?? []), ...(pull.shapes ?? [])]
  return { reads: pull.inputs, seen: pull.outputs, shapes, run }
}

/**
 * The node that computes the cotangents of another's inputs and weights. Its own inputs are `x`, `y` (those that the pullback
 * reads, in its order), `dy` (as `asked`); its outputs `dx` and `dw` (as `asked`), all by position.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pullbackNode = (node: Any, asked: Asked): Any & { readonly reads: Reads } => {
  const { reads, seen, shapes, run } =
    typeof node.pullback === 'object' ? byNode(node, node.pullback, asked) : byTape(node, asked)
  const outs = node.outputs.leaves
  const weightLeaves = asked.weights.map((name) => ({ ...node.weights[name]!.spec.leaves[0]!, path: name }))
  return {
    _tag: 'Primitive',
    kind: `${node.kind}Pullback`,
    settings: { of: node.settings, ...asked },
    inputs: record({ x: flat(node.inputs.leaves, reads), y: flat(outs, seen), dy: flat(outs, asked.cotangents) }),
    outputs: record({ dx: flat(node.inputs.leaves, asked.inputs), dw: flat(weightLeaves, asked.weights) }),
    weights: node.weights,
    shapes: reads.flatMap((path, i) => (shapes.includes(path) ? [`x.${i}`] : [])),
    run: ({ x = {}, y = {}, dy = {} }: Readonly<Record<'x' | 'y' | 'dy', Values>>, weights: Values) => {
      const made = run(x, weights, dy, y)
      const from = asked.inputs.length
      return {
        dx: Object.fromEntries(made.slice(0, from).entries()),
        dw: Object.fromEntries(made.slice(from).entries())
      }
    },
    reads: { x: reads, y: seen }
  }
}

/** Which of a node's inputs and outputs its pullback reads. */
export interface Reads {
  readonly x: ReadonlyArray<string>
  readonly y: ReadonlyArray<string>
}
