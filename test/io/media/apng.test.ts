import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type Chunk, chunksOf, pngOf } from '../../../src/io/media/png.js'
import { all, apart, ffmpeg, ffmpegBytes, needsShared, opened, problem, read, scratch, shared } from './make.js'

const at = scratch()
const white = [255, 255, 255]
const [red, green, clear, half] = [
  [255, 0, 0, 255],
  [0, 255, 0, 255],
  [0, 0, 0, 0],
  [0, 0, 255, 128]
]

interface Piece {
  readonly x?: number
  readonly width?: number
  readonly dispose?: number
  readonly blend?: number
  readonly delay?: readonly [number, number]
  readonly colour: ReadonlyArray<number>
}

const u32 = (...ns: ReadonlyArray<number>): Buffer => {
  const b = Buffer.alloc(4 * ns.length)
  ns.forEach((n, i) => void b.writeUInt32BE(n >>> 0, 4 * i))
  return b
}

type Bare = Pick<Chunk, 'name' | 'data'>

/** The chunks of an animation, 4 pixels wide and 1 high, of flat rectangles. */
const chunks = async (pieces: ReadonlyArray<Piece>, hidden = false): Promise<ReadonlyArray<Bare>> => {
  const flat = async (width: number, colour: ReadonlyArray<number>) => {
    const data = Uint8Array.from(Array(width).fill(colour).flat())
    const png = await sharp(data, { raw: { width, height: 1, channels: 4 } })
      .png()
      .toBuffer()
    return [...chunksOf('', png)]
  }
  const first = await flat(4, hidden ? [9, 9, 9, 255] : pieces[0]!.colour)
  const out: Array<Bare> = [first[0]!, { name: 'acTL', data: u32(pieces.length, 0) }]
  let sequence = 0
  if (hidden) out.push({ name: 'IDAT', data: first.find((c) => c.name === 'IDAT')!.data })
  for (const [n, { x = 0, width = 4, dispose = 0, blend = 0, delay = [1, 10], colour }] of pieces.entries()) {
    const rest = Buffer.from([delay[0] >> 8, delay[0] & 255, delay[1] >> 8, delay[1] & 255, dispose, blend])
    out.push({ name: 'fcTL', data: Buffer.concat([u32(sequence++, width, 1, x, 0), rest]) })
    const idat = (await flat(width, colour)).find((c) => c.name === 'IDAT')!.data
    const own = n === 0 && !hidden
    out.push(own ? { name: 'IDAT', data: idat } : { name: 'fdAT', data: Buffer.concat([u32(sequence++), idat]) })
  }
  return out
}

const shown = async (name: string, pieces: ReadonlyArray<Piece>, hidden = false) => {
  await writeFile(at(name), pngOf(await chunks(pieces, hidden)))
  const list = await read(at(name))
  return list.map((f) => [0, 1, 2, 3].map((i) => [...f.data.subarray(3 * i, 3 * i + 3)]))
}

const [r, g] = [red!.slice(0, 3), green!.slice(0, 3)]

