import { unzipSync } from 'fflate'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, vi } from 'vitest'
import { pickle } from '../../src/io/checkpoint/pickle-writer.js'
import { zipPieces } from '../../src/io/checkpoint/zip-writer.js'
import { type Problem, showProblem } from '../../src/io/problem/problem.js'

const right = <A>(e: E.Either<Problem, A>): A => {
  if (E.isLeft(e)) throw new Error(showProblem(e.left))
  return e.right
}

describe('an archive', () => {
  const entries = [
    ['a/one', Uint8Array.of(1, 2, 3)],
    ['a/nothing', new Uint8Array()],
    ['a/schön.bin', new Uint8Array(1000).fill(7)]
  ] as const
  const bytes = Buffer.concat(right(zipPieces('f', entries)))

  it('is one for other readers too', () => {
    const read = unzipSync(bytes)
    expect(Object.entries(read).map(([name, data]) => [name, [...data]])).toEqual(
      entries.map(([name, data]) => [name, [...data]])
    )
  })

  it('has the data of each entry at a multiple of 64 bytes', () => {
    expect(bytes.indexOf(Buffer.from([1, 2, 3])) % 64).toBe(0)
    expect(bytes.indexOf(Buffer.alloc(1000, 7)) % 64).toBe(0)
  })

  it('has the same bytes whenever it is written', () => {
    vi.useFakeTimers({ now: new Date(2001, 1, 3, 4, 5, 6), toFake: ['Date'] })
    try {
      expect(Buffer.concat(right(zipPieces('f', entries))).equals(bytes)).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('is refused where it has more entries than 16 bits count', () => {
    const empty = new Uint8Array()
    const many = Array.from({ length: 0xffff }, (_, i) => [String(i), empty] as const)
    const told = zipPieces('f', many)
    expect(E.isLeft(told) && showProblem(told.left)).toMatch(/f: archive: expected at most 65534 entries/)
    expect(E.isRight(zipPieces('f', many.slice(1)))).toBe(true)
  })
})

describe('a pickle', () => {
  const hex = (v: Parameters<typeof pickle>[0]) => Buffer.from(pickle(v)).toString('latin1').slice(2, -1)
  it('writes numbers as Python does', () => {
    expect(hex(255)).toBe('K\xff')
    expect(hex(-1)).toBe('J\xff\xff\xff\xff')
    expect(hex(2 ** 31)).toBe('\x8a\x05\x00\x00\x00\x80\x00')
    expect(hex(-(2 ** 31) - 1)).toBe('\x8a\x05\xff\xff\xff\x7f\xff')
    expect(hex(128n)).toBe('\x8a\x02\x80\x00')
    expect(hex(-128n)).toBe('\x8a\x01\x80')
    expect(hex(0.5)).toBe('G\x3f\xe0\x00\x00\x00\x00\x00\x00')
    expect(hex(-0)).toBe('G\x80\x00\x00\x00\x00\x00\x00\x00')
  })

  it('does not write names, bytes or parts of storages', () => {
    const part = { _tag: 'storage', key: '0', dtype: 'F32', size: 4, from: 1, length: 2 } as const
    for (const v of [new Uint8Array(1), { _tag: 'global', name: 'os.system', call: () => null }, part] as const)
      expect(() => pickle(v)).toThrow(TypeError)
  })
})
