import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import {
  all,
  apart,
  asTheyAre,
  ffmpegBytes,
  ffprobe,
  mean,
  needsShared,
  numbered,
  opened,
  paint,
  problem,
  read,
  scratch,
  shared
} from './make.js'

const at = scratch()
const red = (): ReadonlyArray<number> => [255, 0, 0]

const still = (height: number, width: number, colour: (x: number, y: number) => ReadonlyArray<number>) =>
  sharp(paint(height, width, colour).data, { raw: { width, height, channels: 3 } })

describe('a still picture', () => {
  it('comes back byte for byte from PNG, once, at 25 frames a second', async () => {
    const picture = paint(20, 30, (x, y) => [x * 8, y * 12, 7])
    await writeFile(
      at('a.png'),
      await still(20, 30, (x, y) => [x * 8, y * 12, 7])
        .png()
        .toBuffer()
    )
    const { frames, ...clip } = await opened(at('a.png'))
    expect(clip).toEqual({
      kind: 'picture',
      height: 20,
      width: 30,
      sourceHeight: 20,
      sourceWidth: 30,
      rate: { num: 25, den: 1 },
      count: 1,
      audio: false,
      codec: 'png'
    })
    expect(await all(frames())).toEqual([picture])
    expect(await all(frames())).toEqual([picture])
  })

  it('is told from its content, whatever its name', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'gif', 'avif'] as const) {
      await writeFile(at(`${format}.mp4`), await still(32, 40, red).toFormat(format).toBuffer())
      const [frame] = await read(at(`${format}.mp4`))
      expect(frame).toMatchObject({ height: 32, width: 40, time: 0 })
      expect(apart(frame!.data, paint(32, 40, red).data).most, format).toBeLessThanOrEqual(3)
    }
  })

  it('stands upright as its EXIF says', async () => {
    const left = (x: number): ReadonlyArray<number> => (x < 8 ? [255, 255, 255] : [0, 0, 0])
    await writeFile(at('turned.jpg'), await still(8, 24, left).withMetadata({ orientation: 6 }).jpeg().toBuffer())
    const clip = await opened(at('turned.jpg'))
    expect(clip).toMatchObject({ kind: 'picture', height: 24, width: 8, sourceHeight: 24, sourceWidth: 8 })
    const [frame] = await all(clip.frames())
    expect(mean(frame!.data.subarray(0, 8 * 8 * 3))).toBeGreaterThan(240)
    expect(mean(frame!.data.subarray(16 * 8 * 3))).toBeLessThan(15)
  })

  it('lies on white where it is transparent', async () => {
    const rgba = Buffer.from([255, 0, 0, 255, 255, 0, 0, 128, 255, 0, 0, 0])
    await writeFile(
      at('clear.png'),
      await sharp(rgba, { raw: { width: 1, height: 3, channels: 4 } })
        .png()
        .toBuffer()
    )
    const [frame] = await read(at('clear.png'))
    expect(apart(frame!.data, Uint8Array.of(255, 0, 0, 255, 127, 127, 255, 255, 255)).most).toBeLessThanOrEqual(1)
  })

  it('repeats grey, also with 16 bits and transparency', async () => {
    const grey = Uint8Array.of(0, 100, 200, 255)
    const one = sharp(grey, { raw: { width: 1, height: 4, channels: 1 } }).toColourspace('b-w')
    await writeFile(at('grey.png'), await one.png().toBuffer())
    const [frame] = await read(at('grey.png'))
    expect([...frame!.data]).toEqual([...grey].flatMap((g) => [g, g, g]))
    const deep = sharp(Uint16Array.of(0, 100 * 257, 200 * 257, 65535), { raw: { width: 1, height: 4, channels: 1 } })
    await writeFile(at('deep.png'), await deep.toColourspace('grey16').png().toBuffer())
    expect((await sharp(at('deep.png')).metadata()).depth).toBe('ushort')
    const [other] = await read(at('deep.png'))
    expect([...other!.data]).toEqual([...grey].flatMap((g) => [g, g, g]))
  })

  it('that is cut or damaged is refused', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'gif', 'avif'] as const) {
      const noisy = still(64, 65, (x, y) => [(x * y * 37) % 256, (x * 91) % 256, (y * 53) % 256])
      const whole = await noisy.toFormat(format).toBuffer()
      for (const part of [0.3, 0.6, 0.95]) {
        await writeFile(at('cut'), whole.subarray(0, Math.floor(whole.length * part)))
        expect(await problem(at('cut')), `${format} ${part}`).toMatchObject({ _tag: 'BadData', file: at('cut') })
      }
    }
    const png = Buffer.from(
      await still(64, 65, (x, y) => [x, y, x ^ y])
        .png()
        .toBuffer()
    )
    png[Math.floor(png.length / 2)]! ^= 0x10
    await writeFile(at('flipped.png'), png)
    expect(await problem(at('flipped.png'))).toMatchObject({ _tag: 'BadData' })
  })
})

