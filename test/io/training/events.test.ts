import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { crc32c, masked } from '../../../src/io/training/crc32c.js'
import { openEvents } from '../../../src/io/training/events.js'
import { integerIn } from '../../../src/io/training/protobuf.js'
import { recordOf } from '../../../src/io/training/tfrecord.js'
import { done, folder, refusal } from './common.js'

/** What a message holds by field number, in the order written. A reader of its own: nothing of it is used by the writer. */
type Field = readonly [number, number | Uint8Array]
const fieldsOf = (data: Uint8Array): ReadonlyArray<Field> => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const fields: Array<Field> = []
  let at = 0
  const varint = (): number => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(value)
    }
  }
  while (at < data.length) {
    const key = varint()
    const wire = key & 7
    const from = at
    if (wire === 0) fields.push([key >> 3, varint()])
    else if (wire === 1) {
      fields.push([key >> 3, view.getFloat64(from, true)])
      at += 8
    } else if (wire === 5) {
      fields.push([key >> 3, view.getFloat32(from, true)])
      at += 4
    } else if (wire === 2) {
      const length = varint()
      fields.push([key >> 3, data.subarray(at, at + length)])
      at += length
    } else throw new Error(`wire ${wire}`)
  }
  return fields
}
const get = (fields: ReadonlyArray<Field>, number: number): any => fields.find(([n]) => n === number)?.[1]
const text = (u: any): string => Buffer.from(u).toString()

/** CRC-32C bit by bit. */
const slowCrc = (data: Uint8Array): number => {
  let c = 0xffffffff
  for (const byte of data) {
    c ^= byte
    for (let bit = 0; bit < 8; bit++) c = (c >>> 1) ^ (c & 1 ? 0x82f63b78 : 0)
  }
  return ~c >>> 0
}

interface Read {
  readonly seconds: number
  readonly step: number
  readonly version?: string
  readonly start?: number
  readonly values: ReadonlyArray<readonly [string, any]>
}

const readEvents = (file: string): ReadonlyArray<Read> => {
  const bytes = new Uint8Array(readFileSync(file))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const unmask = (m: number): number => {
    const c = (m - 0xa282ead8) >>> 0
    return ((c << 15) | (c >>> 17)) >>> 0
  }
  const events: Array<Read> = []
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true))
    expect(unmask(view.getUint32(at + 8, true))).toBe(slowCrc(bytes.subarray(at, at + 8)))
    const data = bytes.subarray(at + 12, at + 12 + length)
    expect(unmask(view.getUint32(at + 12 + length, true))).toBe(slowCrc(data))
    at += 16 + length
    const event = fieldsOf(data)
    const summary = get(event, 5)
    events.push({
      seconds: get(event, 1),
      step: get(event, 2),
      ...(get(event, 3) === undefined ? {} : { version: text(get(event, 3)) }),
      ...(get(event, 7) === undefined ? {} : { start: get(fieldsOf(get(event, 7)), 1) }),
      values: (summary === undefined ? [] : fieldsOf(summary)).map(([number, value]) => {
        expect(number).toBe(1)
        const fields = fieldsOf(value as Uint8Array)
        const image = get(fields, 4)
        return [text(get(fields, 1)), image === undefined ? get(fields, 2) : fieldsOf(image)] as const
      })
    })
  }
  return events
}

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3)

const go = async (dir: string, from: number, to: number): Promise<void> => {
  const events = await done(openEvents(dir, from, () => 1700000000.25))
  for (let step = from + 1; step <= to; step++) {
    await done(events.scalars(step, { 'losses/a': step / 8, 'losses/b': -step }))
    if (step % 2 === 0) await done(events.picture(step, 'pictures', { png, height: 300, width: 5 }))
  }
  await done(events.close)
}

const all = (dir: string): ReadonlyArray<Read> =>
  readdirSync(dir)
    .sort()
    .flatMap((name) => readEvents(join(dir, name)))
const steps = (dir: string): ReadonlyArray<number> =>
  all(dir).flatMap(({ step, values }) => (values.some(([tag]) => tag === 'losses/a') ? [step] : []))

