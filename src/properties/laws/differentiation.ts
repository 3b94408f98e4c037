/**
 * Derivatives of nodes, and forms of one function: how they are held to their definitions.
 *
 * @since 0.1.0
 */
import { get } from '../../nodes/match.js'
import type { Primitive, Values } from '../../nodes/node.js'
import { normed } from '../../nodes/normed.js'
import { type Asked, pullbackNode } from '../../nodes/pullback.js'
import { build } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import { atMost, equal } from '../due.js'
import { tidied } from '../law.js'
import { drawn, entries, inner, near, numbers, slopeAt0 } from '../tensors.js'
import { type Example, example, readsShapesAlone } from './nodes.js'

type Any = Primitive<any, any, any>

/** What a node is differentiated by and where its cotangents come from; `y` are its outputs. */
interface Differentiated extends Example {
  readonly asked: Asked
  readonly y: any
  readonly dy: ReadonlyArray<tf.Tensor>
}

/** The outputs of a node that a loss may depend on: neither next values of weights nor what only its pullback reads. */
const flowing = (made: Any): ReadonlyArray<string> => {
  const read = typeof made.pullback === 'object' ? made.pullback.outputs : []
  const all = made.outputs.leaves.map((l) => l.path).filter((path) => made.updates?.[path] === undefined)
  const only = all.filter((path) => !read.includes(path))
  return only.length > 0 ? only : all
}

/** What a node can be differentiated by: numbers that count, not the shape of an input alone. */
const variables = (made: Any): Pick<Asked, 'inputs' | 'weights'> => ({
  inputs: made.inputs.leaves.filter((l) => l.dtype === 'float32' && !made.shapes?.includes(l.path)).map((l) => l.path),
  weights: Object.keys(made.weights).filter((name) => made.weights[name]!.role === 'parameter')
})

/** What only evaluation, measures and pictures are made with: tfjs has no gradient for it, or it has none. */
const never = new Set([
  'adaptVariance',
  'convolvePhases',
  'drawKeypoints',
  'frameDifference',
  'movementScale',
  'toSize'
])

/** Whether training may differentiate a node: it lets derivatives pass, and there is something to differentiate it by. */
export const isDifferentiated = (made: Any): boolean =>
  made.pullback !== 'none' && !never.has(made.kind) && Object.values(variables(made)).flat().length > 0

/** What a node is a smooth function of, where that is not everything: flows are read between pixels. */
const smoothIn: Readonly<Record<string, ReadonlyArray<string>>> = { deformedSource: ['source'], warp: ['image'] }

/** Numbers on both sides of 0 for inputs, unless they are covariances or heatmaps. */
const centred = (made: Any, given: Example): Example => ({
  ...given,
  inputs: build(made.inputs, (l) => {
    const x = get(given.inputs, l.path) as tf.Tensor
    return l.dtype !== 'float32' || l.path.endsWith('var') || l.path === 'heatmap' || l.dims.join(' ').endsWith('2 2')
      ? x
      : tf.mul(tf.sub(x, 0.5), 2.2)
  })
})

const drawnFor = (made: Any, seed: number, positive: boolean): Differentiated => {
  const drawnOne = example(made, seed)
  return differentiatedAt(made, positive ? drawnOne : centred(made, drawnOne), seed)
}

/** A node at inputs and weights, with random cotangents. */
const differentiatedAt = (made: Any, given: Example, seed: number): Differentiated => {
  const y = made.run(given.inputs, given.weights)
  const cotangents = flowing(made)
  const dy = cotangents.map((path, i) => drawn((get(y, path) as tf.Tensor).shape, seed + 7 * i + 1))
  return { ...given, asked: { ...variables(made), cotangents }, y, dy }
}

/** A node's pullback, and what it is given. */
const pulling = (made: Any, { inputs, weights, y, dy, asked }: Differentiated) => {
  const node = pullbackNode(made, asked)
  const at = (xs: ReadonlyArray<tf.Tensor>): Values => Object.fromEntries(xs.entries())
  const pick = (from: unknown, paths: ReadonlyArray<string>) => at(paths.map((path) => get(from, path) as tf.Tensor))
  return { node, given: { inputs: { x: pick(inputs, node.reads.x), y: pick(y, node.reads.y), dy: at(dy) }, weights } }
}

