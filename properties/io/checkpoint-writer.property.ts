import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { type CheckpointValue, parseCheckpoint } from '../../src/io/checkpoint/checkpoint.js'
import type { Py } from '../../src/io/checkpoint/pickle-value.js'
import type { Era } from '../../src/io/checkpoint/pickle-writer.js'
import { checkpointPieces, pyDict, shelved } from '../../src/io/checkpoint/write-checkpoint.js'
import { bytesOf, Dtype, type StoredTensor, sizeOf } from '../../src/io/safetensors/safetensors.js'

/** A value as it is written, its tensors yet to be given a place, and as it is read. */
interface Meant {
  readonly write: (put: (x: StoredTensor) => Py) => Py
  readonly read: CheckpointValue
}

/** Law: what is written is read as it was, whatever the layout. */
const comesBack =
  (era: Era) =>
  ({ write, read }: Meant): void => {
    const saved = shelved((put) => pyDict([['v', write(put)]]))
    const pieces = checkpointPieces('f', saved, era)
    const bytes = new Uint8Array(Buffer.concat(E.isRight(pieces) ? pieces.right : []))
    expect(parseCheckpoint('f', bytes)).toEqual(E.right(new Map([['v', read]])))
  }

const same = (v: null | boolean | number | string): Meant => ({ write: () => v, read: v })
const stored = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(Dtype.keys) as ReadonlyArray<Dtype>)),
    shape: fc.array(fc.nat(3), { maxLength: 5 }),
    fill: fc.nat(255)
  })
  .map(({ dtype, shape, fill }): StoredTensor => {
    const data = new Uint8Array(sizeOf(shape) * bytesOf[dtype]).map((_, i) => fill + i)
    return { dtype, shape, data }
  })
const key = fc.oneof(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger())

const meant = fc.letrec<{ readonly any: Meant; readonly leaf: Meant }>((tie) => ({
  leaf: fc.oneof(
    fc.oneof(fc.constant(null), fc.boolean(), fc.double(), fc.integer(), fc.maxSafeInteger(), fc.string()).map(same),
    fc.bigInt(-(2n ** 200n), 2n ** 200n).map((n): Meant => {
      return { write: () => n, read: Number.isSafeInteger(Number(n)) ? Number(n) : n }
    }),
    stored.map((x): Meant => ({ write: (put) => put(x), read: x }))
  ),
  any: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.tuple(fc.constantFrom('list', 'tuple'), fc.array(tie('any'), { maxLength: 4 })).map(
      ([_tag, all]): Meant => ({
        write: (put) => ({ _tag: _tag as 'list', items: all.map(({ write }) => write(put)) }),
        read: all.map(({ read }) => read)
      })
    ),
    fc.tuple(fc.boolean(), fc.uniqueArray(fc.tuple(key, tie('any')), { maxLength: 4, selector: ([k]) => k })).map(
      ([ordered, all]): Meant => ({
        write: (put) =>
          pyDict(
            all.map(([k, { write }]) => [k, write(put)] as const),
            ordered
          ),
        read: new Map(all.map(([k, { read }]) => [k, read]))
      })
    )
  )
})).any

describe('a checkpoint that is written', () => {
  it('is read as it was, in the zip layout', () => fc.assert(fc.property(meant, comesBack('zip'))))
  it('is read as it was, in the old layout', () => fc.assert(fc.property(meant, comesBack('legacy'))))
})
