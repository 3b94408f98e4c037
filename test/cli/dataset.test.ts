import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratch, writeClips } from '../io/dataset/make.js'
import { lossless, numbered, opened } from '../io/media/make.js'
import { keyflow } from './keyflow.js'

const at = scratch()

const dataset = (...args: ReadonlyArray<string>) =>
  keyflow(['dataset', ...args], { env: { XDG_CACHE_HOME: at('cache') } })

const clips = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`${n}.png`, 4]))

describe('keyflow dataset', () => {
  it('check exits 0 for a sound dataset and 1 for another, with every finding as text and as JSON', async () => {
    const sound = await dataset('check', await writeClips(at('sound'), clips))
    expect([sound.code, sound.out.split('\n').at(-2)]).toEqual([0, `${at('sound')}: sound`])
    expect(readdirSync(at('cache/keyflow'))).toContain('frames')
    const bad = await writeClips(at('bad'), { ...clips, 'one.png': 1 })
    const { code, out } = await dataset('check', bad)
    expect([code, out.includes(`breaks ${bad}/one.png: frames:`)]).toEqual([1, true])
    const json = JSON.parse((await dataset('check', bad, '--json')).out)
    expect(json).toMatchObject({ version: 1, command: 'dataset check', sound: false })
    expect(json.findings[0].problem.file).toBe(join(bad, 'one.png'))
    expect((await dataset('check', at('none'))).code).toBe(74)
  })

  it('split writes a file, the same for a seed, and is undone by removing it', async () => {
    const folder = await writeClips(at('split'), clips)
    const written = async (seed: string) => {
      expect((await dataset('split', folder, '--test', '0.5', '--seed', seed, '--replace')).code).toBe(0)
      return readFileSync(join(folder, 'split.json'), 'utf8')
    }
    const first = await written('1')
    expect(JSON.parse(first).test.length).toBe(3)
    expect(await written('1')).toBe(first)
    expect(await written('2')).not.toBe(first)
    const again = await dataset('split', folder, '--test', '0.5')
    expect([again.code, again.err.includes('--replace')]).toEqual([65, true])
    const stats = JSON.parse((await dataset('stats', folder, '--part', 'test', '--json')).out)
    expect(stats).toMatchObject({ clips: 3, frames: 12, division: { by: 'file' } })
    await rm(join(folder, 'split.json'))
    expect(JSON.parse((await dataset('stats', folder, '--json')).out)).toMatchObject({
      clips: 4,
      division: { by: 'seed' }
    })
    const divided = await writeClips(at('divided'), { 'train/a.png': 2, 'test/b.png': 2 })
    expect((await dataset('split', divided)).code).toBe(65)
  })

  it('show draws the clips that it names', async () => {
    const folder = await writeClips(at('show'), clips)
    const { code, out } = await dataset('show', folder, '--out', at('sheet.png'), '--rows', '3', '--columns', '2')
    expect([code, out.trim().split('\n').length]).toEqual([0, 4])
    expect(await opened(at('sheet.png'), { whole: true })).toMatchObject({ width: 260, height: 392 })
    const unset = await dataset('show', folder, '--out', at('pairs.png'), '--augment')
    expect([unset.code, existsSync(at('pairs.png'))]).toEqual([2, false])
  })

  it('prepare makes clips that check finds sound', async () => {
    await lossless(at('film.mp4'), numbered(50, 64, 96, 3))
    const done = await dataset(
      'prepare',
      at('film.mp4'),
      '--out',
      at('made'),
      '--box',
      '16,0,64,64',
      '--size',
      '32x32',
      '--frames',
      '8-16'
    )
    expect([done.code, done.out.trim().split('\n')]).toEqual([
      0,
      [
        `left out: film.mp4: 2 frames from 1.92 s on: 2 frames, fewer than 8`,
        `${at('made')}: 3 clips, 48 frames, from 1 videos`
      ]
    ])
    expect((await dataset('check', at('made'))).code).toBe(0)
    const both = await dataset('prepare', at('film.mp4'), '--out', at('x'), '--box', '0,0,4,4', '--boxes', 'b.csv')
    expect(both.code).toBe(2)
    const odd = await dataset('prepare', at('film.mp4'), '--out', at('x'), '--frames', '9-8')
    expect([odd.code, odd.err.includes('such as 16-128')]).toEqual([2, true])
    expect((await dataset('prepare', at('film.mp4'), '--out', at('x'), '--fps', '0')).code).toBe(2)
  })
})