/** The cotangents of the inputs and weights that are asked for, in their order, by a node's pullback. */
const pulled = (made: Any, d: Differentiated): ReadonlyArray<tf.Tensor> => {
  const { node, given } = pulling(made, d)
  const { dx, dw } = node.run(given.inputs, given.weights) as { readonly dx: Values; readonly dw: Values }
  return [...Object.values(dx), ...Object.values(dw)]
}

/**
 * What the pullback of a node gives for cotangents of all its outputs, by inputs and weights together, in their order; by the
 * inputs `by` alone where they are named.
 */
export const pull = (
  made: Any,
  given: Example,
  dy: ReadonlyArray<tf.Tensor>,
  by: ReadonlyArray<string> = variables(made).inputs
): ReadonlyArray<tf.Tensor> =>
  pulled(made, {
    ...given,
    asked: { ...variables(made), inputs: by, cotangents: flowing(made) },
    y: made.run(given.inputs, given.weights),
    dy
  })

const pathsOf = ({ inputs, weights }: Asked) => [
  ...inputs.map((p) => `inputs.${p}`),
  ...weights.map((n) => `weights.${n}`)
]

/**
 * Whether rounding may decide a derivative: a normalised number is so near 0 that another order of additions has it on the
 * other side of its activation.
 */
const isOnAKink = (made: Any, { inputs, weights }: Example): boolean => {
  if (made.kind !== 'normed') return false
  const { y } = normed({ ...(made.settings as any), slope: 1, pool: false }).run(inputs, weights as any)
  return tf.min(tf.abs(y)).dataSync()[0]! < 1e-5
}

/** Holds a pullback to the one that tfjs derives from the definition of its node, of all outputs at once. */
const agrees = (made: Any, d: Differentiated): void => {
  if (isOnAKink(made, d)) return
  const { pullback: _, ...bare } = made
  const [own, derived] = [pulled(made, d), pulled(bare, d)]
  pathsOf(d.asked).forEach((path, i) => near(own[i]!, derived[i]!, 1e-4, path))
}

/** Law: a pullback is the one that tfjs derives from the definition of its node. */
export const pullbackIsTheTapes = (made: Any) => tidied((seed: number) => agrees(made, drawnFor(made, seed, false)))

/** The same for inputs that are given, with random weights. */
export const pullbackIsTheTapesAt = (made: Any, inputs: Values, seed: number): void => {
  const weights = Object.entries(example(made, seed).weights).map(([name, x], i) => [name, drawn(x.shape, seed + i)])
  agrees(made, differentiatedAt(made, { inputs, weights: Object.fromEntries(weights) }, seed))
}

/** Law: a pullback gives the slope along any direction of inputs and weights, where the node is smooth. */
export const pullbackIsTheSlope = (made: Any) =>
  tidied((seed: number) => {
    const whole = drawnFor(made, seed, true)
    const d = { ...whole, asked: { ...whole.asked, inputs: smoothIn[made.kind] ?? whole.asked.inputs } }
    const all = [
      ...d.asked.inputs.map((p) => get(d.inputs, p) as tf.Tensor),
      ...d.asked.weights.map((n) => d.weights[n]!)
    ]
    const along = all.map((x, i) => {
      const way = drawn(x.shape, seed + 31 * i + 3)
      const [h, w] = x.shape.slice(-2)
      if (h !== 2 || w !== 2 || x.rank < 4) return way
      const turned = tf.transpose(
        way,
        [...x.shape.keys()].map((n) => (n < x.rank - 2 ? n : 2 * x.rank - 3 - n))
      )
      return tf.add(way, turned) // a covariance stays symmetric
    })
    const by = pulled(made, d)
    const at = (s: number) =>
      tf.tidy(() => {
        const moved = all.map((x, i) => tf.add(x, tf.mul(along[i]!, s)))
        const inputs = build(made.inputs, ({ path }) => moved[d.asked.inputs.indexOf(path)] ?? get(d.inputs, path))
        const more = d.asked.weights.map((n, i) => [n, moved[d.asked.inputs.length + i]!] as const)
        const y = made.run(inputs, { ...d.weights, ...Object.fromEntries(more) })
        return d.asked.cotangents.reduce((sum, path, i) => sum + inner(get(y, path) as tf.Tensor, d.dy[i]!), 0)
      })
    const step = 0.02
    const slope = by.reduce((sum, g, i) => sum + inner(g, along[i]!), 0)
    const typical = Math.sqrt(by.reduce((sum, g, i) => sum + inner(tf.square(g), tf.square(along[i]!)), 0))
    const size = d.asked.cotangents.reduce(
      (sum, p, i) => sum + inner(tf.abs(get(d.y, p) as tf.Tensor), tf.abs(d.dy[i]!)),
      0
    )
    const rounding = (1e-6 * size) / step
    atMost(Math.abs(slope - slopeAt0(at, step)), 1e-2 * typical + rounding + 1e-5)
  })

