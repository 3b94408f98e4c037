import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Settings, Take } from '../../../src/io/dataset/prepare/model.js'
import { type Preparation, prepare, videosOf } from '../../../src/io/dataset/prepare/prepare.js'
import { readTakes } from '../../../src/io/dataset/prepare/takes.js'
import type { Frame } from '../../../src/io/media/index.js'
import { showProblem } from '../../../src/io/problem/problem.js'
import { lossless, paint, read } from '../media/make.js'
import { left, right, scratch } from './make.js'

const at = scratch()

const settings: Settings = {
  size: null,
  fit: 'crop',
  least: 4,
  most: 10,
  rate: null,
  cut: 0.15,
  still: 0.001,
  as: 'png'
}
const whole: Take = { box: null, start: 0, end: null }

const prepared = async (raw: string, out: string, more: Partial<Preparation> = {}) =>
  prepare({
    out,
    settings,
    videos: await right(videosOf(raw)),
    takes: () => [whole],
    limits: {},
    signal: new AbortController().signal,
    progress: () => {},
    ...more
  })

/** A bright square that moves over a ground. */
const shot = (count: number, ground: number, step = 1): ReadonlyArray<Frame> =>
  Array.from({ length: count }, (_, n) =>
    paint(24, 32, (x, y) =>
      y >= 8 && y < 16 && x >= n * step && x < n * step + 8 ? [255, 255, ground] : [ground, ground, ground]
    )
  )

/** Three shots: 23 frames that move, 6 that do not, 2 that do. */
const film = [...shot(23, 20), ...shot(6, 120, 0), ...shot(2, 220)]

const made = (out: string): Readonly<Record<string, Buffer>> =>
  Object.fromEntries(
    readdirSync(out)
      .sort()
      .map((name) => [name, readFileSync(join(out, name))])
  )

