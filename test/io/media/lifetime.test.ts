import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, describe, expect, it } from 'vitest'
import { findFfmpeg, openWriter, type Writer } from '../../../src/io/media/index.js'
import { comes } from '../../until.js'
import {
  all,
  children,
  failing,
  ffmpeg,
  later,
  lossless,
  numbered,
  opened,
  paint,
  problem,
  read,
  scratch
} from './make.js'

const at = scratch()
const linux = describe.skipIf(!existsSync('/proc/self/stat'))
const program = { ...process.env }

afterEach(() => {
  process.env.FFMPEG_PATH = program.FFMPEG_PATH ?? ''
  process.env.FFPROBE_PATH = program.FFPROBE_PATH ?? ''
})

/** Collects garbage. */
const collect = ((): (() => void) => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
})()

/** What a child has written to its pipes. */
const written = (pid: number): number => Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])

linux('a reader', () => {
  it('lets the decoder run no further than a few frames ahead, however slow it is', async () => {
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=256x256:r=25:d=20',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      at('a.mp4')
    )
    const clip = await opened(at('a.mp4'))
    const area = 256 * 256 * 3
    let seen = 0
    for await (const _ of clip.frames()) {
      seen += 1
      if (seen % 10 === 1) await later(60)
      const [pid] = children()
      if (seen < 450 && pid !== undefined) expect(written(pid) / area - seen).toBeLessThan(4)
      if (seen === 100) break
    }
    expect(children()).toEqual([])
  })

  it('holds no more memory for a long video than for a short one', async () => {
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'color=s=256x256:r=25:d=120',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      at('b.mp4')
    )
    const clip = await opened(at('b.mp4'))
    let [seen, early, late] = [0, 0, 0]
    for await (const _ of clip.frames()) {
      seen += 1
      if (seen % 50 > 0) continue
      collect() // how much there is beside what is held depends on when that happened last
      const { rss } = process.memoryUsage()
      if (seen <= 1000) early = Math.max(early, rss)
      else late = Math.max(late, rss)
    }
    expect(seen).toBe(3000)
    expect(late / early).toBeLessThan(1.5) // were all held, it would be twice as much
  })

  it('leaves no child behind, left early, thrown in, or never begun', async () => {
    await lossless(at('c.mp4'), numbered(30, 64, 64))
    const clip = await opened(at('c.mp4'))
    for await (const _ of clip.frames()) break
    expect(children()).toEqual([])
    const thrown = async (): Promise<void> => {
      for await (const frame of clip.frames()) if (frame.time > 0.1) throw new Error('enough')
    }
    await expect(thrown()).rejects.toThrow('enough')
    expect(children()).toEqual([])
    const unused = clip.frames()[Symbol.asyncIterator]()
    await unused.return?.()
    expect(await unused.next()).toEqual({ done: true, value: undefined })
    const two = clip.frames()[Symbol.asyncIterator]()
    await two.next()
    await two.return?.()
    await two.return?.()
    expect(children()).toEqual([])
    expect((await all(clip.frames())).length).toBe(30)
    expect(children()).toEqual([])
  })

  it('can be left while it waits for a decoder that is stuck', async () => {
    await lossless(at('d.mp4'), numbered(3, 16, 16))
    const clip = await opened(at('d.mp4'))
    process.env.FFMPEG_PATH = await script('stuck', 'exec sleep 60')
    const frames = clip.frames()[Symbol.asyncIterator]()
    const next = frames.next()
    await comes(() => children().some((pid) => /^sleep/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))))
    expect(children()).toHaveLength(1)
    await frames.return?.()
    expect(await next).toEqual({ done: true, value: undefined })
    expect(children()).toEqual([])
  })

  it('tells what the decoder said when it died, and where', async () => {
    await lossless(at('e.mp4'), numbered(3, 16, 16))
    const clip = await opened(at('e.mp4'))
    process.env.FFMPEG_PATH = await script('dying', 'head -c 1000 /dev/zero; echo "no more of this" >&2; exit 3')
    const failure = await failing(all(clip.frames()))
    expect(failure).toEqual({
      _tag: 'BadData',
      file: at('e.mp4'),
      at: 'frame 1',
      expected: 'a video that decodes',
      actual: 'no more of this'
    })
    process.env.FFMPEG_PATH = await script('killed', 'head -c 768 /dev/zero; kill -9 $$')
    expect(await failing(all(clip.frames()))).toMatchObject({ at: 'frame 1', actual: 'killed by SIGKILL' })
    expect(children()).toEqual([])
  })
})

