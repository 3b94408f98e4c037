/**
 * The laws of plans in which everything is computed once.
 *
 * @since 0.1.0
 */
import { onceEach } from '../../graphs/constants.js'
import { wiresOf } from '../../graphs/graph.js'
import type { Instruction, Program } from '../../graphs/plan.js'
import { releases } from '../../graphs/releases.js'
import { run } from '../../graphs/run.js'
import { detach } from '../../nodes/detach.js'
import { get } from '../../nodes/match.js'
import type { Values } from '../../nodes/node.js'
import { resize } from '../../nodes/resize.js'
import { build } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import type { Pair } from '../arbitrary/graphs.js'
import { inputsOf, type Numbers } from '../arbitrary/inputs.js'
import { atMost, equal } from '../due.js'
import { near, numbers } from '../tensors.js'
import { trained } from './programs.js'

type Plan = ReadonlyArray<Instruction>

/** A node of the same kind that makes twice as much, which its settings tell. */
const doubled = (node: Instruction['node']): Instruction['node'] => ({
  ...node,
  settings: { ...node.settings, doubled: true },
  same: {},
  run: (inputs, weights) => {
    const made = node.run(inputs, weights)
    return build(node.outputs, ({ path }) => tf.mul(get(made, path) as tf.Tensor, 2))
  }
})

/**
 * A plan with lines of it again, and their outputs handed on under other names; what reads a slot reads any of those that
 * hold the same. Among them are lines that differ in weights, settings or what they read alone, `others` of what they hold.
 * Some are followed by `sized` slots, which have the size of theirs. `origin` tells of what a new slot is the copy.
 */
const repeated = (plan: Plan, input: string, seed: number) => {
  const sized: Array<string> = []
  const next = numbers(seed)
  const origin = new Map<string, string>()
  const alike = new Map<string, Array<string>>()
  const also = (slot: string, name: string): string => {
    alike.set(slot, [...(alike.get(slot) ?? [slot]), name])
    origin.set(name, slot)
    return name
  }
  const others = new Map<string, string>()
  const any = (slot: string): string => {
    const all = alike.get(slot) ?? [slot]
    return all[Math.floor(next() * all.length)]!
  }
  const mapped = (slots: Readonly<Record<string, string>>, f: (slot: string) => string) =>
    Object.fromEntries(Object.entries(slots).map(([path, slot]) => [path, f(slot)]))
  const repeats = plan.flatMap((line) => {
    const first = { ...line, reads: mapped(line.reads, any) }
    const again = { ...line, path: `${line.path}~`, reads: mapped(line.reads, any) }
    const copies = next() < 0.5 ? [{ ...again, writes: mapped(line.writes, (slot) => also(slot, `${slot}~`)) }] : []
    const handed = (path: string, x: string, y: string): Instruction => {
      const dims = line.node.outputs.leaves.find((l) => l.path === path)!.dims.map((_, i) => `d${i}`)
      return { path: y, node: detach({ dims: dims.join(' ') }), weights: {}, reads: { x }, writes: { y }, drops: [] }
    }
    const paths = Object.keys(line.writes)
    const aliases = paths
      .filter(() => next() < 0.3)
      .map((path) => handed(path, any(line.writes[path]!), also(line.writes[path]!, `${line.writes[path]!}=`)))
    const fitted = paths
      .filter((path) => line.node.outputs.leaves.find((l) => l.path === path)!.dims.length === 4 && next() < 0.2)
      .map((path): Instruction => {
        const y = `${line.writes[path]!}?`
        sized.push(y)
        const node = resize({ mode: 'nearest' })
        return {
          path: y,
          node,
          weights: {},
          reads: { x: input, like: any(line.writes[path]!) },
          writes: { y },
          drops: []
        }
      })
    const form = next()
    const unlike: Instruction = {
      ...line,
      path: `${line.path}!`,
      node: form < 0.3 ? doubled(line.node) : line.node,
      weights: form > 0.7 ? mapped(line.weights, (weight) => `!${weight}`) : line.weights,
      reads: mapped(line.reads, (slot) => others.get(slot) ?? slot),
      writes: mapped(line.writes, (slot) => `${slot}!`)
    }
    if (next() < 0.4) return [first, ...copies, ...aliases, ...fitted]
    for (const slot of Object.values(line.writes)) others.set(slot, `${slot}!`)
    return [
      first,
      ...copies,
      ...aliases,
      ...fitted,
      unlike,
      ...paths.map((p) => handed(p, unlike.writes[p]!, `${line.writes[p]!}!=`))
    ]
  })
  return { plan: repeats, origin, others: [...others.keys()], sized }
}

