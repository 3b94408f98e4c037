import { readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readFrames } from '../../../src/io/dataset/cache.js'
import { openDataset, openingOf } from '../../../src/io/dataset/dataset.js'
import type { Dataset } from '../../../src/io/dataset/model.js'
import { showProblem } from '../../../src/io/problem/problem.js'
import { failing, paint, write } from '../media/make.js'
import { left, open, scratch, telling, writeClips } from './make.js'

const at = scratch()

const names = ({ clips }: Dataset): ReadonlyArray<string> => clips.map(({ name }) => name)

/** The first byte of each frame asked for. */
const marks = async (
  dataset: Dataset,
  clip: number,
  indices: ReadonlyArray<number>
): Promise<ReadonlyArray<number>> => {
  const one = dataset.clips[clip]!
  const data = await readFrames(one, indices)
  return indices.map((_, n) => data[n * one.height * one.width * 3]!)
}

/** Every file below a folder. */
const files = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))

describe('a dataset', () => {
  it('has the clips of its part, of every kind, by name, and passes over what stands beside them', async () => {
    const folder = await writeClips(at('kinds'), { 'train/strip.png': 3, 'train/film.gif': 4, 'test/other.png': 2 })
    await write(join(folder, 'train/pictures/'), telling(5, 6))
    await writeFile(join(folder, 'train/strip.safetensors'), 'truth')
    await writeFile(join(folder, 'train/synth.json'), '{}')
    await writeFile(join(folder, 'train/notes'), 'no media')
    await writeFile(join(folder, 'pairs.csv'), 'source,driving\n')
    const dataset = await open(folder, at('kinds-cache'))
    expect(dataset.clips.map(({ name, frames, height, width }) => [name, frames, height, width])).toEqual([
      ['film.gif', 4, 8, 8],
      ['pictures', 6, 8, 8],
      ['strip.png', 3, 8, 8]
    ])
    expect(names(await open(folder, at('kinds-cache'), { part: 'test' }))).toEqual(['other.png'])
    expect(dataset.manifest.division).toEqual({ by: 'folders' })
  })

  it('gives any frames of a clip in the order asked for', async () => {
    const dataset = await open(await writeClips(at('frames'), { 'a.png': 7, 'b.png': 7 }), at('frames-cache'))
    const clip = { 'a.png': 0, 'b.png': 8 }[names(dataset)[0]!]!
    expect(await marks(dataset, 0, [6, 0, 3, 3])).toEqual([clip + 6, clip, clip + 3, clip + 3])
    const problem = await failing(readFrames(dataset.clips[0]!, [7]))
    expect(showProblem(problem)).toContain('frame 7: expected one of 7 frames')
    expect(await readFrames(dataset.clips[0]!, [2])).toEqual(telling(clip / 8, 7)[2]!.data)
  })

  it('is divided by the seed alone where no folders are, and no clip is in both parts', async () => {
    const clips = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${n}.png`, 2]))
    const folder = await writeClips(at('seeded'), clips)
    const part = async (of: 'train' | 'test', seed: number) =>
      names(await open(folder, at('seeded-cache'), { part: of, seed }))
    const [train, test] = [await part('train', 1), await part('test', 1)]
    expect([train.length, test.length]).toEqual([8, 2])
    expect([...train, ...test].sort()).toEqual(Object.keys(clips))
    expect(await part('test', 1)).toEqual(test)
    const others = await Promise.all([2, 3, 4, 5, 6].map((seed) => part('test', seed)))
    expect(new Set([test, ...others].map(String)).size).toBeGreaterThan(1)
  })

  it('is divided by its split file', async () => {
    const folder = await writeClips(at('listed'), { 'a.png': 2, 'b.png': 2, 'c.png': 2 })
    const list = (split: object) => writeFile(join(folder, 'split.json'), JSON.stringify(split))
    await list({ version: 1, seed: 0, train: ['c.png'], test: ['a.png'] })
    expect(names(await open(folder, at('listed-cache')))).toEqual(['c.png'])
    expect(names(await open(folder, at('listed-cache'), { part: 'test' }))).toEqual(['a.png'])
    await list({ version: 1, seed: 0, train: ['d.png'], test: [] })
    expect(showProblem(await left(openDataset(folder, { part: 'train' })))).toContain('split.json: train')
    await list({ version: 1, seed: 0, train: ['a.png'], test: ['a.png'] })
    expect(showProblem(await left(openDataset(folder, { part: 'train' })))).toContain('a.png twice')
    await list({ train: [] })
    expect((await left(openDataset(folder, { part: 'train' })))._tag).toBe('BadData')
  })

  it('tells every file that does not decode, and an empty part', async () => {
    const folder = await writeClips(at('broken'), { 'train/a.png': 3, 'train/b.gif': 3, 'train/c.png': 3 })
    const cut = async (name: string) => truncate(join(folder, name), (await stat(join(folder, name))).size - 20)
    await cut('train/a.png')
    await cut('train/b.gif')
    const problem = showProblem(await left(openDataset(folder, { part: 'train', cache: at('broken-cache') })))
    expect(problem).toContain('a.png')
    expect(problem).toContain('b.gif')
    expect(problem).not.toContain('c.png')
    const empty = await left(openDataset(folder, { part: 'test', cache: at('broken-cache') }))
    expect(showProblem(empty)).toContain('test: expected videos, got none')
    expect((await left(openDataset(at('nowhere'), { part: 'train' })))._tag).toBe('FileTrouble')
  })

  it('cuts strips by the shape of the configuration, and says so where a picture is none', async () => {
    const folder = await writeClips(at('shape'), { 'train/a.png': 4 }, 8, 6)
    const cache = at('shape-cache')
    expect((await open(folder, cache, { size: { height: 8, width: 6 } })).clips[0]).toMatchObject({
      frames: 4,
      height: 8,
      width: 6
    })
    const wrong = await left(openDataset(folder, { part: 'train', cache, size: { height: 8, width: 7 } }))
    expect(showProblem(wrong)).toContain('frames of 7x8 side by side')
    const config = { dataset_params: { image_shape: [8, 6, 3], random_seed: 4 } } as never
    expect(openingOf(config, 'test')).toEqual({ part: 'test', seed: 4, size: { height: 8, width: 6 } })
  })

  it('brings all frames to one size where a fit is given', async () => {
    const folder = await writeClips(at('sized'), { 'train/a.gif': 3 })
    const opening = { size: { height: 4, width: 6 }, fit: 'stretch' as const }
    expect((await open(folder, at('sized-cache'), opening)).clips[0]).toMatchObject({ height: 4, width: 6, frames: 3 })
    expect((await open(folder, at('sized-cache'))).clips[0]).toMatchObject({ height: 8, width: 8 })
  })
})

describe('the cache', () => {
  it('decodes a content once: opened again, renamed, or elsewhere', async () => {
    const cache = at('once-cache')
    const folder = await writeClips(at('once'), { 'train/a.png': 5, 'train/b.png': 4 })
    const first = await open(folder, cache)
    const entries = files(join(cache, 'frames'))
    expect(entries.length).toBe(2)
    const made = await Promise.all(entries.map(async (e) => (await stat(e)).mtimeMs))
    const again = await open(folder, cache)
    expect(again).toEqual(first)
    await rename(join(folder, 'train/a.png'), join(folder, 'train/z.png'))
    await mkdir(at('twice'), { recursive: true })
    await copyFile(join(folder, 'train/b.png'), at('twice/b.png'))
    await copyFile(join(folder, 'train/z.png'), at('twice/c.png'))
    expect(names(await open(folder, cache))).toEqual(['b.png', 'z.png'])
    await open(at('twice'), cache)
    expect(files(join(cache, 'frames'))).toEqual(entries)
    expect(await Promise.all(entries.map(async (e) => (await stat(e)).mtimeMs))).toEqual(made)
  })

  it('notices another content under the same name and size, and keeps frames of both', async () => {
    const cache = at('changed-cache')
    const folder = await writeClips(at('changed'), { 'train/a.png': 3 })
    const old = await open(folder, cache)
    await write(join(folder, 'train/a.png'), telling(9, 3))
    const { clips } = await open(folder, cache)
    expect(clips[0]!.sha256).not.toBe(old.clips[0]!.sha256)
    expect((await readFrames(clips[0]!, [0]))[0]).toBe(72)
    expect((await readFrames(old.clips[0]!, [0]))[0]).toBe(0)
    await utimes(join(folder, 'train/a.png'), 1, 1)
    expect((await open(folder, cache)).clips[0]!.sha256).toBe(clips[0]!.sha256)
  })

  it('makes a damaged, shortened or lost entry anew, when it is opened or when it is read', async () => {
    const cache = at('damaged-cache')
    const folder = await writeClips(at('damaged'), { 'train/a.png': 5 })
    const dataset = await open(folder, cache)
    const clip = dataset.clips[0]!
    const sound = await readFile(clip.entry)
    const frame = telling(0, 5)[4]!.data
    const harm: ReadonlyArray<() => Promise<unknown>> = [
      async () => {
        const bytes = Buffer.from(sound)
        bytes[4 * (4 + frame.length) + 50]! ^= 1
        await writeFile(clip.entry, bytes)
      },
      () => truncate(clip.entry, sound.length - 100),
      () => truncate(clip.entry, 0),
      () => rm(clip.entry)
    ]
    for (const [n, damage] of harm.entries()) {
      await damage()
      expect(await readFrames(clip, [4])).toEqual(frame)
      expect(await readFile(clip.entry)).toEqual(sound)
      await damage()
      const again = await open(folder, cache)
      expect(again).toEqual(dataset)
      if (n > 0) expect(await readFile(clip.entry)).toEqual(sound) // one flipped bit is seen where it is read
      expect(await readFrames(again.clips[0]!, [4])).toEqual(frame)
    }
  })

  it('notices frames that stand in each other’s place', async () => {
    const folder = await writeClips(at('swapped'), { 'train/a.png': 4 })
    const { clips } = await open(folder, at('swapped-cache'))
    const bytes = await readFile(clips[0]!.entry)
    const record = 4 + 8 * 8 * 3
    const swapped = Buffer.concat([
      bytes.subarray(record, 2 * record),
      bytes.subarray(0, record),
      bytes.subarray(2 * record)
    ])
    await writeFile(clips[0]!.entry, swapped)
    expect(await readFrames(clips[0]!, [0])).toEqual(telling(0, 4)[0]!.data)
  })

  it('says so when the entry is gone and the source is another', async () => {
    const folder = await writeClips(at('gone'), { 'train/a.png': 3 })
    const { clips } = await open(folder, at('gone-cache'))
    await rm(clips[0]!.entry)
    await write(join(folder, 'train/a.png'), telling(7, 3))
    expect(showProblem(await failing(readFrames(clips[0]!, [0])))).toContain('other content than when')
  })

  it('lives through a catalogue that is damaged', async () => {
    const folder = await writeClips(at('catalogue'), { 'train/a.png': 3 })
    const dataset = await open(folder, at('catalogue-cache'))
    for (const file of files(at('catalogue-cache/datasets'))) await writeFile(file, '{"version":1,"clips":{"train')
    expect(await open(folder, at('catalogue-cache'))).toEqual(dataset)
  })

  it('is told once where it can not be written', async () => {
    const folder = await writeClips(at('unwritable'), { 'train/a.png': 3, 'train/b.png': 3 })
    await writeFile(at('file'), '')
    const problem = await left(openDataset(folder, { part: 'train', cache: at('file/cache') }))
    expect(problem).toMatchObject({ _tag: 'FileTrouble', doing: 'write' })
    expect(showProblem(problem)).toContain(at('file/cache'))
  })

  it('is shared by openings at the same time, and keeps what an interrupted one has made', async () => {
    const clips = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`train/${n}.png`, 4]))
    const folder = await writeClips(at('shared'), clips)
    const [one, two] = await Promise.all([open(folder, at('shared-cache')), open(folder, at('shared-cache'))])
    expect(one).toEqual(two)
    const stop = new AbortController()
    let seen = 0
    const opening = {
      part: 'train' as const,
      cache: at('stopped-cache'),
      signal: stop.signal,
      progress: () => {
        seen += 1
        if (seen === 5) stop.abort('SIGINT')
      }
    }
    expect(await left(openDataset(folder, opening))).toEqual({ _tag: 'Interrupted', signal: 'SIGINT' })
    const kept = files(at('stopped-cache/frames'))
    expect(kept.length).toBeGreaterThanOrEqual(5)
    expect(kept.length).toBeLessThan(12)
    const times = kept.map((e) => readFileSync(e).length)
    expect((await open(folder, at('stopped-cache'))).manifest).toEqual(one.manifest)
    expect(kept.map((e) => readFileSync(e).length)).toEqual(times)
    expect(files(at('stopped-cache/partial'))).toEqual([])
  })

  it('keeps what other sizes and other settings give apart', async () => {
    const folder = at('apart')
    await mkdir(folder)
    await write(join(folder, 'a.png'), [paint(8, 32, (x) => [x, 0, 0])])
    await write(join(folder, 'b.png'), [paint(8, 32, (x) => [2 * x, 0, 0])])
    const opening = { seed: 0, part: 'train' as const }
    const squares = await open(folder, at('apart-cache'), opening)
    const halves = await open(folder, at('apart-cache'), { ...opening, size: { height: 8, width: 16 } })
    expect([squares.clips[0]!.frames, halves.clips[0]!.frames]).toEqual([4, 2])
    expect(squares.clips[0]!.sha256).toBe(halves.clips[0]!.sha256)
  })
})
