/**
 * The inputs of a written graph.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { parse, type Size } from '../../nodes/dims.js'
import { brief } from '../../nodes/object.js'
import { join, record, Spec, tensor } from '../../nodes/spec.js'
import { bad, type JsonError } from './mistakes.js'

/** The sizes that dims name; throws where one is none. */
export const sizes = (dims: string): ReadonlyArray<Size> =>
  dims
    .split(' ')
    .filter(Boolean)
    .map((d) => parse(d))

/** Whether dims can be read; `#` marks names that `compile` makes. */
const readable = (dims: string): boolean =>
  !dims.includes('#') &&
  E.isRight(
    E.tryCatch(
      () => sizes(dims),
      () => undefined
    )
  )

/** Inputs by the keys of their paths. */
type Tree = Map<string, Spec<any> | Tree>

/** Puts a spec at a path of a tree; false where another one is in the way. */
const plant = (tree: Tree, [key, ...rest]: ReadonlyArray<string>, spec: Spec<any>): boolean => {
  const there = tree.get(key!)
  if (rest.length === 0) return there === undefined && tree.set(key!, spec).size > 0
  if (there instanceof Spec) return false
  if (there === undefined) tree.set(key!, new Map())
  return plant(tree.get(key!) as Tree, rest, spec)
}

const specify = (tree: Tree): Spec<any> =>
  record(Object.fromEntries([...tree].map(([key, spec]) => [key, spec instanceof Spec ? spec : specify(spec)])))

/** The spec of those inputs that can be read, and the mistakes of the others: a lone input has no path, none hides another. */
export const specOf = (inputs: Readonly<Record<string, unknown>>, at: string) => {
  const tree: Tree = new Map()
  let lone: Spec<any> | undefined
  const errors: Array<JsonError> = []
  const lost: Array<string> = []
  for (const [path, text] of Object.entries(inputs)) {
    const refuse = (expected: string) => {
      errors.push(bad(join(at, path), expected, typeof text === 'string' ? text : brief(text)))
      lost.push(join('in', path))
    }
    const [, dtype, dims] = /^(float32|int32|bool)\[(.*)\]$/.exec(typeof text === 'string' ? text : '') ?? []
    const keys = path.split('.')
    if (dims === undefined || !readable(dims)) refuse('a dtype and dims, such as float32[B H W 3]')
    else if (path === '') lone = tensor(dims, dtype as 'float32')
    else if (keys.some((k) => k === '' || k in {})) refuse('a path of plain names')
    else if (!plant(tree, keys, tensor(dims, dtype as 'float32'))) refuse('a path of its own')
  }
  if (lone !== undefined && tree.size > 0) errors.push(bad(at, 'one input without a path, or all with one', 'both'))
  return { errors, lost, spec: lone ?? specify(tree) }
}
