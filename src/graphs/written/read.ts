/**
 * A graph read from plain data: what can be read is, and everything that can not is told at once, with its place.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { brief, isObject } from '../../nodes/object.js'
import { record } from '../../nodes/spec.js'
import { type Graph, type Step, toNode, type Wires, wiresOf } from '../graph.js'
import { specOf } from './inputs.js'
import { bad, field, type JsonError, strangers, unsafe } from './mistakes.js'
import type { WrittenStep, WrittenWires } from './model.js'
import { type Catalogue, nodeOf } from './node.js'

/** What came of reading a graph: its mistakes, and what is left without the steps that have or follow from one. */
export interface Lenient {
  readonly errors: ReadonlyArray<JsonError>
  readonly graph: Graph<any, any>
  /** Where each step stands in the document. */
  readonly places: ReadonlyMap<Step, string>
}

/** The mistakes of wires as they are written: each is a string, under names of its own. */
const badWires = (u: unknown, at: string): ReadonlyArray<JsonError> =>
  typeof u === 'string'
    ? []
    : !isObject(u)
      ? [bad(at, 'a wire, such as in.x, or wires by name', brief(u))]
      : Object.entries(u).flatMap(([key, inner]) => [
          ...(unsafe(key) ? [bad(`${at}.${key}`, 'a name that objects do not have already', key)] : []),
          ...badWires(inner, `${at}.${key}`)
        ])

/** The mistakes of side outputs: each is one wire, under a name of its own. */
const badTaps = (u: unknown, at: string): ReadonlyArray<JsonError> => {
  const deep = isObject(u) ? Object.entries(u).filter(([, wire]) => isObject(wire)) : []
  return typeof u === 'string'
    ? [bad(at, 'wires by name', brief(u))]
    : [...badWires(u, at), ...deep.map(([key, wire]) => bad(`${at}.${key}`, 'one wire, such as in.x', brief(wire)))]
}

/** Wires that a node has no input for. While an input has none, they are among them, and are told of there. */
const unheard = (node: Step['node'], wires: Wires<any>, at: string): ReadonlyArray<JsonError> => {
  const { leaves } = (node._tag === 'Composite' ? node.graph : node).inputs
  const given = Object.fromEntries(wiresOf(wires))
  const known = leaves.map(({ path }) => path)
  return strangers(given, known, at, known)
}

const keys = ['name', 'inputs', 'steps', 'outputs', 'taps']
const stepKeys = ['id', 'scope', 'node', 'wires']

/** One step, as far as it can be read. */
const readStep = (catalogue: Catalogue, u: unknown, i: number, above: string) => {
  const places = new Map<Step, string>()
  if (!isObject(u)) {
    const errors = [bad(`${above}.${i}`, 'a step: id, node and wires', brief(u))]
    return { id: undefined, errors, places, step: undefined }
  }
  const id = typeof u['id'] === 'string' ? u['id'] : undefined
  const at = `${above}.${i}${id === undefined ? '' : `(${id})`}`
  const errors: Array<JsonError> = []
  if (id === undefined) errors.push(field(u, 'id', stepKeys, at).refuse('string'))
  if (id === 'in') errors.push(bad(`${at}.id`, 'another name: in are the inputs of the graph', id))
  errors.push(...strangers(u, stepKeys, at, ['id', 'node', 'wires']))
  const scope = u['scope'] === undefined ? id : u['scope']
  if (scope !== undefined && typeof scope !== 'string') errors.push(bad(`${at}.scope`, 'string', brief(scope)))
  for (const name of new Set([id, scope]))
    if (typeof name === 'string' && unsafe(name)) errors.push(bad(at, 'a name that objects do not have already', name))
  const wires = field(u, 'wires', stepKeys, at)
  errors.push(
    ...(u['wires'] === undefined ? [wires.refuse('wires by the names of inputs')] : badWires(wires.value, wires.at))
  )
  const node = field(u, 'node', stepKeys, at)
  const written = node.value as Partial<Extract<WrittenStep['node'], { graph: unknown }>> & Record<string, unknown>
  let made: Step['node'] | undefined
  if (!isObject(node.value)) errors.push(node.refuse('{ kind, settings } or { graph }'))
  else if (written.graph !== undefined) {
    errors.push(...strangers(node.value, ['graph'], node.at))
    const inner = readLenient(catalogue, written.graph, `${node.at}.graph`)
    errors.push(...inner.errors)
    for (const [step, place] of inner.places) places.set(step, place)
    if (inner.errors.length === 0) made = toNode(inner.graph)
  } else {
    errors.push(...strangers(node.value, ['kind', 'settings'], node.at))
    const read = nodeOf(catalogue, written['kind'], written['settings'] ?? {}, node.at)
    if (E.isLeft(read)) errors.push(...read.left)
    else made = read.right
  }
  if (made !== undefined && errors.length === 0) errors.push(...unheard(made, u['wires'] as Wires<any>, wires.at))
  const step: Step | undefined =
    errors.length > 0 || made === undefined
      ? undefined
      : { id: id!, scope: scope as string, node: made, wires: u['wires'] as Wires<any> }
  if (step !== undefined) places.set(step, at)
  return { id, errors, places, step }
}