const script = async (name: string, body: string): Promise<string> => {
  await writeFile(at(name), `#!/bin/sh\n${body}\n`)
  await chmod(at(name), 0o755)
  return at(name)
}

const writer = async (path: string, side = 64): Promise<Writer> => {
  const opened = await openWriter(path, { height: side, width: side, rate: { num: 25, den: 1 } })()
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left))
  return opened.right
}

const outputs = ['a.mp4', 'a.webm', 'a.gif', 'a.webp', 'a.png', 'frames/', 'frames']

linux('a writer', () => {
  const frame = paint(64, 64, (x, y) => [x, y, 99])

  it('leaves no child and no file when it is given up', async () => {
    for (const name of outputs) {
      await mkdir(at('given up'), { recursive: true })
      for (const count of [0, 1, 5]) {
        const w = await writer(at(`given up/${name}`))
        for (let n = 0; n < count; n++) await w.write(frame)
        await w.abort()
        await w.abort()
        expect(readdirSync(at('given up')), name).toEqual([])
        expect(children(), name).toEqual([])
        expect((await failing(w.write(frame)))._tag, name).toBe('Failed')
      }
    }
  })

  it('keeps the old file until it is closed', async () => {
    await mkdir(at('old'))
    for (const name of outputs.slice(0, 5)) {
      await writeFile(at(`old/${name}`), 'old')
      const w = await writer(at(`old/${name}`))
      await w.write(frame)
      expect(readFileSync(at(`old/${name}`), 'utf8')).toBe('old')
      await w.close()
      await w.close()
      await w.abort()
      expect((await read(at(`old/${name}`)))[0]).toMatchObject({ height: 64, width: 64 })
    }
    expect(readdirSync(at('old')).sort()).toEqual(outputs.slice(0, 5).sort())
    expect(children()).toEqual([])
  })

  it('refuses frames of another size, and no frames at all', async () => {
    await mkdir(at('wrong'))
    for (const name of outputs) {
      const w = await writer(at(`wrong/${name}`))
      await w.write(frame)
      const cause = 'expected a frame of 64x64, got 63x64'
      for (const failed of [() => w.write(paint(64, 63, () => [0, 0, 0])), () => w.write(frame), w.close]) {
        expect(await failing(failed()), name).toMatchObject({ _tag: 'Failed', cause })
      }
      const none = await writer(at(`wrong/${name}`))
      expect(await failing(none.close()), name).toMatchObject({ _tag: 'Failed', cause: 'no frame was written' })
    }
    expect(readdirSync(at('wrong'))).toEqual([])
    expect(children()).toEqual([])
  })

  it('says where it cannot write', async () => {
    await writeFile(at('file'), '')
    await mkdir(at('folder.mp4'))
    await mkdir(at('mine'))
    await writeFile(at('mine/diary.txt'), 'dear')
    for (const name of outputs) {
      const lost = await openWriter(at(`not there/${name}`), { height: 8, width: 8, rate: { num: 25, den: 1 } })()
      expect(lost, name).toMatchObject({ _tag: 'Left', left: { _tag: 'FileTrouble', doing: 'write' } })
    }
    for (const path of ['folder.mp4', 'file/x.mp4', 'mine', 'mine/']) {
      const refused = await openWriter(at(path), { height: 8, width: 8, rate: { num: 25, den: 1 } })()
      expect(refused, path).toMatchObject({ _tag: 'Left', left: { _tag: 'FileTrouble' } })
    }
    for (const path of ['a.xyz', '-']) {
      const refused = await openWriter(path, { height: 8, width: 8, rate: { num: 25, den: 1 } })()
      expect(refused, path).toMatchObject({ _tag: 'Left', left: { _tag: 'Usage' } })
    }
    expect(readFileSync(at('mine/diary.txt'), 'utf8')).toBe('dear')
  })

  it('waits for a slow encoder', async () => {
    const { ffmpeg: real } = await findFfmpeg()
    process.env.FFMPEG_PATH = await script('slow', `case "$*" in *-encoders*) exec ${real} "$@";; esac; exec sleep 60`)
    await mkdir(at('slow out'))
    const w = await writer(at('slow out/a.mp4'), 256)
    let taken = 0
    const feed = (async () => {
      for (;;) {
        await w.write(paint(256, 256, () => [taken, 0, 0]))
        taken += 1
      }
    })().catch((error) => error.problem._tag)
    await comes(() => taken > 0)
    await later(300) // whoever did not wait would take many more meanwhile
    expect(taken).toBeLessThanOrEqual(4)
    await w.abort()
    expect(await feed).toBe('Failed')
    expect(readdirSync(at('slow out'))).toEqual([])
    expect(children()).toEqual([])
  })

  it('tells of a full disk and of an encoder that dies, and cleans up', async () => {
    const { ffmpeg: real } = await findFfmpeg()
    const unless = `case "$*" in *-encoders*) exec ${real} "$@";; esac`
    await mkdir(at('full'))
    // No file of more than 4 blocks of 512 bytes: as good as a full disk.
    process.env.FFMPEG_PATH = await script('limited', `${unless}; trap '' XFSZ; ulimit -f 4; exec ${real} "$@"`)
    const noise = paint(64, 64, (x, y) => [(x * 57 + y * 91 + x * y) % 256, (x * y * 31) % 256, (x * 7919) % 256])
    const fill = async (path: string): Promise<void> => {
      const w = await writer(path)
      for (let n = 0; n < 200; n++) await w.write(noise)
      await w.close()
    }
    for (const name of ['a.mp4', 'a.webm', 'a.gif']) {
      expect(await failing(fill(at(`full/${name}`))), name).toMatchObject({ _tag: 'FileTrouble', file: at(`full/${name}`) }) // biome-ignore format: one line
    }
    process.env.FFMPEG_PATH = await script(
      'brief',
      `${unless}; head -c 20000 >/dev/null; echo "out of steam" >&2; exit 1`
    )
    expect(await failing(fill(at('full/b.mp4')))).toMatchObject({ _tag: 'FileTrouble', cause: 'out of steam' })
    expect(readdirSync(at('full'))).toEqual([])
    expect(children()).toEqual([])
  })
})

describe('the programs', () => {
  it('are named with what mends it when they are not there', async () => {
    await lossless(at('f.mp4'), numbered(2, 16, 16))
    const found = await findFfmpeg()
    expect(found.version).toMatch(/./)
    process.env.FFPROBE_PATH = at('nowhere')
    expect(await problem(at('f.mp4'))).toMatchObject({ _tag: 'NoEngine', needed: 'ffprobe' })
    process.env.FFPROBE_PATH = ''
    process.env.FFMPEG_PATH = at('nowhere')
    expect(await problem(at('f.mp4'))).toMatchObject({ _tag: 'NoEngine', needed: 'ffmpeg' })
    const { ffmpeg: none, version, ffprobe } = await findFfmpeg()
    expect([none, version, ffprobe]).toEqual([undefined, undefined, found.ffprobe])
    const refused = await openWriter(at('f.webm'), { height: 8, width: 8, rate: { num: 25, den: 1 } })()
    expect(refused).toMatchObject({ _tag: 'Left', left: { _tag: 'NoEngine', needed: 'ffmpeg' } })
    expect(existsSync(at('f.webm'))).toBe(false)
  })
})