describe('a strip of frames', () => {
  const frames = numbered(5, 16, 16, 40)
  const strip = async (name: string, count = 5, width = 16) => {
    const colour = (x: number): ReadonlyArray<number> => Array(3).fill(Math.floor(x / width) * 40)
    await writeFile(
      at(name),
      await still(16, width * count, colour)
        .png()
        .toBuffer()
    )
  }

  it('is a picture some squares wide, under any name', async () => {
    await strip('strip.jpg')
    const { frames: f, ...clip } = await opened(at('strip.jpg'))
    expect(clip).toMatchObject({ kind: 'strip', height: 16, width: 16, sourceWidth: 16, count: 5 })
    expect((await all(f())).map((frame) => Buffer.from(frame.data))).toEqual(frames.map((x) => Buffer.from(x.data)))
    expect((await read(at('strip.jpg'))).map((x) => x.time)).toEqual([0, 0.04, 0.08, 0.12, 0.16])
  })

  it('has the frames that a shape says, and is whole on demand', async () => {
    await strip('wide.png', 5, 24)
    expect(await opened(at('wide.png'))).toMatchObject({ kind: 'picture', width: 120 })
    expect(await opened(at('wide.png'), { frameShape: { height: 16, width: 24 } })).toMatchObject({ count: 5 })
    expect(await problem(at('wide.png'), { frameShape: { height: 16, width: 25 } })).toMatchObject({ _tag: 'BadData' })
    expect(await problem(at('wide.png'), { frameShape: { height: 8, width: 24 } })).toMatchObject({ _tag: 'BadData' })
    await strip('five.png')
    expect(await opened(at('five.png'), { whole: true })).toMatchObject({ kind: 'picture', width: 80, count: 1 })
  })

  it('gives one frame by its index, and takes a rate as its own', async () => {
    await strip('one.png')
    const [frame, ...rest] = await read(at('one.png'), { only: 3, rate: { num: 30000, den: 1001 } })
    expect(rest).toEqual([])
    expect(frame!.data[0]).toBe(120)
    expect(await problem(at('one.png'), { only: 5 })).toMatchObject({ _tag: 'BadData', at: 'frame 5' })
    expect((await read(at('one.png'), { rate: { num: 10, den: 1 } })).map((x) => x.time)).toEqual([
      0, 0.1, 0.2, 0.3, 0.4
    ])
  })

  it('keeps the colours under its transparency, as the original does', async () => {
    const rgba = Buffer.from(Array.from({ length: 32 }, (_, i) => [i, 2 * i, 3 * i, i % 3 === 0 ? 0 : 200]).flat())
    await writeFile(
      at('alpha.png'),
      await sharp(rgba, { raw: { width: 8, height: 4, channels: 4 } })
        .png()
        .toBuffer()
    )
    const [first] = await read(at('alpha.png'))
    expect([...first!.data.subarray(0, 6)]).toEqual([0, 0, 0, 1, 2, 3])
  })
})