describe('preparation', () => {
  it('cuts films at every shot and length, and says what it left out and why', async () => {
    await mkdir(at('films'), { recursive: true })
    await lossless(at('films/film.mp4'), film)
    await writeFile(at('films/list.m3u8'), '#EXTM3U\nhttp://example.org/a.mp4\n')
    const { sources } = await right(await prepared(at('films'), at('clips')))
    expect(
      sources.map(({ file, clips, left: out, failed }) => [file, clips.length, out.length, failed.length])
    ).toEqual([
      ['film.mp4', 2, 3, 0],
      ['list.m3u8', 0, 0, 1]
    ])
    expect(sources[0]!.clips.map(({ name, start, frames }) => [name, start, frames])).toEqual([
      ['film-mp4-0000.png', 0, 10],
      ['film-mp4-0001.png', 0.4, 10]
    ])
    expect(sources[0]!.left.map(({ start, why }) => [start, why])).toEqual([
      [0.8, '3 frames, fewer than 4'],
      [0.92, 'motion 0.0000, below 0.001'],
      [1.16, '2 frames, fewer than 4']
    ])
    expect(sources[1]!.failed[0]).toContain('playlist')
    const second = await read(at('clips/film-mp4-0001.png'), { frameShape: { height: 24, width: 32 } })
    expect(second.map((f) => f.data)).toEqual(film.slice(10, 20).map((f) => f.data))
  })

  it('takes boxes and times, and brings them to size and rate', async () => {
    await lossless(at('boxed.mp4'), film)
    const takes: ReadonlyArray<Take> = [
      { box: { x: 4, y: 2, width: 8, height: 16 }, start: 0.2, end: 0.4 },
      { box: { x: 0, y: 0, width: 33, height: 8 }, start: 0, end: null }
    ]
    const preparation = { takes: () => takes, settings: { ...settings, least: 2, size: { height: 16, width: 8 } } }
    const { sources } = await right(await prepared(at('boxed.mp4'), at('boxed'), preparation))
    expect(sources[0]!.clips).toMatchObject([{ take: 0, start: 0.2, frames: 5 }])
    expect(sources[0]!.failed[0]).toContain('box: expected a box inside the picture of 32x24, got 33x8 at 0,0')
    const frames = await read(at('boxed/boxed-mp4-0000.png'), { frameShape: { height: 16, width: 8 } })
    for (const [n, frame] of frames.entries())
      for (let y = 0; y < 16; y++)
        expect(frame.data.subarray(24 * y, 24 * y + 24)).toEqual(
          film[5 + n]!.data.subarray(3 * ((y + 2) * 32 + 4), 3 * ((y + 2) * 32 + 12))
        )
    const slow = { settings: { ...settings, least: 2, rate: { num: 5, den: 1 }, size: { height: 12, width: 12 } } }
    const resampled = await right(await prepared(at('boxed.mp4'), at('slow'), slow))
    expect(resampled.sources[0]!.clips[0]!.frames).toBe(5)
    expect((await read(at('slow/boxed-mp4-0000.png')))[0]).toMatchObject({ height: 12, width: 12 })
  })

  it('goes on where it was stopped and ends with the same bytes', async () => {
    await mkdir(at('three'), { recursive: true })
    for (const [n, name] of ['a.mp4', 'b.mp4', 'c.mp4'].entries()) await lossless(at(`three/${name}`), shot(20, 20 * n))
    await right(await prepared(at('three'), at('through')))
    const stop = new AbortController()
    let frames = 0
    const progress = (n: number): void => {
      frames += n
      if (frames > 25) stop.abort('SIGINT')
    }
    const stopped = await prepared(at('three'), at('stopped'), { signal: stop.signal, progress })
    expect(await left(stopped)).toEqual({ _tag: 'Interrupted', signal: 'SIGINT' })
    const some = made(at('stopped'))
    expect(Object.keys(some)).toContain('a-mp4-0001.png')
    expect(Object.keys(some)).not.toContain('c-mp4-0000.png')
    const before = (await stat(at('stopped/a-mp4-0000.png'))).mtimeMs
    await right(await prepared(at('three'), at('stopped')))
    expect((await stat(at('stopped/a-mp4-0000.png'))).mtimeMs).toBe(before)
    expect(made(at('stopped'))).toEqual(made(at('through')))
  })

  it('makes lost clips and changed films anew, and keeps to its settings', async () => {
    await lossless(at('again.mp4'), shot(20, 0))
    await right(await prepared(at('again.mp4'), at('again')))
    const first = made(at('again'))
    await rm(at('again/again-mp4-0001.png'))
    await right(await prepared(at('again.mp4'), at('again')))
    expect(made(at('again'))).toEqual(first)
    await lossless(at('again.mp4'), shot(9, 90))
    const { sources } = await right(await prepared(at('again.mp4'), at('again')))
    expect(sources[0]!.clips.map(({ frames }) => frames)).toEqual([9])
    expect(existsSync(at('again/again-mp4-0001.png'))).toBe(false)
    const other = await left(await prepared(at('again.mp4'), at('again'), { settings: { ...settings, most: 11 } }))
    expect(showProblem(other)).toContain('manifest.json: settings')
    expect(await readFile(at('again/manifest.json'), 'utf8')).toContain('"most": 10')
  })
})

describe('boxes', () => {
  it('are read from a table, several for a film', async () => {
    await writeFile(at('boxes.csv'), 'file,x,y,width,height,start,end\na.mp4,1,2,3,4,,\na.mp4,0,0,9,9,1.5,2\n')
    expect([...(await right(readTakes(at('boxes.csv'), ['a.mp4', 'b.mp4'])))]).toEqual([
      [
        'a.mp4',
        [
          { box: { x: 1, y: 2, width: 3, height: 4 }, start: 0, end: null },
          { box: { x: 0, y: 0, width: 9, height: 9 }, start: 1.5, end: 2 }
        ]
      ]
    ])
  })

  it('are refused with every mistake', async () => {
    await writeFile(at('wrong.csv'), 'file,x,y,width,height,start,end\nz.mp4,1,,3,0,,\na.mp4,0.5,0,9,9,2,1\n')
    const lines = showProblem(await left(readTakes(at('wrong.csv'), ['a.mp4']))).split('\n')
    expect(lines.map((line) => line.replace(/^.*wrong.csv: /, '').replace(/: expected.*/, ''))).toEqual([
      'row 1, file',
      'row 1, y',
      'row 1, height',
      'row 2, x',
      'row 2, end'
    ])
  })
})
