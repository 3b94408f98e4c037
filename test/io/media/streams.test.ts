import { appendFileSync, writeFileSync } from 'node:fs'
import { PassThrough, Writable } from 'node:stream'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { bytesFrom, growingFile } from '../../../src/io/media/bytes.js'
import { start } from '../../../src/io/media/child.js'
import { MediaFailure, openLive, type Streamed } from '../../../src/io/media/index.js'
import { cameraInput, readingOf } from '../../../src/io/media/live-input.js'
import type { Frame, PipeFormat } from '../../../src/io/media/model.js'
import { timesOf } from '../../../src/io/media/rational.js'
import { frameTimes } from '../../../src/io/media/times.js'
import { pipeFormat } from '../../../src/io/media/write-pipe.js'
import { all, children, failing, ffmpeg, lossless, numbered, numberOf, opened, read, scratch, write } from './make.js'

const at = scratch()
const file = (path: string, more: Partial<Streamed> = {}): Streamed => ({
  path,
  raw: null,
  rate: null,
  patience: 0,
  ...more
})
const live = async (s: Streamed) => {
  const clip = await openLive(s, { fit: 'stretch' })()
  if (E.isLeft(clip)) throw new MediaFailure(clip.left)
  return clip.right
}
const times = [0, 0.04, 0.12, 0.2, 0.6, 0.64]
const uneven = (): ReadonlyArray<Frame> => numbered(6, 16, 16, 20).map((f, i) => ({ ...f, time: times[i]! }))