/** Law: what is asked for does not change what is given: each cotangent alone is what it is among all. */
export const pullbackGivesWhatIsAsked = (made: Any) =>
  tidied((seed: number) => {
    const d = drawnFor(made, seed, true)
    const [all, paths, next] = [pulled(made, d), pathsOf(d.asked), numbers(seed)]
    const one = Math.floor(next() * paths.length)
    const kept = new Set(paths.filter((_, i) => i === one || next() < 0.5))
    const only = (kind: 'inputs' | 'weights') => d.asked[kind].filter((p) => kept.has(`${kind}.${p}`))
    const some = pulled(made, { ...d, asked: { ...d.asked, inputs: only('inputs'), weights: only('weights') } })
    const expected = all.filter((_, i) => kept.has(paths[i]!))
    equal(some.length, expected.length)
    some.forEach((x, i) => near(x, expected[i]!, 1e-6))
  })

/** Whether a node or its pullback declares inputs of which only the shape counts. */
export const hasShapesAlone = ({ shapes, pullback }: Any): boolean =>
  shapes !== undefined || (typeof pullback === 'object' && pullback.shapes !== undefined)

/** Law: of inputs of which only the shape counts, a node and its pullback read no number. */
export const shapesAloneCount = (back: boolean) => (made: Any) =>
  tidied((seed: number) => {
    const d = drawnFor(made, seed, true)
    readsShapesAlone(made, d)
    if (!back || !isDifferentiated(made)) return
    const { node, given } = pulling(made, d)
    readsShapesAlone(node, given)
  })

/** The numbers of what a node makes of an example, and of its pullback, on a backend. */
const computed = async (backend: tf.Backend, made: Any, d: Differentiated, back: boolean) => {
  await tf.useBackend(backend)
  return tf.tidy(() => {
    const inputs = build(made.inputs, ({ path }) => {
      const x = get(d.inputs, path) as tf.Tensor
      return tf.tensor(x.dataSync(), x.shape, x.dtype) // on this backend: some kernels read indices where they are
    })
    const y = made.run(inputs, d.weights)
    const outputs = made.outputs.leaves.map((l) => get(y, l.path) as tf.Tensor)
    return [...outputs, ...(back ? pulled(made, { ...d, inputs, y }) : [])].map((x) => ({
      shape: x.shape,
      values: entries(x).slice()
    }))
  })
}

/** Law: a node makes the same on a backend as in plain JavaScript, forward and back: our kernels are their definitions. */
export const kernelsAreTheirDefinitions =
  (backend: tf.Backend) =>
  (made: Any) =>
  async (seed: number): Promise<void> => {
    await tf.useBackend('cpu')
    const scope = tf.engine()
    scope.startScope()
    try {
      const d = drawnFor(made, seed, false)
      if (isOnAKink(made, d)) return
      const back = backend !== 'wasm' && isDifferentiated(made)
      const [expected, actual] = [await computed('cpu', made, d, back), await computed(backend, made, d, back)]
      equal(
        actual.map((x) => x.shape),
        expected.map((x) => x.shape)
      )
      actual.forEach(({ values }, i) => {
        const due = expected[i]!.values
        const scale = due.reduce((m, v) => Math.max(m, Math.abs(v)), 1)
        atMost(
          values.reduce((m, v, j) => Math.max(m, Math.abs(v - due[j]!)), 0),
          1e-4 * scale
        )
      })
    } finally {
      scope.endScope()
      await tf.useBackend(backend)
    }
  }