it('has the checksums of the standard', () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, i) => i)
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
  expect(crc32c(ascending)).toBe(0x46dd794e)
  expect(crc32c(ascending.toReversed())).toBe(0x113fdb5c)
  // the first twelve bytes of any event file of TensorFlow whose first record is 24 bytes long
  expect(
    Buffer.from(recordOf(new Uint8Array(24)))
      .subarray(0, 12)
      .toString('hex')
  ).toBe('1800000000000000a37f4b22')
  expect(masked(new Uint8Array())).toBe(0xa282ead8)
})

it('holds scalars and pictures by step', async () => {
  const dir = folder()
  await go(dir, 0, 2)
  const [head, one, two, shown, ...rest] = all(dir)
  expect(rest).toEqual([])
  expect(head).toEqual({ seconds: 1700000000.25, step: 0, version: 'brain.Event:2', values: [] })
  expect(one).toMatchObject({
    step: 1,
    values: [
      ['losses/a', 0.125],
      ['losses/b', -1]
    ]
  })
  expect(two).toMatchObject({
    step: 2,
    values: [
      ['losses/a', 0.25],
      ['losses/b', -2]
    ]
  })
  expect(shown).toMatchObject({
    step: 2,
    values: [
      [
        'pictures',
        [
          [1, 300],
          [2, 5],
          [3, 3],
          [4, png]
        ]
      ]
    ]
  })
})

it('holds every step once, wherever in the last record a run was killed', async () => {
  const dir = folder()
  await go(dir, 0, 4)
  const name = readdirSync(dir)[0]!
  const bytes = readFileSync(join(dir, name))
  await go(dir, 2, 4) // the first file now ends after step 2
  const kept = readFileSync(join(dir, name)).length
  for (let cut = kept; cut <= bytes.length; cut++) {
    const killed = folder()
    writeFileSync(join(killed, name), bytes.subarray(0, cut))
    await go(killed, 2, 5)
    expect(readFileSync(join(killed, name)).equals(bytes.subarray(0, kept))).toBe(true)
    expect(steps(killed)).toEqual([1, 2, 3, 4, 5])
  }
})

it('holds every step once after many starts, and says where each began', async () => {
  const dir = folder()
  await go(dir, 0, 3)
  await go(dir, 3, 9)
  await go(dir, 6, 8)
  await go(dir, 6, 10)
  await go(dir, 4, 7)
  expect(steps(dir)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(all(dir).flatMap(({ start, step }) => (start === 1 ? [step] : []))).toEqual([4, 5])
  await go(dir, 0, 1)
  expect(steps(dir)).toEqual([1])
  expect(readdirSync(dir)).toHaveLength(1)
})

it('says which record is damaged', async () => {
  const dir = folder()
  await go(dir, 0, 3)
  const file = join(dir, readdirSync(dir)[0]!)
  const bytes = readFileSync(file)
  const second = 16 + Number(bytes.readBigUInt64LE(0))
  bytes[second + 14]! ^= 1
  writeFileSync(file, bytes)
  expect(await refusal(openEvents(dir, 2, () => 0))).toMatch(/record 2: expected sound data, got a wrong checksum/)
  bytes[second + 14]! ^= 1
  bytes[second] = 7
  writeFileSync(file, bytes)
  expect(await refusal(openEvents(dir, 2, () => 0))).toMatch(/record 2: expected a sound length, got a wrong checksum/)
})

it('leaves other files alone', async () => {
  const dir = folder()
  appendFileSync(join(dir, 'events.out.tfevents.1700000000.host'), 'of another program')
  await go(dir, 0, 1)
  await go(dir, 0, 1)
  expect(readFileSync(join(dir, 'events.out.tfevents.1700000000.host'), 'utf8')).toBe('of another program')
})

it('finds the numbers of a message, and tells what is none', () => {
  expect(integerIn(Uint8Array.of(0x10, 0xac, 0x02), 2)).toBe(300)
  expect(integerIn(Uint8Array.of(0x0a, 0x02, 0x10, 0x07, 0x10, 0x05), 2)).toBe(5)
  expect(integerIn(new Uint8Array(), 2)).toBe(0)
  for (const bad of [[0x10], [0x10, 0x80], [0x0a, 0x05, 1], [0x09, 1], [0x0b]])
    expect(integerIn(Uint8Array.from(bad), 2)).toBeUndefined()
})
