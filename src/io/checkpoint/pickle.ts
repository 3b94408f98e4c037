/**
 * A machine for Python's pickles that knows no Python: it builds numbers, text, lists, tuples, dictionaries, and what a
 * given list of names allows; anything else is refused by its name before it is built.
 *
 * Source: the instructions of protocols 2 to 5 as `pickletools` of CPython describes them.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Problem } from '../problem/problem.js'
import { Cursor } from './pickle-bytes.js'
import { type Allowed, Machine, plain, printable } from './pickle-machine.js'
import { type Py, Refused } from './pickle-value.js'

export type { Allowed } from './pickle-machine.js'

/**
 * A value, and the place of the byte after its pickle.
 *
 * @category model
 * @since 0.1.0
 */
export interface Unpickled {
  readonly value: Py
  readonly end: number
}

const mostSteps = 2_000_000

/** What each instruction does; those that are not here are refused. */
const instructions: ReadonlyMap<string, (m: Machine, c: Cursor) => void> = new Map([
  ['\x80', (_, c) => protocol(c.u8())],
  ['\x95', (_, c) => void c.u64()], // the length of a frame says nothing that the bytes do not
  ['(', (m) => m.mark()],
  ['0', (m) => m.drop()],
  ['1', (m) => void m.sinceMark()],
  ['2', (m) => m.push(m.top())],
  ['N', (m) => m.push(null)],
  ['\x88', (m) => m.push(true)],
  ['\x89', (m) => m.push(false)],
  ['K', (m, c) => m.push(c.u8())],
  ['M', (m, c) => m.push(c.u16())],
  ['J', (m, c) => m.push(c.i32())],
  ['\x8a', (m, c) => m.push(c.long(c.u8()))],
  ['\x8b', (m, c) => m.push(c.long(c.u32()))],
  ['G', (m, c) => m.push(c.f64())],
  ['X', (m, c) => m.push(c.text(c.u32()))],
  ['T', (m, c) => m.push(c.text(c.u32()))], // T and U: text of Python 2
  ['U', (m, c) => m.push(c.text(c.u8()))],
  ['\x8c', (m, c) => m.push(c.text(c.u8()))],
  ['\x8d', (m, c) => m.push(c.text(c.u64()))],
  ['C', (m, c) => m.push(c.take(c.u8()))],
  ['B', (m, c) => m.push(c.take(c.u32()))],
  ['\x8e', (m, c) => m.push(c.take(c.u64()))],
  [']', (m) => m.push({ _tag: 'list', items: [] })],
  ['a', (m) => m.append(m.last(1))],
  ['e', (m) => m.append(m.sinceMark())],
  [')', (m) => m.tuple([])],
  ['\x85', (m) => m.tuple(m.last(1))],
  ['\x86', (m) => m.tuple(m.last(2))],
  ['\x87', (m) => m.tuple(m.last(3))],
  ['t', (m) => m.tuple(m.sinceMark())],
  ['}', (m) => m.push({ _tag: 'dict', entries: new Map(), ordered: false })],
  ['s', (m) => m.setItems(m.last(2))],
  ['u', (m) => m.setItems(m.sinceMark())],
  ['q', (m, c) => m.keep(c.u8())],
  ['r', (m, c) => m.keep(c.u32())],
  ['\x94', (m) => m.keep()],
  ['h', (m, c) => m.recall(c.u8())],
  ['j', (m, c) => m.recall(c.u32())],
  ['c', (m, c) => m.global(c.line(), c.line())],
  ['\x93', (m) => m.stackGlobal()],
  ['R', (m) => m.reduce()],
  ['b', (m) => m.build()],
  ['Q', (m) => m.persistent()]
])

/** Instructions that make other things, by the names that people look up. */
const others: ReadonlyMap<string, string> = new Map([
  ['i', 'INST'],
  ['o', 'OBJ'],
  ['P', 'PERSID'],
  ['\x81', 'NEWOBJ'],
  ['\x92', 'NEWOBJ_EX'],
  ['\x82', 'EXT1'],
  ['\x83', 'EXT2'],
  ['\x84', 'EXT4'],
  ['\x8f', 'EMPTY_SET'],
  ['\x91', 'FROZENSET'],
  ['\x96', 'BYTEARRAY8'],
  ['\x97', 'NEXT_BUFFER']
])

const protocol = (version: number): void => {
  if (version < 2 || version > 5) throw new Refused('pickle protocol 2 to 5', String(version))
}

const refuse = (code: string, c: Cursor): never => {
  const name = others.get(code) ?? `instruction 0x${code.charCodeAt(0).toString(16).padStart(2, '0')}`
  throw new Refused(plain, code === 'i' ? `${name} of ${printable(`${c.line()}.${c.line()}`)}` : name)
}

/**
 * Runs one pickle that begins at `start`. `file` and `part` name the bytes in the problem.
 *
 * Takes time and memory in proportion to the bytes, and at most 2,000,000 instructions.
 *
 * @category codec
 * @since 0.1.0
 */
export const unpickle = (
  file: string,
  part: string,
  bytes: Uint8Array,
  start: number,
  allowed: Allowed
): E.Either<Problem, Unpickled> => {
  const cursor = new Cursor(bytes, start)
  const machine = new Machine(allowed)
  let at = start
  try {
    for (let steps = 0; steps < mostSteps; steps++) {
      at = cursor.at
      const code = String.fromCharCode(cursor.u8())
      if (code === '.') return E.right({ value: machine.pop(), end: cursor.at })
      const instruction = instructions.get(code)
      if (instruction === undefined) refuse(code, cursor)
      else instruction(machine, cursor)
    }
    throw new Refused(`at most ${mostSteps} instructions`, 'more')
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause
    const { expected, actual } = cause
    return E.left({ _tag: 'BadData', file, at: `${part} byte ${at}`, expected, actual })
  }
}
