/** What programs of one's own write: whole films in one call, several pictures on one, drawings. */
import { mkdirSync, readdirSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { mosaic, pngOf, writeFrames } from '../../../src/io/media/index.js'
import { framesOf } from '../../../src/io/synth/index.js'
import { numbered, numberOf, paint, read, scratch } from './make.js'

const at = scratch()
const rate = { num: 12, den: 1 }

describe('frames into a file', () => {
  it('are taken one at a time from whatever gives them', async () => {
    const frames = numbered(5, 48, 64)
    const slowly = async function* () {
      yield* frames
    }
    for (const given of [frames, slowly()]) {
      expect(await writeFrames(at('a.webp'), given, { rate })()).toMatchObject({ _tag: 'Right' })
      expect((await read(at('a.webp'))).map((f) => numberOf(f))).toEqual([0, 1, 2, 3, 4])
    }
  })

  it('leave nothing where one cannot be had, is of another size, or there is none', async () => {
    const broken = async function* () {
      yield paint(8, 8, () => [0, 0, 0])
      throw new Error('unplugged')
    }
    const sizes = [paint(8, 8, () => [0, 0, 0]), paint(8, 9, () => [0, 0, 0])]
    const cases = { unplugged: broken(), 'expected a frame of 8x8, got 9x8': sizes, 'no frame was written': [] }
    mkdirSync(at('empty'))
    for (const [cause, frames] of Object.entries(cases)) {
      const { left } = (await writeFrames(at('empty/b.webp'), frames, { rate })()) as { readonly left: unknown }
      expect(JSON.stringify(left)).toContain(cause)
      expect(readdirSync(at('empty'))).toEqual([])
    }
  })
})

describe('pictures for people', () => {
  const [red, blue] = [paint(2, 3, () => [255, 0, 0]), paint(2, 3, () => [0, 0, 255])]
  const pixel = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number) => [
    ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)
  ]

  it('stand in rows and columns, white between them', async () => {
    const all = await mosaic([[red, blue], [blue]], { gap: 1, scale: 2 })
    expect([all.width, all.height]).toEqual([14, 10])
    expect([pixel(all, 0, 0), pixel(all, 5, 3), pixel(all, 8, 0), pixel(all, 0, 6)]).toEqual([
      [255, 0, 0],
      [255, 0, 0],
      [0, 0, 255],
      [0, 0, 255]
    ])
    expect([pixel(all, 6, 0), pixel(all, 0, 4), pixel(all, 13, 9)]).toEqual(Array(3).fill([255, 255, 255]))
  })

  it('are of one shape, one at least', async () => {
    const expected = 'pictures of one shape'
    for (const [rows, actual] of [
      [[[]], 'none'],
      [[[red, paint(2, 2, () => [0, 0, 0])]], '3x2, 2x2']
    ] as const)
      await expect(mosaic(rows)).rejects.toMatchObject({ problem: { _tag: 'Usage', expected, actual } })
  })

  it('become PNG, drawings too', async () => {
    const { data, info } = await sharp(await pngOf(red))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, [...data.subarray(0, 3)]]).toEqual([3, 2, [255, 0, 0]])
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="5"><rect width="4" height="5" fill="blue"/></svg>'
    expect(await sharp(await pngOf(svg)).metadata()).toMatchObject({ format: 'png', width: 4, height: 5 })
  })

  it('are cut out of the bytes of a film', () => {
    const frames = framesOf({ frames: Uint8Array.from({ length: 36 }, (_, i) => i), shape: [3, 2, 2, 3] })
    expect(frames.map(({ data, time }) => [data[0], data.length, time])).toEqual([
      [0, 12, 0],
      [12, 12, 1 / 12],
      [24, 12, 2 / 12]
    ])
  })
})
