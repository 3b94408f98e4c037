import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { type Config, parseConfig } from '../../../src/io/config/config.js'
import { type Checked, checkDataset } from '../../../src/io/dataset/check.js'
import { statsOf } from '../../../src/io/dataset/stats.js'
import { showProblem } from '../../../src/io/problem/problem.js'
import { hasShared, needsShared, paint, shared, write } from '../media/make.js'
import { open, right, scratch, telling, writeClips } from './make.js'

const at = scratch()

/** The small configuration of the benchmarks, with a dataset of pictures of this many pixels. */
const config = async (side: number, more = '') => {
  const text = await readFile(join(import.meta.dirname, '../../../bench/configs/shapes.yaml'), 'utf8')
  const data = `
dataset_params:
  root_dir: data
  image_shape: [${side}, ${side}, 3]
  augmentation_params:
    crop_param: {size: ${side}}
${more}`
  const parsed = parseConfig('c.yaml', text + data)
  if (E.isLeft(parsed)) throw new Error(showProblem(parsed.left))
  return { ...parsed.right, train_params: { batch_size: 16 } as NonNullable<Config['train_params']> }
}

const said = ({ findings }: Checked, folder: string): ReadonlyArray<string> =>
  findings.map(({ breaks, problem }) => `${breaks ? '' : 'warns '}${showProblem(problem).replaceAll(`${folder}/`, '')}`)

const check = (folder: string, of: Parameters<typeof checkDataset>[1] = null): Promise<Checked> =>
  right(checkDataset(folder, of, { cache: at('cache') }))

