/** Sound that goes with the frames of a stream: kept in step, however the container has it and whatever frames are left out. */
import { writeFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Clip, type Frame, MediaFailure, openLive } from '../../../src/io/media/index.js'
import { type Sound, sampleRate, soundOf } from '../../../src/io/media/sound.js'
import { pipeFormat } from '../../../src/io/media/write-pipe.js'
import { all, children, ffmpeg, ffmpegBytes, ffprobe, numbered, opened, scratch, write } from './make.js'

const at = scratch()
const second = 4 * sampleRate

/** Sound in which every sample of a tenth of a second is its number. */
const tenths = (count: number): Uint8Array => {
  const data = Buffer.alloc((count * second) / 10)
  for (let i = 0; i < data.length / 2; i++) data.writeInt16LE(1 + Math.floor((20 * i) / second), 2 * i)
  return data
}
const numbers = (data: Uint8Array): ReadonlyArray<number> => [
  ...new Set(new Int16Array(data.buffer, data.byteOffset, data.length / 2))
]
const silent = ({ data }: { readonly data: Uint8Array }, seconds: number): boolean =>
  Buffer.from(data).equals(Buffer.alloc(seconds * second))

describe('sound on its way', () => {
  let waited = 0
  const sound = (room?: number): Sound => soundOf(() => waited, room)

  it('is handed on as far as its picture, and a little ahead where that is asked for', () => {
    const s = sound()
    const take = s.listen()
    s.push(tenths(10))
    expect(numbers(take(0.2).data)).toEqual([1, 2])
    const { time, data } = take(0.3, 0.1)
    expect([time, numbers(data)]).toEqual([0.2, [3, 4]])
    expect(take(0.35).data.length).toBe(0)
  })

  it('is waited for while it can still come, and taken when it has', () => {
    const s = sound()
    const take = s.listen()
    expect(take(25).data.length).toBe(0)
    s.push(tenths(10))
    expect(numbers(take(25).data)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('that is half a minute behind its picture is silence, and so is that of a source that gives none', () => {
    const take = sound().listen()
    expect(silent(take(31), 1)).toBe(true)
    waited = 0
    const s = sound()
    const live = s.listen()
    expect(live(0.4).data.length).toBe(0)
    waited += 1500
    expect(live(1).data.length).toBe(0)
    waited += 1000
    expect(silent(live(2), 2)).toBe(true)
    s.push(tenths(25))
    expect(numbers(live(2.5).data)).toEqual([21, 22, 23, 24, 25])
  })

  it('of a source that gives sound again and again is waited for', () => {
    waited = 0
    const s = sound()
    const take = s.listen()
    for (let i = 0; i < 5; i++) {
      waited += 1500
      s.push(tenths(1))
      expect(take(1 + i).data.length).toBe(second / 10)
    }
  })

  it('beyond what there is room for is lost, and what comes after keeps its place', () => {
    const s = sound(second)
    const take = s.listen()
    s.push(tenths(10))
    s.push(tenths(10))
    expect(numbers(take(1).data)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    s.push(tenths(10))
    expect(numbers(take(2.1).data)).toEqual([0, 1])
  })

  it('is heard whole by all who listen', () => {
    const s = sound()
    const [one, other] = [s.listen(), s.listen()]
    s.push(tenths(2))
    expect(numbers(one(0.2).data)).toEqual([1, 2])
    s.push(tenths(1))
    expect(numbers(one(0.3).data)).toEqual([1])
    expect(numbers(other(0.2).data)).toEqual([1, 2])
  })

  it('that has ended is not waited for, nor made longer', () => {
    const s = sound()
    const take = s.listen()
    s.push(tenths(1))
    s.end()
    expect(take(50).data.length).toBe(second / 10)
  })
})

/** Where a tone begins and ends in the sound of a film, in seconds of the film. */
const tone = async (path: string): Promise<readonly [number, number]> => {
  const filter = `aresample=${sampleRate}:async=1:first_pts=0`
  const data = await ffmpegBytes('-i', path, '-map', '0:a', '-af', filter, '-ac', '1', '-f', 's16le', '-')
  const samples = new Int16Array(data.buffer, data.byteOffset, data.length / 2)
  const loud = (x: number): boolean => Math.abs(x) > 2000
  return [samples.findIndex(loud) / sampleRate, samples.findLastIndex(loud) / sampleRate]
}
const live = async (path: string, patience = 0): Promise<Clip> => {
  const clip = await openLive({ path, raw: null, rate: null, patience }, { sound: true })()
  if (E.isLeft(clip)) throw new MediaFailure(clip.left)
  return clip.right
}

describe('the sound of a film that comes as it is made', () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc=size=32x32:rate=25']
  const speaker = ['-f', 'lavfi', '-i', "aevalsrc='if(gte(t,1),sin(3000*t)/2,0)':s=44100"]
  const h264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-bf', '0', '-c:a', 'aac']
  const behind = ['-movflags', 'frag_keyframe+empty_moov', '-frag_duration', '9000000']
  beforeAll(async () => {
    await ffmpeg(...picture, ...speaker, '-t', '3', ...h264, at('plain.mkv'))
    await ffmpeg('-i', at('plain.mkv'), '-c', 'copy', at('packets.ts'))
    await ffmpeg('-i', at('plain.mkv'), '-c', 'copy', ...behind, at('behind.mp4'))
    const late = ['-i', at('plain.mkv'), '-itsoffset', '0.4', '-i', at('plain.mkv'), '-c', 'copy']
    await ffmpeg(...late, '-map', '1:v', '-map', '0:a', at('picture-late.mkv'))
    await ffmpeg(...late, '-map', '0:v', '-map', '1:a', at('sound-late.mkv'))
    await ffmpeg(...picture, ...speaker, '-t', '3', ...h264, '-frames:a', '0', at('empty.mkv'))
  })

  const piped = async (
    input: string,
    format: 'mp4' | 'webm',
    kept: (frame: Frame, index: number) => boolean
  ): Promise<string> => {
    const clip = await live(at(input))
    const sound = clip.sound?.listen()
    if (sound === undefined) throw new Error('no sound')
    const out = new PassThrough()
    const parts: Array<Buffer> = []
    out.on('data', (d: Buffer) => parts.push(d))
    const timed = true
    const made = await pipeFormat(format, { height: 32, width: 32, rate: clip.rate, timed, sound }, out)
    let [index, written] = [0, 0]
    for await (const frame of clip.frames()) if (kept(frame, index++)) await made.put(frame, written++)
    await made.finish(written)
    const path = at(`piped.${format}`)
    writeFileSync(path, Buffer.concat(parts))
    expect(children()).toEqual([])
    return path
  }

  it.each([
    ['plain.mkv', 'mp4', 1, 3],
    ['plain.mkv', 'webm', 1, 3],
    ['packets.ts', 'webm', 1, 3],
    ['behind.mp4', 'mp4', 1, 3],
    ['picture-late.mkv', 'mp4', 0.6, 2.6],
    ['sound-late.mkv', 'webm', 1.4, 3.2]
  ] as const)('of %s goes through a pipe as %s, in step', async (input, format, from, to) => {
    const [begins, ends] = await tone(await piped(input, format, () => true))
    expect(Math.abs(begins - from)).toBeLessThan(0.09)
    expect(Math.abs(ends - to)).toBeLessThan(0.26)
  })

  it.each(['mp4', 'webm'] as const)('stays in step in %s where frames are left out', async (format) => {
    const path = await piped('plain.mkv', format, (_, i) => i < 3 || (i > 20 && i % 7 === 0))
    expect(Math.abs((await tone(path))[0] - 1)).toBeLessThan(0.09)
    const times = (await all((await opened(path, { ownTimes: true })).frames())).map(({ time }) => time)
    const due = [0, 1, 2, 21, 28, 35, 42, 49, 56, 63, 70].map((i) => i / 25)
    expect(times.length).toBe(due.length)
    times.slice(1).forEach((time, i) => expect(Math.abs(time - due[i + 1]!)).toBeLessThan(0.03))
  })

  it.each(['mp4', 'webm'] as const)('goes into a %s, no longer than the frames', async (kind) => {
    const clip = await live(at('plain.mkv'))
    const sound = clip.sound!.listen()
    const frames = (await all(clip.frames())).slice(0, 50)
    await write(at(`film.${kind}`), frames, { sound })
    const [begins, ends] = await tone(at(`film.${kind}`))
    expect(Math.abs(begins - 1)).toBeLessThan(0.05)
    expect(Math.abs(ends - 2)).toBeLessThan(0.06)
    const { streams } = await ffprobe(at(`film.${kind}`), '-count_frames')
    expect(streams.map((s: { nb_read_frames: string }) => s.nb_read_frames)[0]).toBe('50')
  })

  it.each(['packets.ts', 'empty.mkv'])(
    'does not hold back the first frame of %s until more than its beginning has come',
    async (input) => {
      const clip = await live(at(input), 1000) // three seconds have come, and nothing comes any more
      expect(clip.audio).toBe(true)
      for await (const frame of clip.frames()) {
        expect(frame.time).toBe(0)
        break
      }
      expect(children()).toEqual([])
    },
    30_000
  )

  it('is not decoded where nobody wants it', async () => {
    const clip = await openLive({ path: at('plain.mkv'), raw: null, rate: null, patience: 0 })()
    expect(E.isRight(clip) && [clip.right.audio, clip.right.sound]).toEqual([false, undefined])
  })

  it('ends with a stream that is left', async () => {
    const clip = await live(at('plain.mkv'))
    const take = clip.sound!.listen()
    for await (const _ of clip.frames()) break
    expect(children()).toEqual([])
    expect(take(500).data.length).toBeLessThan(4 * second)
  })

  it.each([
    ['plain.mkv', 'mp4', 1, 2],
    ['picture-late.mkv', 'webm', 0.6, 2]
  ] as const)(
    'of the file %s goes through a pipe as %s, no longer than the frames',
    async (input, format, from, to) => {
      const out = new PassThrough()
      const parts: Array<Buffer> = []
      out.on('data', (d: Buffer) => parts.push(d))
      const rate = { num: 25, den: 1 }
      const made = await pipeFormat(format, { height: 32, width: 32, rate, audioFrom: at(input) }, out)
      for (const [i, frame] of numbered(50, 32, 32, 4).entries()) await made.put(frame, i)
      await made.finish(50)
      expect(children()).toEqual([])
      writeFileSync(at(`filed.${format}`), Buffer.concat(parts))
      const [begins, ends] = await tone(at(`filed.${format}`))
      expect(Math.abs(begins - from)).toBeLessThan(0.09)
      expect(Math.abs(ends - to)).toBeLessThan(0.26)
    }
  )

  it('of a file is let go of with the pipe', async () => {
    const options = { height: 32, width: 32, rate: { num: 25, den: 1 }, audioFrom: at('plain.mkv') }
    const made = await pipeFormat('mp4', options, new PassThrough())
    await made.put(numbered(1, 32, 32)[0]!, 0)
    await made.drop()
    expect(children()).toEqual([])
  })

  it.each(['mp4', 'webm'] as const)('of a file is added to uneven frames of a %s', async (kind) => {
    const times = [0, 0.04, 0.12, 0.6, 1.4, 1.44]
    const frames = numbered(6, 32, 32, 20).map((f, i) => ({ ...f, time: times[i]! }))
    await write(at(`uneven.${kind}`), frames, { timed: true, audioFrom: at('plain.mkv') })
    const [begins, ends] = await tone(at(`uneven.${kind}`))
    expect(Math.abs(begins - 1)).toBeLessThan(0.05)
    expect(Math.abs(ends - 1.48)).toBeLessThan(0.06)
    const got = await all((await opened(at(`uneven.${kind}`), { ownTimes: true })).frames())
    expect(got.length).toBe(6)
    got.forEach(({ time }, i) => expect(Math.abs(time - times[i]!)).toBeLessThan(0.03))
  })
})
