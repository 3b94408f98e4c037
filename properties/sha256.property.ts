import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../src/nodes/sha256.js'

const known = (parts: ReadonlyArray<Uint8Array | string>): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

/** Law: bytes and texts in pieces have the digest that Node gives the same pieces. */
const agrees = (parts: ReadonlyArray<Uint8Array | string>): void => {
  const own = sha256()
  for (const part of parts) own.update(part)
  expect(own.hex()).toBe(known(parts))
}

describe('sha256', () => {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'grapheme', maxLength: 40 }))
  it('is that of Node', () => fc.assert(fc.property(fc.array(piece, { maxLength: 6 }), agrees)))
  it('is right at the ends of blocks', () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128]) agrees([new Uint8Array(length).fill(7)])
  })
})