describe('an animated PNG', () => {
  it('keeps, clears or restores what was under a frame', async () => {
    for (const [dispose, due] of [
      [0, [g, g, r, r]],
      [1, [white, white, r, r]],
      [2, [r, r, r, r]]
    ] as const) {
      const pieces = [{ colour: red! }, { width: 2, colour: green!, dispose }, { x: 3, width: 1, colour: red! }]
      const frames = await shown(`dispose${dispose}.png`, pieces)
      expect(frames, `${dispose}`).toEqual([[r, r, r, r], [g, g, r, r], due]) // biome-ignore format: one line
    }
  })

  it('clears the first frame where it asks for what was before', async () => {
    const frames = await shown('first.png', [
      { colour: red!, dispose: 2 },
      { width: 1, colour: green! }
    ])
    expect(frames[1]).toEqual([g, white, white, white])
  })

  it('lays over or replaces', async () => {
    const over = await shown('over.png', [{ colour: red! }, { width: 2, colour: half!, blend: 1 }])
    expect(over[1]![0]![0]).toBeCloseTo(127, -0.5)
    expect(over[1]![0]![2]).toBeCloseTo(128, -0.5)
    expect(over[1]![2]).toEqual(r)
    const through = await shown('through.png', [{ colour: red! }, { width: 2, colour: clear!, blend: 1 }])
    expect(through[1]).toEqual([r, r, r, r])
    const replaced = await shown('replaced.png', [{ colour: red! }, { width: 2, colour: clear! }])
    expect(replaced[1]).toEqual([white, white, r, r])
  })

  it('leaves out the picture that is for other readers', async () => {
    expect(await shown('hidden.png', [{ colour: red! }, { colour: green! }], true)).toEqual([[r, r, r, r], [g, g, g, g]]) // biome-ignore format: one line
  })

  it('has the rate of its delays, and one frame on demand', async () => {
    const pieces = [red!, green!, red!].map((colour) => ({ colour, delay: [1, 24] as const }))
    await writeFile(at('rate.png'), pngOf(await chunks(pieces)))
    const clip = await opened(at('rate.png'))
    expect(clip).toMatchObject({ kind: 'animation', count: 3, height: 1, width: 4 })
    expect(clip.rate.num / clip.rate.den).toBeCloseTo(24, 0)
    expect([...(await read(at('rate.png'), { only: 1 }))[0]!.data.subarray(0, 3)]).toEqual(g)
  })

  it('is composed as ffmpeg composes it', async () => {
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=61x47:r=10:d=1.5', '-pix_fmt', 'rgba', '-f', 'apng', at('moving.png'))
    const list = await read(at('moving.png'))
    const due = await ffmpegBytes('-f', 'apng', '-i', at('moving.png'), '-f', 'rawvideo', '-pix_fmt', 'rgba', '-')
    expect(list.length).toBe(15)
    const rgb = new Uint8Array((due.length / 4) * 3)
    for (let i = 0; i < rgb.length; i++) {
      const alpha = due[4 * Math.floor(i / 3) + 3]! / 255
      rgb[i] = Math.round(due[4 * Math.floor(i / 3) + (i % 3)]! * alpha + 255 * (1 - alpha))
    }
    expect(apart(Buffer.concat(list.map((f) => f.data)), rgb).most).toBeLessThanOrEqual(1)
  })

  it('that is broken is refused with its place', async () => {
    const sound = await chunks([{ colour: red! }, { width: 2, colour: green! }])
    const change = (name: string, nth: number, how: (data: Buffer) => void): ReadonlyArray<Bare> => {
      let seen = 0
      return sound.map((c) => {
        if (c.name !== name || seen++ !== nth) return c
        const data = Buffer.from(c.data)
        how(data)
        return { name, data }
      })
    }
    const broken: Record<string, ReadonlyArray<Bare>> = {
      'too many frames': change('acTL', 0, (d) => d.writeUInt32BE(3, 0)),
      'no frames': change('acTL', 0, (d) => d.writeUInt32BE(0, 0)),
      sequence: change('fcTL', 1, (d) => d.writeUInt32BE(7, 0)),
      place: change('fcTL', 1, (d) => d.writeUInt32BE(3, 12)),
      size: change('fcTL', 1, (d) => d.writeUInt32BE(0, 4)),
      dispose: change('fcTL', 1, (d) => d.writeUInt8(3, 24)),
      pixels: change('fdAT', 0, (d) => d.writeUInt8(0, 8)),
      'no pixels': sound.filter((c) => c.name !== 'fdAT'),
      short: change('fcTL', 1, () => {}).map((c, i, a) => (i === a.length - 2 ? { ...c, data: c.data.subarray(4) } : c))
    }
    for (const [name, list] of Object.entries(broken)) {
      await writeFile(at('broken.png'), pngOf(list))
      expect(await problem(at('broken.png')), name).toMatchObject({ _tag: 'BadData', file: at('broken.png') })
    }
    const whole = pngOf(sound)
    for (let cut = 60; cut < whole.length; cut += 7) {
      await writeFile(at('cut.png'), whole.subarray(0, cut))
      expect(await problem(at('cut.png')), `${cut} bytes`).toMatchObject({ _tag: 'BadData' })
    }
  })
})

describe.skipIf(!existsSync(join(shared, 'media/hostile/apng')))(needsShared('APNG of every kind'), () => {
  const folder = join(shared, 'media/hostile/apng')
  it('plays when it is sound and is refused when it is not', async () => {
    expect(readdirSync(folder).sort()).toEqual([
      'blend_op_over.png',
      'chunk_no_fdat.png',
      'dispose_op_previous.png',
      'mode_16bit.png',
      'syntax_num_frames_invalid.png'
    ])
    const lasts: Record<string, number> = { 'blend_op_over.png': 2, 'dispose_op_previous.png': 3, 'mode_16bit.png': 2 }
    for (const [file, count] of Object.entries(lasts)) {
      const clip = await opened(join(folder, file))
      expect(clip, file).toMatchObject({ kind: 'animation', height: 64, width: 128, count })
      const last = (await all(clip.frames())).at(-1)!
      // The set is made so that the last picture is plain green, but for the 16-bit one: half of blue on black.
      const due = file.startsWith('mode') ? [0, 0, 128] : [0, 255, 0]
      for (const i of [0, 63, 64 * 64 + 64, 64 * 128 - 1]) {
        expect([...last.data.subarray(3 * i, 3 * i + 3)], `${file} ${i}`).toEqual(due)
      }
    }
    for (const file of ['chunk_no_fdat.png', 'syntax_num_frames_invalid.png']) {
      expect(await problem(join(folder, file)), file).toMatchObject({ _tag: 'BadData' })
    }
  })
})
