import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { evened } from '../../../src/io/media/container.js'
import { parseRational, rational, toNumber } from '../../../src/io/media/rational.js'
import { apart, failing, ffmpeg, ffprobe, lossless, mean, numbered, numberOf, opened, paint, read, scratch, write } from './make.js' // biome-ignore format: one line

const at = scratch()
const outputs = ['a.mp4', 'a.webm', 'a.gif', 'a.webp', 'a.png', 'frames/']

describe('every kind of output', () => {
  it('holds as many frames as it was given, in order, also equal ones', async () => {
    for (const name of outputs) {
      for (const count of [1, 2, 3, 24, 31]) {
        await write(at(name), numbered(count, 48, 64))
        const list = await read(at(name), { frameShape: { height: 48, width: 64 } })
        expect(list.map((f) => numberOf(f)), `${name} ${count}`).toEqual(Array.from({ length: count }, (_, n) => n)) // biome-ignore format: one line
      }
      const still = paint(48, 64, (x, y) => [x, y, 50])
      await write(at(name), Array(20).fill(still))
      const list = await read(at(name), { frameShape: { height: 48, width: 64 } })
      expect(list.length, name).toBe(20)
      for (const f of list) expect(apart(f.data, still.data).mean, name).toBeLessThan(6)
    }
  })

  it('keeps the rate, as a fraction where it can', async () => {
    const frames = numbered(30, 16, 16)
    for (const text of ['30000/1001', '24000/1001', '25', '30', '50', '12', '10', '15/2', '60']) {
      const rate = parseRational(text)!
      for (const name of ['a.mp4', 'a.webm']) {
        await write(at(name), frames, { rate })
        expect((await opened(at(name))).rate, `${name} ${text}`).toEqual(rate)
      }
      for (const name of ['a.gif', 'a.webp']) {
        await write(at(name), frames, { rate })
        const due = name === 'a.gif' ? Math.min(50, toNumber(rate)) : toNumber(rate)
        const got = toNumber((await opened(at(name))).rate)
        expect(Math.abs(got / due - 1), `${name} ${text}: ${got}`).toBeLessThan(0.02)
      }
    }
  })

  it('has the colours that it was given', async () => {
    const colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [128, 128, 128], [200, 150, 100]] // biome-ignore format: one line
    for (const name of outputs) {
      for (const colour of colours) {
        const frame = paint(32, 48, () => colour)
        await write(at(name), [frame, frame])
        const [first] = await read(at(name), { frameShape: { height: 32, width: 48 } })
        expect(apart(first!.data, frame.data).most, `${name} ${colour}`).toBeLessThanOrEqual(3)
      }
    }
  })

  it('has odd sides as they are, or one more line', async () => {
    const frame = paint(33, 47, (x, y) => [5 * x, 7 * y, x > 45 || y > 31 ? 255 : 0])
    for (const name of outputs) {
      await write(at(name), [frame, frame, frame])
      const [first, ...rest] = await read(at(name), { frameShape: { height: 33, width: 47 } })
      expect(rest.length, name).toBe(2)
      const grown = /mp4|webm/.test(name)
      expect([first!.height, first!.width], name).toEqual(grown ? [34, 48] : [33, 47])
    }
    const even = evened(frame.data, frame)
    expect(even.length).toBe(34 * 48 * 3)
    expect([...even.subarray(3 * 46, 3 * 48)]).toEqual([230, 0, 255, 230, 0, 255])
    expect(even.subarray(33 * 48 * 3)).toEqual(even.subarray(32 * 48 * 3, 33 * 48 * 3))
  })

  it('looks like what it was given', async () => {
    const frames = Array.from({ length: 8 }, (_, n) =>
      paint(96, 128, (x, y) => [
        128 + 90 * Math.sin((x + 3 * n) / 11),
        128 + 90 * Math.cos((y - n) / 13),
        (x + y + n) % 256
      ])
    )
    const limits: Record<string, number> = {
      'a.mp4': 4,
      'a.webm': 4,
      'a.gif': 8,
      'a.webp': 4,
      'a.png': 0,
      'frames/': 0
    }
    for (const [name, limit] of Object.entries(limits)) {
      await write(at(name), frames)
      const list = await read(at(name), { frameShape: { height: 96, width: 128 } })
      list.forEach((f, n) => expect(apart(f.data, frames[n]!.data).mean, `${name} ${n}`).toBeLessThanOrEqual(limit))
    }
  })

  it('has the same bytes when it is written again', async () => {
    for (const name of outputs.slice(0, 5)) {
      await write(at(`1${name}`), numbered(12, 32, 32))
      await write(at(`2${name}`), numbered(12, 32, 32))
      expect(readFileSync(at(`1${name}`)).equals(readFileSync(at(`2${name}`))), name).toBe(true)
    }
  })

  it('is better with more quality', async () => {
    const noise = [0, 1, 2].map((n) => paint(64, 64, (x, y) => [(x * y * (37 + n)) % 256, (x * 91) % 256, (y * 53) % 256])) // biome-ignore format: one line
    for (const name of ['a.mp4', 'a.webm', 'a.webp']) {
      const sizes: Array<number> = []
      for (const quality of [0, 50, 100]) {
        await write(at(name), noise, { quality })
        sizes.push(readFileSync(at(name)).length)
      }
      expect(sizes, name).toEqual([...sizes].sort((a, b) => a - b))
    }
  })
})

