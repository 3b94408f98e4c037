import { existsSync, readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { unpickle } from '../../src/io/checkpoint/pickle.js'
import { noNames, torchNames } from '../../src/io/checkpoint/torch-names.js'
import { showProblem } from '../../src/io/problem/problem.js'
import {
  call,
  dict,
  float,
  int,
  join,
  list,
  long,
  metadata,
  named,
  none,
  ordered,
  pickle,
  text,
  tuple,
  yes
} from './pickled.js'

const run = (bytes: Uint8Array) => unpickle('f', 'pickle', bytes, 0, torchNames(new Map()))
const value = (bytes: Uint8Array): unknown => {
  const result = run(bytes)
  if (E.isLeft(result)) throw new Error(showProblem(result.left))
  return result.right.value
}
const told = (bytes: Uint8Array): string => {
  const result = run(bytes)
  return E.isLeft(result) ? showProblem(result.left) : 'accepted'
}

describe('the pickle machine', () => {
  it('builds plain values', () => {
    expect(value(pickle(int(-7)))).toBe(-7)
    expect(value(pickle(float(-0.1)))).toBe(-0.1)
    expect(value(pickle(long(-3n)))).toBe(-3)
    expect(value(pickle(long(140_234_567_890_123n)))).toBe(140_234_567_890_123)
    expect(value(pickle(long(2n ** 64n + 1n)))).toBe(2n ** 64n + 1n)
    expect(value(pickle(text('é😀')))).toBe('é😀')
    expect(value(pickle(none))).toBe(null)
    expect(value(pickle(yes))).toBe(true)
    expect(value(pickle(join('C\x02ab')))).toEqual(Uint8Array.of(97, 98))
    expect(value(pickle(join('\x8a\x00')))).toBe(0)
  })

  it('builds collections, shares what is kept', () => {
    expect(value(pickle(list(int(1), tuple(int(2)))))).toMatchObject({
      _tag: 'list',
      items: [1, { _tag: 'tuple', items: [2] }]
    })
    expect(value(pickle(join('K\x01K\x02\x86')))).toMatchObject({ items: [1, 2] })
    const shared = value(pickle(join(list(), 'q\x05h\x05\x86'))) as { readonly items: ReadonlyArray<unknown> }
    expect(shared.items[0]).toBe(shared.items[1])
    expect(value(join('\x80\x04\x95', new Uint8Array(8), '\x8c\x01a\x94h\x00\x86.'))).toMatchObject({
      items: ['a', 'a']
    })
  })

  it('keeps keys that mean something to JavaScript', () => {
    const made = value(pickle(dict([text('__proto__'), int(1)], [long(5n), int(2)]))) as {
      readonly entries: Map<unknown, unknown>
    }
    expect([...made.entries]).toEqual([
      ['__proto__', 1],
      [5, 2]
    ])
  })

  it('builds ordered dictionaries of Python 3 and of Python 2, and drops their version notes', () => {
    const pairs = list(list(text('a'), int(1)), tuple(text('b'), int(2)))
    expect(value(pickle(call(named('collections', 'OrderedDict'), pairs)))).toMatchObject({
      entries: new Map([
        ['a', 1],
        ['b', 2]
      ])
    })
    expect(value(pickle(metadata(ordered([text('a'), int(1)]))))).toMatchObject({ entries: new Map([['a', 1]]) })
  })

  it('builds sizes and devices', () => {
    expect(value(pickle(call(named('torch', 'Size'), tuple(int(2), int(3)))))).toMatchObject({ items: [2, 3] })
    expect(value(pickle(call(named('torch', 'device'), text('cuda'), int(1))))).toBe('cuda:1')
  })

  const names = [
    ['os', 'system'],
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['__builtin__', 'getattr'],
    ['numpy.core.multiarray', 'scalar'],
    ['torch', 'load'],
    ['torch._utils', '_rebuild_tensor_v3'],
    ['torch.storage', '_load_from_bytes'],
    ['collections', 'defaultdict'],
    ['collections.OrderedDict', ''],
    ['__proto__', 'constructor'],
    ['torch', 'UntypedStorage']
  ] as const
  it.each(names)('refuses %s.%s by its name, whichever way it is asked for', (module, name) => {
    const words = `expected tensors, numbers, text, lists and dictionaries only, got ${module}.${name}`
    expect(told(pickle(named(module, name)))).toContain(words)
    expect(told(join('\x80\x04', text(module), text(name), '\x93.'))).toContain(words)
    expect(told(pickle(join(`(i${module}\n${name}\n`)))).toContain(`got INST of ${module}.${name}`)
  })

  const refused: ReadonlyArray<readonly [string, Uint8Array, RegExp]> = [
    ['nothing', new Uint8Array(), /byte 0: expected 1 more bytes, got 0/],
    ['an instruction that nobody knows', pickle(join('\xff')), /instruction 0xff/],
    ['objects', pickle(join(')\x81')), /NEWOBJ/],
    ['sets', pickle(join('\x8f')), /EMPTY_SET/],
    ['the extension registry', pickle(join('\x82\x01')), /EXT1/],
    ['text protocols', join('I1\n.'), /instruction 0x49/],
    ['protocol 1', join('\x80\x01N.'), /protocol 2 to 5, got 1/],
    ['an empty stack', pickle(join('')), /a value, got none/],
    ['a mark that is not there', pickle(join('t')), /a mark, got none/],
    ['a value from below a mark', pickle(join('K\x01(\x85')), /1 values, got 0/],
    ['what was never kept', pickle(join('h\x07')), /a value kept under 7/],
    ['text that is too long', pickle(join('X\xff\xff\xff\xff')), /4294967295 more bytes, got 1/],
    ['bytes that are too long', pickle(join('\x8e\xff\xff\xff\xff\xff\xff\xff\x7f')), /a length up to 2\^53/],
    ['a number that is too long', pickle(join('\x8b\xff\xff\xff\x7f')), /at most 32 bytes/],
    ['text that is no UTF-8', pickle(join('\x8c\x01\xff')), /text in UTF-8/],
    ['a list as a key', pickle(dict([list(), int(1)])), /text or a number as a key, got a list/],
    ['a key alone', pickle(join('}(K\x01u')), /a key alone/],
    ['items for what is no dictionary', pickle(join(')(K\x01K\x01u')), /a dictionary, got a tuple/],
    [
      'a call of what is no name',
      pickle(call(text('os.system'), text('ls'))),
      /an allowed name to call, got "os.system"/
    ],
    ['a call without a tuple', pickle(join(named('torch', 'Size'), 'NR')), /a tuple of arguments, got None/],
    ['a call of a storage class', pickle(call(named('torch', 'FloatStorage'), int(9))), /storage class, not a call/],
    ['attributes on plain dictionaries', pickle(metadata(dict())), /attributes on an OrderedDict only/],
    ['other attributes', pickle(metadata(ordered(), '__class__')), /no attribute but _metadata, got __class__/],
    ['a tensor of nothing', pickle(call(named('torch._utils', '_rebuild_tensor_v2'), none)), /a storage, got None/],
    ['a module as identifier', pickle(join(tuple(text('module'), none), 'Q')), /a storage, got "module"/],
    ['an endless line', join('c', 'a'.repeat(2000)), /a line of at most 1000 bytes/],
    ['too many instructions', join('('.repeat(2_000_001)), /at most 2000000 instructions/]
  ]
  it.each(refused)('refuses %s', (_, bytes, words) => expect(told(bytes)).toMatch(words))

  it('knows no name where none is due', () => {
    const result = unpickle('f', 'notes', pickle(named('collections', 'OrderedDict')), 0, noNames)
    expect(E.isLeft(result) && showProblem(result.left)).toMatch(/f: notes byte 2: .*got collections.OrderedDict/)
  })

  const evil = '../shared/media/hostile/evil.pkl'
  it.skipIf(!existsSync(evil))('refuses a pickle that would run a command (needs ../shared/media)', () => {
    expect(told(readFileSync(evil))).toMatch(/got posix.system$/)
  })
})