describe.skipIf(!existsSync(join(shared, 'golden/frames')))(needsShared('the strips of the original'), () => {
  const manifest = join(shared, 'golden/frames/manifest.json')
  const videos: Record<string, any> = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).videos : {}
  const paths: Record<string, string> = {
    shapes: 'data/shapes/train/00000000.png',
    actions: 'data/actions/train/00000000.jpg',
    'moving-gif-strip': 'data/mgif-strips/driving.png'
  }
  for (const [name, path] of Object.entries(paths)) {
    it(`${name} decodes to the very same bytes`, async () => {
      const { shape, image_shape, sha256_of_bytes, sum_per_frame } = videos[name]
      const clip = await opened(join(shared, path), { frameShape: { height: image_shape[0], width: image_shape[1] } })
      expect([clip.count, clip.height, clip.width, 3]).toEqual(shape)
      const frames = await all(clip.frames())
      const hash = createHash('sha256')
      for (const frame of frames) hash.update(frame.data)
      expect(hash.digest('hex')).toBe(sha256_of_bytes)
      frames.forEach((f, i) => {
        expect(f.data.reduce((sum, b) => sum + b, 0) / 255).toBeCloseTo(sum_per_frame[i], 2)
      })
      expect((await opened(join(shared, path))).count).toBe(shape[0]) // the squares are found without being told
    })
  }
})

describe('a folder of frames', () => {
  it('goes in the order that people count, past what is no picture', async () => {
    await mkdir(at('folder'))
    for (const n of [0, 1, 2, 9, 10, 11]) {
      await writeFile(
        at(`folder/frame ${n}.png`),
        await still(8, 9, () => [n * 20, 0, 0])
          .png()
          .toBuffer()
      )
    }
    await writeFile(at('folder/notes.png'), 'no picture')
    await writeFile(at('folder/.hidden.png'), await still(8, 9, red).png().toBuffer())
    await mkdir(at('folder/inside'))
    await symlink(at('folder/inside'), at('folder/link'))
    const { frames, ...clip } = await opened(at('folder'))
    expect(clip).toMatchObject({ kind: 'folder', height: 8, width: 9, count: 6, rate: { num: 25, den: 1 } })
    expect((await all(frames())).map((f) => f.data[0]! / 20)).toEqual([0, 1, 2, 9, 10, 11])
    expect((await read(at('folder'), { only: 4 })).map((f) => f.data[0])).toEqual([200])
  })

  it('has one shape, or is brought to one', async () => {
    await mkdir(at('mixed'))
    await writeFile(at('mixed/1.png'), await still(8, 8, red).png().toBuffer())
    await writeFile(at('mixed/2.png'), await still(16, 20, red).png().toBuffer())
    expect(await problem(at('mixed'))).toMatchObject({ _tag: 'BadData', file: at('mixed/2.png'), at: 'size' })
    const frames = await read(at('mixed'), { size: { height: 10, width: 12 } })
    expect(frames.map((f) => [f.height, f.width])).toEqual([[10, 12], [10, 12]]) // biome-ignore format: one line
    await mkdir(at('empty'))
    expect(await problem(at('empty'))).toMatchObject({ _tag: 'BadData', expected: 'at least one picture' })
  })
})