it('a name may hold signs that mean something elsewhere', async () => {
  await mkdir(at('odd'))
  for (const name of ['-y.mp4', '%03d.png', '%d.webm', 'a:b.gif', 'q\'uo"te $(x).webp', 'http:x.mp4']) {
    await write(at(`odd/${name}`), numbered(3, 16, 16))
    expect((await read(at(`odd/${name}`))).length, name).toBe(3)
  }
  expect(readdirSync(at('odd'))).toHaveLength(6)
})

it('a folder of frames replaces the frames that were there, all of them', async () => {
  await write(at('again'), numbered(5, 8, 8))
  await write(at('again/'), numbered(2, 8, 8))
  expect(readdirSync(at('again'))).toEqual(['00000.png', '00001.png'])
})

it('a strip is limited as pictures are', async () => {
  const limits = { pixels: 16 * 16 * 3 }
  await write(at('strip.png'), numbered(3, 16, 16), { limits })
  const failure = await failing(write(at('strip.png'), numbered(5, 16, 16), { limits }))
  expect(failure).toMatchObject({ _tag: 'OverLimit', raise: '--max-pixels', actual: 16 * 16 * 4 })
  expect(await sharp(at('strip.png')).metadata()).toMatchObject({ width: 48, height: 16 })
})

describe('audio', () => {
  const tone = (seconds: number, ...how: ReadonlyArray<string>) => [
    '-f',
    'lavfi',
    '-i',
    `sine=f=440:d=${seconds}`,
    ...how
  ]
  const picture = (seconds: number) => ['-f', 'lavfi', '-i', `testsrc2=s=64x48:r=25:d=${seconds}`]

  const packets = async (file: string): Promise<string> =>
    (await ffprobe(file, '-select_streams', 'a', '-show_packets', '-show_data_hash', 'md5')).packets
      .map((p: { data_hash: string }) => p.data_hash)
      .join('\n')

  it('is copied where the container takes it, else encoded', async () => {
    await ffmpeg(...picture(2), ...tone(2), '-c:v', 'libx264', '-c:a', 'aac', at('aac.mp4'))
    await ffmpeg(...picture(2), ...tone(2), '-c:v', 'libvpx', '-c:a', 'libopus', at('opus.webm'))
    await ffmpeg(...picture(2), ...tone(2), '-c:v', 'mpeg4', '-c:a', 'pcm_s16le', at('pcm.avi'))
    const cases = [
      ['aac.mp4', 'o.mp4', 'aac', true],
      ['opus.webm', 'o.webm', 'opus', true],
      ['aac.mp4', 'o.webm', 'opus', false],
      ['opus.webm', 'o.mp4', 'aac', false],
      ['pcm.avi', 'o.mp4', 'aac', false],
      ['pcm.avi', 'o.webm', 'opus', false]
    ] as const
    for (const [from, to, codec, copied] of cases) {
      await write(at(to), numbered(30, 48, 64), { audioFrom: at(from) })
      const { streams } = await ffprobe(at(to))
      expect(
        streams.map((s: { codec_type: string }) => s.codec_type),
        `${from} ${to}`
      ).toEqual(['video', 'audio'])
      expect(streams[1].codec_name).toBe(codec)
      const [whole, part] = [await packets(at(from)), await packets(at(to))]
      if (copied) expect(whole.startsWith(part.split('\n').slice(0, -1).join('\n')), `${from} ${to}`).toBe(true)
      expect((await read(at(to))).length).toBe(30)
      expect(await opened(at(to))).toMatchObject({ audio: true, rate: rational(25, 1) })
      const { format } = await ffprobe(at(to))
      expect(Math.abs(Number(format.duration) - 1.2), `${from} ${to}`).toBeLessThan(0.06)
    }
  })

  it('does not shorten the picture when it is shorter', async () => {
    await ffmpeg(...picture(2), ...tone(0.5), '-c:v', 'libx264', '-c:a', 'aac', at('short.mp4'))
    await write(at('o.mp4'), numbered(30, 48, 64), { audioFrom: at('short.mp4') })
    expect((await read(at('o.mp4'))).length).toBe(30)
    const { streams } = await ffprobe(at('o.mp4'))
    expect(Number(streams[1].duration)).toBeLessThan(0.6)
  })

  it('starts where it is asked to', async () => {
    // silence for a second, then a tone
    const late = ['-f', 'lavfi', '-i', 'aevalsrc=if(gt(t\\,1)\\,0.5*sin(2000*t)\\,0):d=2']
    await ffmpeg(...picture(2), ...late, '-c:v', 'libx264', '-c:a', 'aac', at('late.mp4'))
    const loud = async (audioStart: number) => {
      await write(at('o.mp4'), numbered(20, 48, 64), { audioFrom: at('late.mp4'), audioStart })
      await ffmpeg('-i', at('o.mp4'), '-vn', '-ac', '1', '-ar', '8000', '-f', 's16le', at('o.pcm'))
      const pcm = readFileSync(at('o.pcm'))
      const samples = new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length >> 1).map(Math.abs)
      return samples.findIndex((s) => s > 3000) / 8000
    }
    expect(await loud(0)).toBeLessThan(0) // the tone is past the end
    expect(await loud(0.6)).toBeCloseTo(0.4, 1)
    expect(await loud(1.1)).toBeLessThan(0.05)
  })

  it('is none from a picture, a GIF, a silent video; none in GIF, WebP, PNG', async () => {
    await lossless(at('silent.mp4'), numbered(3, 16, 16))
    await write(at('from.png'), numbered(1, 16, 16))
    await write(at('from.gif'), numbered(3, 16, 16))
    for (const from of ['silent.mp4', 'from.png', 'from.gif']) {
      await write(at('o.mp4'), numbered(5, 16, 16), { audioFrom: at(from) })
      expect(await opened(at('o.mp4')), from).toMatchObject({ audio: false, count: 5 })
    }
    for (const name of ['o.gif', 'o.webp', 'o.png', 'o']) {
      await write(at(name), numbered(5, 16, 16), { audioFrom: at('late.mp4') })
      expect(mean((await read(at(name)))[0]!.data), name).toBeLessThan(4)
    }
    await writeFile(at('bad.mp4'), 'no video')
    const lost = await failing(write(at('o.mp4'), numbered(5, 16, 16), { audioFrom: at('not there.mp4') }))
    expect(lost).toMatchObject({ _tag: 'FileTrouble', file: at('not there.mp4') })
  })
})
