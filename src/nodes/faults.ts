/**
 * What a codec finds wrong in a value, told by the place in the value.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { isObject } from './object.js'

/** A codec as io-ts has it inside: which it is, and what it is made of. */
type Tagged = t.Mixed & {
  readonly _tag?: string
  readonly props?: Readonly<Record<string, Tagged>>
  readonly type?: Tagged
  readonly types?: ReadonlyArray<Tagged>
}

/**
 * Something wrong at a place of a value.
 *
 * @category errors
 * @since 0.1.0
 */
export interface Fault {
  readonly path: ReadonlyArray<string>
  readonly expected: string
  readonly value: unknown
}

/** A fault, and the choices that it lies in: where each stands in the value, and what each takes. */
interface Judged extends Fault {
  readonly choices: ReadonlyArray<{ readonly depth: number; readonly expected: string; readonly value: unknown }>
}

const wrappers: ReadonlySet<string | undefined> = new Set(['ExactType', 'ReadonlyType', 'RefinementType'])

/** What a codec is under what only says more of it. */
const bare = (codec: Tagged | undefined): Tagged | undefined => (wrappers.has(codec?._tag) ? bare(codec?.type) : codec)

/** An error of io-ts, whose keys count branches of codecs among the keys of the value. */
const judged = ({ context, value }: t.ValidationError): Judged => {
  const path: Array<string> = []
  const choices: Array<Judged['choices'][number]> = []
  for (const [i, { key }] of context.entries()) {
    const above = context[i - 1]
    const codec = bare(above?.type as Tagged | undefined)
    if (codec?._tag === 'UnionType')
      choices.push({
        depth: path.length,
        expected: (codec.types ?? []).map(({ name }) => name).join(' or '),
        value: above?.actual
      })
    else if (i > 0 && codec?._tag !== 'IntersectionType') path.push(key)
  }
  return { path, expected: context.at(-1)?.type.name ?? 'another value', value, choices }
}

/**
 * The faults that io-ts found, each by its path in the value. Where none of several choices fits, what is told is what is wrong
 * inside of those that could have been meant, or else, once, what could have stood there.
 *
 * @category errors
 * @since 0.1.0
 */
export const faults = (errors: t.Errors): ReadonlyArray<Fault> => {
  const all = errors.map(judged)
  const told = new Map<string, Fault>()
  for (const { path, expected, value, choices } of all) {
    const choice = choices.find(({ depth }) => depth === path.length)
    const under = (f: Fault): boolean => f.path.length > path.length && path.every((key, i) => f.path[i] === key)
    if (choice !== undefined && all.some(under)) continue
    const fault = { path, expected: choice?.expected ?? expected, value: choice?.value ?? value }
    told.set(JSON.stringify([path, fault.expected]), fault)
  }
  return [...told.values()]
}

/** The fields of an object's codec; nothing for one that takes any, or is no object's. */
const fieldsOf = (given: Tagged): Readonly<Record<string, Tagged>> | undefined => {
  const codec = bare(given)
  if (codec?._tag !== 'IntersectionType') return codec?.props
  const parts = codec.types?.map(fieldsOf) ?? []
  return parts.some((part) => part === undefined) ? undefined : Object.assign({}, ...parts)
}

/**
 * A key that a codec does not know, and those that it knows in its place.
 *
 * @category errors
 * @since 0.1.0
 */
export interface Surplus {
  readonly path: ReadonlyArray<string>
  readonly known: ReadonlyArray<string>
}

/**
 * Every key of a value that its codec does not know: decoding leaves them out without a word.
 *
 * @category errors
 * @since 0.1.0
 */
export const surplus = (codec: t.Mixed, value: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<Surplus> => {
  const fields = fieldsOf(codec as Tagged)
  if (fields === undefined || !isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    const here = [...path, key]
    return field === undefined ? [{ path: here, known: Object.keys(fields) }] : surplus(field, inner, here)
  })
}

/**
 * A field of an object: what is due in it, and whether it must be there.
 *
 * @category model
 * @since 0.1.0
 */
export interface Field {
  readonly name: string
  readonly expected: string
  readonly needed: boolean
}

const faultsOf = (codec: t.Mixed, value: unknown): ReadonlyArray<Fault> => {
  const read = codec.decode(value)
  return E.isLeft(read) ? faults(read.left) : []
}

/**
 * The fields that an object's codec knows, such as the settings of a kind of node; none for one that takes any, or is no object's.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const fields = (codec: t.Mixed): ReadonlyArray<Field> => {
  const missing = faultsOf(codec, {}).map(({ path }) => path[0])
  return Object.entries(fieldsOf(codec as Tagged) ?? {}).map(([name, field]) => {
    const [due] = faultsOf(field, undefined)
    return { name, expected: due?.expected ?? field.name, needed: missing.includes(name) }
  })
}