const several = (part: string, count: number, frames = 2): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${part}/${n}.png`, frames + (n % 2)]))

describe('a check', () => {
  it('finds nothing in a dataset that is sound', async () => {
    const folder = await writeClips(at('sound'), { ...several('train', 16), ...several('test', 2, 5) }, 32)
    const { findings, train, test, passed } = await check(folder, await config(32))
    expect([findings, train.length, test.length, passed]).toEqual([[], 16, 2, []])
  })

  it('finds everything at once, by file name', async () => {
    const folder = await writeClips(at('bad'), { 'train/a.png': 3, 'train/b.png': 3, 'train/one.png': 1 })
    await write(join(folder, 'train/wide.gif'), telling(0, 3, 12, 12))
    await writeFile(join(folder, 'train/text.mp4'), 'no film')
    await writeFile(join(folder, 'train/short.png'), (await readFile(join(folder, 'train/a.png'))).subarray(0, 60))
    await writeFile(join(folder, 'train/a.json'), '{}')
    const found = await check(folder)
    const lines = said(found, folder)
    expect(lines.length).toBe(5)
    expect(lines[0]).toBe(`${folder}: test: expected videos, got none`)
    expect(lines.filter((line) => line.startsWith('train/short.png: ')).length).toBe(1)
    expect(lines.filter((line) => line.startsWith('train/text.mp4: content: ')).length).toBe(1)
    expect(lines).toContain('train/one.png: frames: expected at least 2, to be source and driving, got 1')
    expect(lines).toContain('train/wide.gif: size: expected 8x8 as 3 of 4 clips, got 12x12')
    expect(found.passed).toEqual([join(folder, 'train/a.json')])
  })

  it('judges by a configuration: batches, crops, what the networks halve, the predictor', async () => {
    const folder = await writeClips(at('judged'), { ...several('train', 3), 'test/t.png': 2 }, 48)
    const prediction = 'prediction_params: {num_frames: 3}\n'
    const found = await check(folder, await config(48, prediction))
    const due = 'multiples of 32, as the networks need'
    expect(said(found, folder)).toEqual([
      `configuration: crop_param.size: expected ${due}, got 48x48`,
      `test/t.png: size: expected ${due}, got 48x48`,
      `${folder}: train: expected at least 16, one batch, got 3 clips`,
      'warns train/0.png: frames: expected 3 for the prediction, got 2',
      'warns train/2.png: frames: expected 3 for the prediction, got 2'
    ])
    const films = await writeClips(at('films'), { ...several('train', 16), 'test/t.png': 5 }, 32)
    await write(join(films, 'train/small.gif'), telling(0, 3, 16, 16))
    await write(join(films, 'train/tall.gif'), telling(0, 3, 64, 32))
    expect(said(await check(films, await config(32)), films)).toEqual([
      'warns train/small.gif: size: expected 32x32 as 16 of 18 clips, got 16x16',
      'warns train/tall.gif: size: expected 32x32 as 16 of 18 clips, got 64x32',
      'warns train/small.gif: size: expected 32x32, the crop, got 16x16, smaller: its edges are repeated',
      'warns train/tall.gif: size: expected 32x32, the crop, got 64x32, larger: a part by chance is seen'
    ])
  })

  it('finds strips of another shape, pairs of other names, and tests that are trained on', async () => {
    const folder = await writeClips(at('other'), { ...several('train', 16), 'test/t.png': 5 }, 32)
    await copyFile(join(folder, 'train/4.png'), join(folder, 'test/leaked.png'))
    await writeFile(at('pairs.csv'), 'source,driving\nx.png,y.png\n')
    const paired = await config(32)
    const params = { ...paired.dataset_params!, pairs_list: at('pairs.csv') }
    const lines = said(await check(folder, { ...paired, dataset_params: params }), folder)
    expect(lines.length).toBe(2)
    expect(lines[0]).toBe(
      `warns test/leaked.png: content: expected a clip that is not trained on, got that of train/4.png`
    )
    expect(lines[1]).toContain('pairs.csv: source, driving')
    const shapes = said(await check(folder, await config(64)), folder)
    expect(shapes.filter((line) => line.includes('expected frames of 64x64 side by side')).length).toBe(18)
  })

  it.skipIf(!hasShared)(needsShared('refuses hostile files by name and opens nothing else'), async () => {
    const folder = join(shared, 'media/hostile')
    const { findings, passed } = await check(folder)
    const lines = findings.map(({ problem }) => showProblem(problem).replaceAll(`${folder}/`, ''))
    for (const name of ['a.m3u8', 'bomb30k.png', 'c.mp4', 'hdr100k.png', 'decompression_bomb.gif'])
      expect(lines.filter((line) => line.startsWith(name)).length).toBe(1)
    expect(passed.map((path) => path.replace(`${folder}/`, ''))).toContain('evil.pkl')
  })
})

describe('statistics', () => {
  it('are those of the frames', async () => {
    const folder = at('figures')
    const still = Array.from({ length: 4 }, () => paint(4, 4, () => [51, 102, 255]))
    const moving = [0, 1, 2].map((n) => paint(4, 4, () => [51 * n, 51 * n, 51 * n]))
    await writeClips(folder, { 'train/a.png': 2 }, 4)
    await write(join(folder, 'train/still.png'), still)
    await write(join(folder, 'train/moving.png'), moving)
    const dataset = await open(folder, at('cache'))
    const two = { ...dataset, clips: dataset.clips.slice(1) }
    const stats = await right(statsOf(two))
    expect(stats).toMatchObject({
      clips: 2,
      frames: 7,
      sizes: [{ size: '4x4', clips: 2 }],
      lengths: { least: 3, median: 3.5, mean: 3.5, most: 4 },
      stillest: 'still.png',
      liveliest: 'moving.png'
    })
    expect(stats.motion.most).toBeCloseTo(0.2, 6)
    expect(stats.motion.least).toBe(0)
    // still: 6 looks at (0.2, 0.4, 1); moving: frames 0, 1, 1, 2
    expect(stats.sampled).toBe(10)
    expect(stats.mean[0]).toBeCloseTo((6 * 0.2 + 0 + 0.2 + 0.2 + 0.4) / 10, 6)
    expect(stats.mean[2]).toBeCloseTo((6 * 1 + 0.8) / 10, 6)
    const squares = (6 * 1 + 0.04 + 0.04 + 0.16) / 10
    expect(stats.deviation[2]).toBeCloseTo(Math.sqrt(squares - 0.68 ** 2), 6)
  })
})