describe('an animation', () => {
  const frames = numbered(12, 20, 24, 20)
  const made = (format: 'gif' | 'webp', ms: number) => {
    const delay = Array(12).fill(ms)
    const tall = Buffer.concat(frames.map((f) => f.data))
    const all = sharp(tall, { raw: { width: 24, height: 240, channels: 3, pageHeight: 20 } })
    return format === 'gif'
      ? all.gif({ delay, keepDuplicateFrames: true }).toBuffer()
      : all.webp({ delay, lossless: true }).toBuffer()
  }

  it('has the frames and the rate of its delays, GIF and WebP', async () => {
    for (const format of ['gif', 'webp'] as const) {
      await writeFile(at(format), await made(format, 80))
      const clip = await opened(at(format))
      expect(clip).toMatchObject({ kind: 'animation', count: 12, rate: { num: 25, den: 2 }, height: 20, width: 24 })
      const list = await all(clip.frames())
      expect(list.map((f) => Math.round(f.data[0]! / 20))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
      expect(list[11]!.time).toBeCloseTo(0.88, 9)
      expect((await read(at(format), { only: 7 })).map((f) => Math.round(f.data[0]! / 20))).toEqual([7])
      const half = await read(at(format), { rate: { num: 25, den: 4 } })
      expect(half.map((f) => Math.round(f.data[0]! / 20))).toEqual([0, 2, 4, 6, 8, 10])
    }
  })

  it('that is cut is refused with the frame that is missing', async () => {
    const gif = await made('gif', 80)
    await writeFile(at('cut.gif'), gif.subarray(0, gif.length - 40))
    expect(await problem(at('cut.gif'))).toMatchObject({ _tag: 'BadData', at: 'frame 11', expected: 'a whole GIF' })
    const webp = await made('webp', 80)
    await writeFile(at('cut.webp'), webp.subarray(0, webp.length - 40))
    expect(await problem(at('cut.webp'))).toMatchObject({ _tag: 'BadData' })
  })
})

describe.skipIf(!existsSync(join(shared, 'media/gif')))(needsShared('GIFs of every kind'), () => {
  const folder = join(shared, 'media/gif')
  const files = existsSync(folder) ? readdirSync(folder) : []
  it('have as many frames as ffmpeg finds, and its pixels where they are opaque', async () => {
    for (const file of files) {
      const clip = await opened(join(folder, file))
      const rgba = await ffmpegBytes('-f', 'gif', '-i', join(folder, file), ...(await asTheyAre()), '-f', 'rawvideo', '-pix_fmt', 'rgba', '-') // biome-ignore format: one line
      const area = clip.height * clip.width
      const list = await all(clip.frames())
      const { streams } = await ffprobe(join(folder, file), '-count_frames')
      expect(list.length, file).toBe(Number(streams[0].nb_read_frames))
      expect(clip.count).toBe(list.length)
      let odd = 0
      list.forEach(({ data }, n) => {
        for (let i = 0; i < area; i++) {
          const from = 4 * (n * area + i)
          if (rgba[from + 3] !== 255) continue
          if ([0, 1, 2].some((c) => data[3 * i + c] !== rgba[from + c])) odd += 1
        }
      })
      expect(odd / (area * list.length), file).toBeLessThan(0.001)
    }
  })
})

describe.skipIf(!existsSync(join(shared, 'media/hostile/pngsuite')))(needsShared('PNG of every kind'), () => {
  const folder = join(shared, 'media/hostile/pngsuite')
  const files = existsSync(folder) ? readdirSync(folder) : []
  it('decodes as ffmpeg decodes it, on white', async () => {
    for (const file of files) {
      const [frame] = await read(join(folder, file))
      const rgba = await ffmpegBytes('-f', 'png_pipe', '-i', join(folder, file), '-f', 'rawvideo', '-pix_fmt', 'rgba', '-') // biome-ignore format: one line
      const due = new Uint8Array(frame!.data.length)
      for (let i = 0; i < due.length; i++) {
        const alpha = rgba[4 * Math.floor(i / 3) + 3]! / 255
        due[i] = Math.round(rgba[4 * Math.floor(i / 3) + (i % 3)]! * alpha + 255 * (1 - alpha))
      }
      // The ffmpeg of 2018 does not know transparent grey of 4 bits.
      if (file !== 'tbbn1g04.png') expect(apart(frame!.data, due).most, file).toBeLessThanOrEqual(2)
      else expect(frame!.data.filter((b) => b === 255).length).toBeGreaterThan(3 * 500)
    }
  })

  it('is refused when any one byte of its pixels is changed', async () => {
    for (const file of files) {
      const png = await readFile(join(folder, file))
      const data = png.indexOf('IDAT') + 4
      for (const where of [data, data + 3, png.indexOf('IEND') - 5]) {
        const damaged = Uint8Array.from(png)
        damaged[where]! ^= 0x41
        await writeFile(at('damaged.png'), damaged)
        expect(await problem(at('damaged.png')), `${file} ${where}`).toMatchObject({ _tag: 'BadData' })
      }
    }
  })
})

it('a picture that is no file is trouble with the file, not with us', async () => {
  expect(await problem(at('not there.png'))).toMatchObject({ _tag: 'FileTrouble', file: at('not there.png') })
  await writeFile(at('nothing.png'), '')
  expect(await problem(at('nothing.png'))).toMatchObject({ _tag: 'BadData', actual: 'an empty file' })
  await copyFile('/dev/null', at('null'))
  expect(await problem('/dev/null')).toMatchObject({ _tag: 'FileTrouble', cause: 'not a regular file' })
})