async function* chunks(...parts: ReadonlyArray<string>) {
  for (const part of parts) yield Buffer.from(part)
}
const echo = () => start(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'])
const text = async (child: ReturnType<typeof echo>): Promise<string> => {
  let said = ''
  for await (const part of child.output) said += part
  return said
}

describe('bytes that come once', () => {
  it('can be looked into, lent, and still come whole', async () => {
    let closed = 0
    const bytes = bytesFrom('x', chunks('ab', 'cd', 'ef'), () => closed++)
    expect(Buffer.from(await bytes.head(3)).toString()).toBe('abc')
    const lender = echo()
    const lent = bytes.lend(lender)
    expect(await text(lender)).toBe('abcdef')
    await lent
    const taker = echo()
    const poured = bytes.pour(taker)
    expect(await text(taker)).toBe('abcdef')
    await poured
    expect(closed).toBe(1)
  })

  it('lose nothing that was waited for when who looked at them left', async () => {
    let release = (): void => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const slow = (async function* () {
      yield Buffer.from('ab')
      await held
      yield Buffer.from('cd')
      yield Buffer.from('ef')
    })()
    const bytes = bytesFrom('x', slow, () => {})
    await bytes.lend(start(process.execPath, ['-e', "process.stdin.once('data', () => process.exit())"]))
    const child = echo()
    const poured = bytes.pour(child)
    await new Promise((resolve) => child.output.once('data', resolve)) // what was kept has gone
    release()
    expect(await text(child)).toBe('cdef')
    await poured
  })

  it('end where they are told to, also while they wait', async () => {
    const never = (async function* () {
      yield Buffer.from('a')
      await new Promise(() => {})
    })()
    const bytes = bytesFrom('x', never, () => {})
    const child = echo()
    const poured = bytes.pour(child)
    setTimeout(() => bytes.end(), 50)
    expect(await text(child)).toBe('a')
    await poured
  })

  it('of a file are waited for as long as it grows', async () => {
    writeFileSync(at('grows'), 'one')
    const bytes = growingFile(at('grows'), 0.5)
    const child = echo()
    const poured = bytes.pour(child)
    setTimeout(() => appendFileSync(at('grows'), ' two'), 150)
    expect(await text(child)).toBe('one two')
    await poured
  })
})

describe('a film that comes as it is made', () => {
  it('of raw frames has every frame, byte for byte, in its time', async () => {
    const frames = numbered(9, 16, 24)
    writeFileSync(at('raw'), Buffer.concat(frames.map((f) => f.data)))
    const clip = await live(file(at('raw'), { raw: { height: 16, width: 24 }, rate: { num: 10, den: 1 } }))
    const got = await all(clip.frames())
    got.forEach((f, i) => expect(f.time).toBeCloseTo(i / 10, 9))
    expect(got.length).toBe(9)
    got.forEach((f, i) => expect(Buffer.compare(f.data, frames[i]!.data)).toBe(0))
    expect(children()).toEqual([])
  })

  it('of pictures behind one another has every picture', async () => {
    await lossless(at('a.mp4'), numbered(12, 32, 32))
    await ffmpeg('-i', at('a.mp4'), '-f', 'mjpeg', '-q:v', '2', at('a.mjpeg'))
    expect((await all((await live(file(at('a.mjpeg')))).frames())).map((f) => numberOf(f))).toEqual([
      ...Array(12).keys()
    ])
  })

  it.each(['mkv', 'ts', 'avi', 'webm', 'flv'])('in %s is what the file is', async (kind) => {
    const codec = kind === 'webm' ? ['-c:v', 'libvpx', '-b:v', '2M'] : ['-c:v', 'libx264', '-pix_fmt', 'yuv420p']
    await lossless(at('b.mp4'), numbered(20, 32, 32))
    await ffmpeg('-i', at('b.mp4'), ...codec, at(`b.${kind}`))
    const [whole, stream] = [await read(at(`b.${kind}`)), await all((await live(file(at(`b.${kind}`)))).frames())]
    expect(stream.length).toBe(whole.length)
    stream.forEach((f, i) => expect(Buffer.compare(f.data, whole[i]!.data), `frame ${i}`).toBe(0))
  })

  it('is read to its end first only where it has to be', async () => {
    await lossless(at('c.mp4'), numbered(3, 16, 16))
    await ffmpeg('-i', at('c.mp4'), '-c', 'copy', '-movflags', '+faststart', at('front.mp4'))
    await ffmpeg('-i', at('c.mp4'), '-c', 'copy', '-movflags', '-faststart', at('behind.mp4'))
    expect((await readingOf(file(at('front.mp4'))))?.demuxer).toBe('mov')
    expect(await readingOf(file(at('behind.mp4')))).toBeUndefined()
    expect((await all((await live(file(at('behind.mp4')))).frames())).length).toBe(3)
  })

  it('fails with what is wrong, and names a playlist', async () => {
    writeFileSync(at('list'), '#EXTM3U\nfile:///etc/passwd\n')
    expect(await failing(live(file(at('list'))))).toMatchObject({ _tag: 'BadData', at: 'content' })
  })

  it('says that its decoder was killed, and leaves nothing', async () => {
    writeFileSync(at('long'), Buffer.alloc(16 * 16 * 3 * 4000))
    const clip = await live(file(at('long'), { raw: { height: 16, width: 16 }, patience: 60 }))
    const reading = async () => {
      for await (const _ of clip.frames()) for (const pid of children()) process.kill(pid, 'SIGKILL')
    }
    expect(await failing(reading())).toMatchObject({ _tag: 'BadData', actual: 'killed by SIGKILL' })
    expect(children()).toEqual([])
  })

  it('ends as if it were over when it is stopped', async () => {
    writeFileSync(at('open'), Buffer.alloc(16 * 16 * 3 * 5))
    const clip = await live(file(at('open'), { raw: { height: 16, width: 16 }, patience: 600 }))
    let seen = 0
    for await (const _ of clip.frames()) if (++seen === 5) clip.stop?.()
    expect(seen).toBe(5)
    expect(children()).toEqual([])
  })

  it('can be left while it waits for a frame', async () => {
    writeFileSync(at('waits'), Buffer.alloc(16 * 16 * 3))
    const clip = await live(file(at('waits'), { raw: { height: 16, width: 16 }, patience: 600 }))
    const frames = clip.frames()[Symbol.asyncIterator]()
    await frames.next()
    const next = frames.next()
    await frames.return?.()
    expect((await next).done).toBe(true)
    expect(children()).toEqual([])
  })
})

describe('a camera', () => {
  it('is asked for as the system has it', () => {
    const there = () => true
    expect(cameraInput('/dev/video2', 'linux', there).slice(-4)).toEqual(['-f', 'v4l2', '-i', '/dev/video2'])
    expect(cameraInput('camera:1', 'linux', there).at(-1)).toBe('/dev/video1')
    expect(cameraInput('camera:0', 'darwin', there).slice(-4)).toEqual(['-f', 'avfoundation', '-i', '0:none'])
  })
  it('that is not there is trouble, told before anything is opened', () => {
    expect(() => cameraInput('camera:7', 'linux', () => false)).toThrow('there is no camera at /dev/video7')
    expect(() => cameraInput('/dev/video0', 'win32', () => true)).toThrow('not on win32')
  })
})

describe('times', () => {
  it('are heard from ffmpeg, always rising, and complaints are kept apart', async () => {
    const t = frameTimes()
    const line = (n: number, pts: string) => `[Parsed_showinfo_2 @ 0x1] [info] n:   ${n} pts: ${pts} pts_time:1 pos: 3`
    expect(t.heard(line(0, '0'))).toBe(false)
    t.heard(line(1, '40000'))
    t.heard(line(2, '30000'))
    expect(t.heard('[h264 @ 0x2] [error] broken')).toBe(true)
    const ended = Promise.resolve({ code: 0 })
    const [a, b, c] = [await t.next(ended), await t.next(ended), await t.next(ended)]
    expect([a, b]).toEqual([0, 0.04])
    expect(c).toBeGreaterThan(0.04)
  })

  it.each(['mp4', 'webm', 'gif', 'webp'])('of uneven frames are kept by %s, and read again', async (kind) => {
    await write(at(`uneven.${kind}`), uneven(), { timed: true })
    const clip = await opened(at(`uneven.${kind}`), { ownTimes: true })
    expect(clip.timed).toBe(true)
    const got = await all(clip.frames())
    expect(got.length).toBe(times.length)
    got.forEach((f, i) => expect(f.time).toBeCloseTo(times[i]!, 1.7))
  })

  it('of a steady film are those of its rate', async () => {
    await lossless(at('steady.mp4'), numbered(5, 16, 16))
    expect((await opened(at('steady.mp4'), { ownTimes: true })).timed).toBeUndefined()
    expect(timesOf([40, 40, 50])).toBeUndefined()
    expect(timesOf([40, 100, 0])).toEqual([0, 0.04, 0.14])
  })
})

describe('standard output', () => {
  const sent = async (format: PipeFormat, timed: boolean): Promise<Buffer> => {
    const out = new PassThrough()
    const parts: Array<Buffer> = []
    out.on('data', (d: Buffer) => parts.push(d))
    const made = await pipeFormat(format, { height: 16, width: 16, rate: { num: 25, den: 1 }, timed }, out)
    for (const [i, frame] of uneven().entries()) await made.put(frame, i)
    await made.finish(6)
    return Buffer.concat(parts)
  }

  it.each([
    ['mp4', false],
    ['mp4', true],
    ['webm', false],
    ['webm', true]
  ] as const)('takes every frame as %s (with times: %s)', async (format, timed) => {
    writeFileSync(at(`out.${format}`), await sent(format, timed))
    const got = await all((await opened(at(`out.${format}`), { ownTimes: true })).frames())
    expect(got.map((f) => numberOf(f, 20))).toEqual([0, 1, 2, 3, 4, 5])
    if (timed) got.forEach((f, i) => expect(f.time).toBeCloseTo(times[i]!, 1.7))
    expect(children()).toEqual([])
  })

  it('takes pictures behind one another, and bare bytes', async () => {
    expect((await sent('raw', false)).equals(Buffer.concat(uneven().map((f) => f.data)))).toBe(true)
    writeFileSync(at('out.mjpeg'), await sent('mjpeg', false))
    expect((await all((await live(file(at('out.mjpeg')))).frames())).length).toBe(6)
  })

  it.each(['mp4', 'mjpeg', 'raw'] as const)('that nobody reads any more ends %s quietly', async (format) => {
    let gone = 0
    const closed = new Writable({
      write: (_, __, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    })
    const options = { height: 16, width: 16, rate: { num: 25, den: 1 }, gone: () => void gone++ }
    const made = await pipeFormat(format, options, closed)
    for (const [i, frame] of uneven().entries()) await made.put(frame, i)
    await made.finish(6).catch(() => {})
    await made.drop()
    expect(gone).toBe(1)
    expect(children()).toEqual([])
  })

  it('that fails otherwise is a failure', async () => {
    const full = new Writable({ write: (_, __, done) => done(Object.assign(new Error('disk'), { code: 'ENOSPC' })) })
    const made = await pipeFormat('raw', { height: 16, width: 16, rate: { num: 25, den: 1 } }, full)
    const writing = async () => {
      for (const [i, frame] of uneven().entries()) await made.put(frame, i)
    }
    await expect(writing()).rejects.toThrow('disk')
  })
})