/** Steps and inputs that could not be read, and the steps that could. */
interface Found {
  readonly lost: Set<string>
  readonly kept: Array<Step>
}

/** Whether a wire comes from what could not be read: from a step without a name, whatever no other step is called. */
const leads = (wire: string, { lost, kept }: Found): boolean =>
  [...lost].some((id) => wire === id || wire.startsWith(`${id}.`)) ||
  (lost.has('') && ![{ id: 'in' }, ...kept].some(({ id }) => id === wire.split('.')[0]))

/** Wires without those that come from what could not be read. */
const without = (wires: WrittenWires, found: Found): any =>
  typeof wires === 'string'
    ? leads(wires, found)
      ? undefined
      : wires
    : Object.fromEntries(
        Object.entries(wires).flatMap(([key, w]) => {
          const kept = without(w, found)
          return kept === undefined ? [] : [[key, kept]]
        })
      )

/** Reads what can be read of a graph. */
export const readLenient = (catalogue: Catalogue, u: unknown, at: string): Lenient => {
  const nothing: Graph<any, any> = { name: '', inputs: record({}), steps: [], outputs: {} as never, taps: {} }
  const places = new Map<Step, string>()
  if (!isObject(u)) return { errors: [bad(at, 'graph', brief(u))], graph: nothing, places }
  const [name, inputs, steps, outputs] = keys.map((key) => field(u, key, keys, at)) as [any, any, any, any]
  const taps = field({ ...u, taps: u['taps'] ?? {} }, 'taps', keys, at)
  const errors: Array<JsonError> = []
  if (typeof name.value !== 'string') errors.push(name.refuse('string'))
  errors.push(...strangers(u, keys, at, ['name', 'inputs', 'steps', 'outputs']))
  if (!isObject(inputs.value)) errors.push(inputs.refuse('dtypes and dims by name'))
  const { spec, lost: lostInputs, ...wrong } = specOf(isObject(inputs.value) ? inputs.value : {}, inputs.at)
  errors.push(...wrong.errors)
  if (!Array.isArray(steps.value)) errors.push(steps.refuse('a list of steps'))
  const lost = new Set<string>(isObject(inputs.value) ? lostInputs : ['in'])
  const kept: Array<Step> = []
  const found: Found = { lost, kept }
  for (const [i, written] of (Array.isArray(steps.value) ? (steps.value as Array<unknown>) : []).entries()) {
    const read = readStep(catalogue, written, i, steps.at)
    errors.push(...read.errors)
    for (const [step, place] of read.places) places.set(step, place)
    if (read.step === undefined || wiresOf(read.step.wires).some(([, wire]) => leads(wire, found))) {
      if (read.id !== undefined) lost.add(read.id)
    } else kept.push(read.step)
  }
  if (u['outputs'] === undefined) errors.push(outputs.refuse('wires by the names of outputs'))
  const given = [
    ...(u['outputs'] === undefined ? [] : badWires(outputs.value, outputs.at)),
    ...badTaps(taps.value, taps.at)
  ]
  errors.push(...given)
  const right = given.length === 0 && u['outputs'] !== undefined
  return {
    errors,
    places,
    graph: {
      name: typeof name.value === 'string' ? name.value : '',
      inputs: spec,
      steps: kept,
      outputs: (right ? without(outputs.value, found) : undefined) ?? ({} as never),
      taps: right ? without(taps.value as WrittenWires, found) : {}
    }
  }
}