/** All that a program gives. */
const everything = (program: Program<any, any>, weights: Values, inputs: unknown): ReadonlyMap<string, tf.Tensor> => {
  const { outputs, taps, gradients, updates } = run(program, { check: true })(weights, inputs as any)
  return new Map([
    ...wiresOf(program.outputs).map(([path]) => [`out.${path}`, get(outputs, path) as tf.Tensor] as const),
    ...Object.entries({ taps, gradients, updates }).flatMap(([kind, all]) =>
      Object.entries(all as Values).map(([name, x]) => [`${kind}.${name}`, x] as const)
    )
  ])
}

/** How many lines of a plan compute something. */
const linesOf = (plan: Plan) => plan.filter(({ node }) => node.kind !== 'detach').length

/**
 * Law: a plan in which everything is computed once gives what it gives computed as often as it is written down: outputs,
 * side outputs, gradients, next values of weights. What is not asked for is not computed twice, nor handed on; and for one
 * size, all that read a shape alone read it from one slot.
 */
export const onceIsAlways = (program: Program<Pair, any>, size: Numbers, seed: number): void => {
  const { plan, origin, others: unlike, sized } = repeated(program.plan, program.entries[0]!.slot, seed)
  const next = numbers(seed + 1)
  const copies = [...[...origin.keys()].filter(() => next() < 0.1), ...unlike.map((slot) => `${slot}!=`), ...sized]
  const taps = { ...program.taps, ...Object.fromEntries(copies.map((slot) => [slot, slot])) }
  const { outputs, gradients, updates } = program
  const own = [
    wiresOf(outputs).map(([, slot]) => slot),
    ...[program.taps, gradients, updates].map((o) => Object.values(o))
  ]
  const kept = new Set([...own.flat(), ...copies])
  const dims = (slot: string) => program.sizes[origin.get(slot) ?? slot.replace(/!=?$/, '')]
  const once = onceEach(plan, kept, dims)
  const twice = (weights: Program<any, any>['weights']) =>
    Object.fromEntries(
      Object.entries(weights).flatMap(([path, w]) => [
        [path, w],
        [`!${path}`, w]
      ])
    )
  const all = { ...program, taps, weights: twice(program.weights) }
  const written = { ...all, plan: releases(plan, kept) }
  const short = { ...all, plan: releases(once, kept) }

  const unlikeLines = plan.filter(({ path, node }) => path.endsWith('!') && node.kind !== 'detach')
  const stay = plan.filter(({ writes }) => Object.values(writes).some((slot) => kept.has(slot)))
  equal(once.filter((line) => stay.some(({ path }) => path === line.path)).length, stay.length)
  const others = once.filter((line) => !stay.some(({ path }) => path === line.path))
  const keys = others.map(({ node, weights: w, reads }) => JSON.stringify([node.kind, node.settings, w, reads]))
  equal(new Set(keys).size, keys.length)
  equal(
    others.filter(({ node }) => node.kind === 'detach'),
    []
  )
  atMost(linesOf(others), linesOf(program.plan) + unlikeLines.length)
  const shaped = new Map<string, Set<string>>()
  for (const { node, reads } of once)
    for (const path of node.shapes ?? []) {
      const slot = reads[path]!
      const size = dims(slot)
      if (size !== undefined) shaped.set(size, (shaped.get(size) ?? new Set()).add(slot))
    }
  for (const slots of shaped.values()) equal(slots.size, 1)

  tf.tidy(() => {
    const [weights, inputs] = [trained(written, seed), inputsOf(written, seed, size)]
    const [expected, actual] = [everything(written, weights, inputs), everything(short, weights, inputs)]
    equal([...actual.keys()], [...expected.keys()])
    for (const [name, x] of expected) near(actual.get(name)!, x, 1e-6)
    for (const slot of copies) {
      const of = Object.entries(program.taps).find(([, s]) => s === origin.get(slot))
      if (of !== undefined) near(actual.get(`taps.${slot}`)!, expected.get(`taps.${of[0]}`)!, 1e-6)
    }
  })
}
