import { open, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { resample, toNumber } from '../../../src/io/media/rational.js'
import {
  all,
  apart,
  asTheyAre,
  ffmpeg,
  hasShared,
  lossless,
  mean,
  needsShared,
  numbered,
  numberOf,
  opened,
  paint,
  problem,
  read,
  scratch,
  shared
} from './make.js'

const at = scratch()

/** Test pictures with a pattern that is different in every frame. */
const pattern = async (path: string, size: string, rate: string, seconds: number, ...how: ReadonlyArray<string>) =>
  ffmpeg('-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`, ...how, path)

const x264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p']

describe('a video', () => {
  it('gives every frame byte for byte, again and again', async () => {
    const frames = Array.from({ length: 30 }, (_, n) => paint(48, 64, (x, y) => [x * 4, y * 5, n * 8], n / 25))
    await lossless(at('exact.mp4'), frames)
    const { frames: f, ...clip } = await opened(at('exact.mp4'))
    const rate = { num: 25, den: 1 }
    const shape = { height: 48, width: 64, sourceHeight: 48, sourceWidth: 64 }
    expect(clip).toEqual({ kind: 'video', ...shape, rate, count: 30, audio: false, codec: 'h264' })
    for (const list of [await all(f()), await all(f())]) {
      expect(list.length).toBe(30)
      list.forEach((frame, n) => {
        expect(Buffer.compare(frame.data, frames[n]!.data), `frame ${n}`).toBe(0)
        expect(frame.time).toBeCloseTo(n / 25, 9)
      })
    }
  })

  it('gives the one frame that is asked for', async () => {
    await lossless(at('only.mp4'), numbered(31, 32, 32))
    for (const only of [0, 1, 17, 30]) {
      const list = await read(at('only.mp4'), { only })
      expect(list.map((f) => numberOf(f))).toEqual([only])
    }
    expect(await opened(at('only.mp4'), { only: 3 })).toMatchObject({ count: 1 })
    expect(await problem(at('only.mp4'), { only: 31 })).toMatchObject({ _tag: 'BadData', at: 'frame 31' })
  })

  it('keeps its rate as a fraction and its number of frames, in every container', async () => {
    const rates = ['30000/1001', '24000/1001', '25', '60', '12', '15/2']
    for (const rate of rates) {
      for (const name of ['a.mp4', 'a.mkv', 'a.webm', 'a.avi', 'a.ts', 'a.mov']) {
        const how = name.endsWith('webm') ? ['-c:v', 'libvpx'] : name.endsWith('avi') ? ['-c:v', 'mpeg4'] : x264
        await ffmpeg('-f', 'lavfi', '-i', `testsrc2=s=64x48:r=${rate}`, '-frames:v', '37', ...how, at(name))
        const clip = await opened(at(name))
        const [num = 0, den = 1] = rate.split('/').map(Number)
        if (!(name.endsWith('ts') && rate === '15/2')) expect(clip.rate, `${name} ${rate}`).toEqual({ num, den })
        expect((await all(clip.frames())).length, `${name} ${rate}`).toBe(37)
        if (clip.count !== undefined) expect(clip.count, name).toBe(37)
      }
    }
  })

  it('comes at another rate by repeating and leaving out', async () => {
    await lossless(at('rate.mp4'), numbered(30, 32, 32))
    for (const [num, den] of [
      [10, 1],
      [50, 1],
      [30, 1],
      [24000, 1001]
    ] as const) {
      // biome-ignore format: one line
      const list = await read(at('rate.mp4'), { rate: { num, den } })
      const due = resample(30, { num: 25, den: 1 }, { num, den })
      expect(
        list.map((f) => numberOf(f)),
        `${num}/${den}`
      ).toEqual(due)
      expect(list[3]!.time).toBeCloseTo((3 * den) / num, 9)
    }
  })

  it('shows something, however short it is', async () => {
    await lossless(at('brief.mp4'), numbered(2, 32, 32))
    for (const rate of [
      { num: 1, den: 1 },
      { num: 100, den: 1 }
    ]) {
      // biome-ignore format: one line
      expect((await read(at('brief.mp4'), { rate })).length).toBe(rate.num === 1 ? 1 : 8)
    }
  })

  it('of a varying rate comes at its average, in its time', async () => {
    // frames 0..29 at 1/25, and 10 of them left out
    await lossless(at('whole.mp4'), numbered(30, 32, 32))
    const kept = "select='not(between(n\\,10\\,19))'"
    await ffmpeg(
      '-i',
      at('whole.mp4'),
      '-vf',
      kept,
      ...(await asTheyAre()),
      '-c:v',
      'libx264rgb',
      '-qp',
      '0',
      at('vary.mp4')
    )
    const clip = await opened(at('vary.mp4'))
    expect(toNumber(clip.rate)).toBeGreaterThan(15)
    expect(toNumber(clip.rate)).toBeLessThan(19)
    expect(clip.count).toBeUndefined()
    const list = await all(clip.frames())
    expect(list.length / toNumber(clip.rate)).toBeCloseTo(30 / 25, 0.5)
    list.forEach((f) => {
      const due = Math.min(29, f.time * 25)
      const shown = numberOf(f)
      const near = Math.abs(shown - due) <= 1.6
      expect(near || (due > 9 && due < 20 && shown === 9), `${due} ${shown}`).toBe(true)
    })
  })

  it('stands upright, with the sizes of what is shown', async () => {
    const corner = paint(32, 64, (x, y) => (x < 16 && y < 16 ? [255, 255, 255] : [0, 0, 0]))
    await lossless(at('flat.mp4'), [corner, corner, corner])
    // The matrix of the track header turns the picture: a b u, c d v, x y w.
    const turns = { clockwise: [0, 1, 0, -1, 0], half: [-1, 0, 0, 0, -1], back: [0, -1, 0, 1, 0] }
    for (const [turn, matrix] of Object.entries(turns)) {
      const bytes = await readFile(at('flat.mp4'))
      const head = bytes.indexOf('tkhd') + 44
      for (const [i, n] of matrix.entries()) bytes.writeInt32BE(65_536 * n, head + 4 * i)
      await writeFile(at('turned.mp4'), bytes)
      const [height, width] = turn === 'half' ? [32, 64] : [64, 32]
      const [top, left] = turn === 'clockwise' ? [0, 16] : turn === 'half' ? [16, 48] : [48, 0]
      const clip = await opened(at('turned.mp4'))
      expect(clip, `${turn}`).toMatchObject({ height, width, sourceHeight: height, sourceWidth: width })
      const [frame] = await all(clip.frames())
      const bright = (y: number, x: number): number => frame!.data[3 * (y * width + x)]!
      expect(bright(top + 8, left + 8), `${turn}`).toBe(255)
      expect(mean(frame!.data), `${turn}`).toBeCloseTo(255 / 8, 5)
      const [only] = await read(at('turned.mp4'), { only: 2, size: { height, width } })
      expect(apart(only!.data, frame!.data).most).toBe(0)
    }
  })

  it('has square pixels when it is read', async () => {
    await pattern(at('sar.mp4'), '72x57', '25', 0.2, ...x264, '-vf', 'crop=72:56,setsar=16/15')
    const clip = await opened(at('sar.mp4'))
    expect(clip).toMatchObject({ height: 56, width: 77, sourceHeight: 56, sourceWidth: 77 })
    expect((await all(clip.frames()))[0]!.data.length).toBe(56 * 77 * 3)
  })

  it('has the colours that it was made of, whatever its matrix and range', async () => {
    const colours = {
      red: [255, 0, 0],
      lime: [0, 255, 0],
      blue: [0, 0, 255],
      gray: [128, 128, 128],
      teal: [0, 128, 128]
    }
    for (const [name, due] of Object.entries(colours)) {
      for (const [matrix, tag] of [
        ['bt709', 'bt709'],
        ['bt601', 'smpte170m']
      ] as const) {
        // biome-ignore format: one line
        for (const range of ['tv', 'pc']) {
          const filter = `scale=out_color_matrix=${matrix}:out_range=${range}:flags=accurate_rnd,format=yuv420p`
          const source = ['-f', 'lavfi', '-i', `color=${name}:s=64x48:r=25:d=0.2,format=rgb24`]
          await ffmpeg(...source, '-vf', filter, '-c:v', 'libx264', '-qp', '4', '-colorspace', tag, '-color_range', range, at('colour.mp4')) // biome-ignore format: one line
          const [frame] = await read(at('colour.mp4'))
          const got = [0, 1, 2].map((c) => frame!.data[3 * (24 * 64 + 32) + c]!)
          got.forEach((g, c) => expect(Math.abs(g - due[c]!), `${name} ${tag} ${range}: ${got}`).toBeLessThanOrEqual(3))
        }
      }
    }
  })

  it('is opened under any name, with signs that mean something elsewhere', async () => {
    await lossless(at('plain.mp4'), numbered(3, 16, 16))
    const bytes = await readFile(at('plain.mp4'))
    for (const name of [
      '-y.mp4',
      '%03d.mp4',
      'a:b.mp4',
      'http:x.mp4',
      'a b\'"$(x)[1].mp4',
      'picture.png',
      'é\n.mp4',
      '*'
    ]) {
      await writeFile(at(name), bytes)
      expect(
        (await read(at(name))).map((f) => numberOf(f)),
        name
      ).toEqual([0, 1, 2])
    }
  })

  it('says that it has audio', async () => {
    const sine = ['-f', 'lavfi', '-i', 'sine=d=1']
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1', ...sine, ...x264, '-c:a', 'aac', at('sound.mp4'))
    expect(await opened(at('sound.mp4'))).toMatchObject({ audio: true, count: 25 })
    await ffmpeg(...sine, at('only.wav'))
    expect(await problem(at('only.wav'))).toMatchObject({ _tag: 'BadData' })
    await ffmpeg(...sine, '-c:a', 'aac', at('mute.mp4'))
    expect(await problem(at('mute.mp4'))).toMatchObject({ _tag: 'BadData', expected: 'moving pictures' })
  })
})

describe('a size', () => {
  it('means the same for videos and pictures', async () => {
    await lossless(at('size.mp4'), await read(await photo()))
    for (const fit of ['crop', 'pad', 'stretch'] as const) {
      for (const [height, width] of [
        [64, 64],
        [48, 96],
        [97, 61],
        [300, 220],
        [120, 160]
      ] as const) {
        // biome-ignore format: one line
        const options = { fit, size: { height, width } }
        const [video] = await read(at('size.mp4'), options)
        const [picture] = await read(await photo(), options)
        const title = `${fit} ${width}x${height}`
        expect([video!.height, video!.width, picture!.height, picture!.width], title).toEqual([height, width, height, width]) // biome-ignore format: one line
        const { most, mean } = apart(video!.data, picture!.data)
        expect(mean, title).toBeLessThan(0.25)
        expect(most, title).toBeLessThanOrEqual(height === 120 ? 0 : 2)
      }
    }
  })

  const photo = async (): Promise<string> => {
    const wave = (x: number, y: number) => [
      128 + 100 * Math.sin(x / 9) * Math.cos(y / 7),
      (x * 255) / 160,
      y < 60 === x < 80 ? 220 : 30
    ]
    const raw = { width: 160, height: 120, channels: 3 as const }
    await writeFile(
      at('photo.png'),
      await sharp(paint(120, 160, wave).data, { raw })
        .png()
        .toBuffer()
    )
    return at('photo.png')
  }

  it('is covered, fitted in or filled', async () => {
    // left half white, right half black, 2:1
    await lossless(at('halves.mp4'), [paint(40, 80, (x) => (x < 40 ? [255, 255, 255] : [0, 0, 0]))])
    const size = { height: 40, width: 40 }
    const columns = async (fit: 'crop' | 'pad' | 'stretch') => {
      const [frame] = await read(at('halves.mp4'), { size, fit })
      return (y: number) => [2, 17, 22, 37].map((x) => Math.round(frame!.data[3 * (y * 40 + x)]! / 255))
    }
    expect((await columns('crop'))(20)).toEqual([1, 1, 0, 0])
    expect((await columns('stretch'))(2)).toEqual([1, 1, 0, 0])
    expect((await columns('pad'))(20)).toEqual([1, 1, 0, 0])
    expect((await columns('pad'))(5)).toEqual([0, 0, 0, 0])
  })
})

describe('a damaged video', () => {
  const made = async (name: string, ...how: ReadonlyArray<string>) => {
    await pattern(at(name), '160x120', '25', 8, ...how)
    return (await readFile(at(name))).length
  }

  it('that was cut in the middle gives what is there, then says where it ends', async () => {
    const ways: ReadonlyArray<readonly [string, ...ReadonlyArray<string>]> = [
      ['front.mp4', ...x264, '-movflags', '+faststart'],
      ['a.mkv', ...x264],
      ['a.webm', '-c:v', 'libvpx', '-deadline', 'realtime'],
      ['a.avi', '-c:v', 'mpeg4']
    ]
    for (const [name, ...how] of ways) {
      const length = await made(name, ...how)
      for (const part of [0.98, 0.5, 0.2]) {
        await writeFile(at(`cut-${name}`), (await readFile(at(name))).subarray(0, Math.floor(length * part)))
        const clip = await opened(at(`cut-${name}`))
        let count = 0
        const failure = await problem(at(`cut-${name}`))
        for await (const _ of wary(clip.frames())) count++
        expect(failure, `${name} ${part}`).toMatchObject({
          _tag: 'BadData',
          actual: 'the end of a file that was cut short'
        })
        expect([`frame ${count}`, `frame ${count - 1}`]).toContain((failure as { at: string }).at)
        expect(count, `${name} ${part}`).toBeLessThanOrEqual(200)
        expect(count).toBeGreaterThan(200 * part - 50)
      }
    }
  })

  const wary = async function* <A>(source: AsyncIterable<A>): AsyncIterable<A> {
    try {
      yield* source
    } catch {}
  }

  it('without its index is refused', async () => {
    const length = await made('back.mp4', ...x264)
    await truncate(at('back.mp4'), Math.floor(length / 2))
    expect(await problem(at('back.mp4'))).toMatchObject({ _tag: 'BadData', at: 'header' })
  })

  it('with a glitch plays on, in its time', async () => {
    const length = await made('glitch.mp4', ...x264, '-movflags', '+faststart')
    const file = await open(at('glitch.mp4'), 'r+')
    await file.write(Buffer.alloc(40, 0x55), 0, 40, Math.floor(length / 2))
    await file.close()
    expect((await read(at('glitch.mp4'))).length).toBe(200)
  })

  it('full of noise is refused', async () => {
    const length = await made('noise.mp4', ...x264, '-movflags', '+faststart')
    const bytes = await readFile(at('noise.mp4'))
    for (let i = bytes.indexOf('mdat') + 4; i < length; i++) bytes[i] = (i * 7919 + (i >> 3)) & 255
    await writeFile(at('noise.mp4'), bytes)
    expect(await problem(at('noise.mp4'))).toMatchObject({ _tag: 'BadData', file: at('noise.mp4') })
  })

  it('that goes away between opening and reading is a failure, not an end', async () => {
    await lossless(at('here.mp4'), numbered(5, 16, 16))
    const clip = await opened(at('here.mp4'))
    await rename(at('here.mp4'), at('there.mp4'))
    await expect(all(clip.frames())).rejects.toThrow(/frame 0/)
  })
})

describe('limits', () => {
  it('are named with the option that raises them', async () => {
    await lossless(at('long.mp4'), numbered(30, 32, 48))
    const over = (limits: object) => problem(at('long.mp4'), { limits })
    expect(await over({ frames: 29 })).toMatchObject({
      _tag: 'OverLimit',
      limit: 29,
      actual: 30,
      raise: '--max-frames'
    })
    expect(await over({ seconds: 1 })).toMatchObject({
      _tag: 'OverLimit',
      limit: 1,
      actual: 1.2,
      raise: '--max-seconds'
    })
    expect(await over({ pixels: 1535 })).toMatchObject({ _tag: 'OverLimit', actual: 1536, raise: '--max-pixels' })
    expect(await read(at('long.mp4'), { limits: { frames: 30, seconds: 1.2, pixels: 1536 } })).toHaveLength(30)
    const large = await problem(at('long.mp4'), { size: { height: 10_000, width: 10_000 } })
    expect(large).toMatchObject({ _tag: 'OverLimit', raise: '--max-pixels' })
    expect(await read(at('long.mp4'), { only: 4, limits: { frames: 5 } })).toHaveLength(1)
    expect(await problem(at('long.mp4'), { only: 5, limits: { frames: 5 } })).toMatchObject({ _tag: 'OverLimit' })
  })

  it('hold where the container does not say how long it is', async () => {
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=32x32:r=25:d=2',
      '-f',
      'yuv4mpegpipe',
      '-pix_fmt',
      'yuv420p',
      at('a.y4m')
    )
    expect(await problem(at('a.y4m'), { limits: { frames: 20 } })).toMatchObject({ _tag: 'OverLimit', limit: 20 })
    expect(await problem(at('a.y4m'), { limits: { seconds: 1 } })).toMatchObject({ _tag: 'OverLimit', limit: 1 })
  })
})

it('asks for sizes, rates and indices that make sense', async () => {
  await lossless(at('sense.mp4'), numbered(2, 16, 16))
  for (const options of [
    { size: { height: 0, width: 4 } },
    { size: { height: 1.5, width: 4 } },
    { only: -1 },
    { rate: { num: 0, den: 1 } }
  ]) {
    expect(await problem(at('sense.mp4'), options)).toMatchObject({ _tag: 'Usage' })
  }
  expect(mean((await read(at('sense.mp4')))[0]!.data)).toBe(0)
})

describe.skipIf(!hasShared)(needsShared('real videos'), () => {
  const due: Record<string, object> = {
    'faces/single_face.mp4': { count: 72, rate: { num: 30, den: 1 }, audio: true, height: 360, width: 640 },
    'faces/carphone_pristine.mp4': { count: 120, rate: { num: 30000, den: 1001 }, height: 144, width: 193 },
    'video/bikes.mp4': { count: 250, rate: { num: 25, den: 1 }, height: 272, width: 640 },
    'video/no_face.mp4': { rate: { num: 24, den: 1 }, audio: true, height: 540, width: 960 },
    'faces/face_noface.mov': { audio: true, height: 540, width: 960 },
    'video/bigbuckbunny.mp4': { count: 132, rate: { num: 25, den: 1 }, audio: true }
  }
  // Their edit lists leave out some frames; versions of ffmpeg differ by one.
  const seconds: Record<string, number> = { 'video/no_face.mp4': 95 / 24, 'faces/face_noface.mov': 6.402 }
  it('have the frames, rate, size and audio that they have', async () => {
    for (const [file, expected] of Object.entries(due)) {
      const clip = await opened(join(shared, 'media', file), { size: { height: 32, width: 32 } })
      const { height, width, ...rest } = { height: clip.sourceHeight, width: clip.sourceWidth, ...expected } as any
      expect(clip, file).toMatchObject({ ...rest, sourceHeight: height, sourceWidth: width })
      const list = await all(clip.frames())
      if (clip.count !== undefined) expect(list.length, file).toBe(clip.count)
      else expect(Math.abs(list.length - seconds[file]! * toNumber(clip.rate)), file).toBeLessThan(1.5)
    }
  })
})
