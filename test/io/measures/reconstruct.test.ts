/** `keyflow reconstruct` and `keyflow ablate` on a small dataset of moving discs. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { ablating } from '../../../src/io/commands/ablate.js'
import { run as evaluate } from '../../../src/io/commands/evaluate.js'
import { run } from '../../../src/io/commands/reconstruct.js'
import type { Config } from '../../../src/io/config/config.js'
import { openClip } from '../../../src/io/media/index.js'
import { readModel } from '../../../src/io/model/model.js'
import { showProblem } from '../../../src/io/problem/problem.js'
import * as tf from '../../../src/nodes/tf.js'
import { model } from '../../cli/keyflow.js'
import { centre, disc, flags, folder, heard, left, right, strip, truthBeside, value } from './make.js'

const dir = folder()
const data = join(dir, 'data')
const films = { train: [0, 3, 6, 9, 12, 15], test: [5, 11] }

beforeAll(async () => {
  await tf.startEngine()
  for (const [part, names] of Object.entries(films)) {
    mkdirSync(join(data, part), { recursive: true })
    for (const film of names) {
      const centres = Array.from({ length: 8 }, (_, t) => centre(film, t))
      await strip(
        join(data, part, `${film}.png`),
        centres.map((c) => disc(c))
      )
      await truthBeside(join(data, part), String(film), centres)
    }
  }
})

describe('keyflow reconstruct', () => {
  it('measures a trained model: near to the frames, keypoints that stay and lead to the joints', async () => {
    const [out, terminal, before] = [join(dir, 'out'), heard(), tf.memory().numTensors]
    const sheet = join(dir, 'sheet.png')
    const { json, text } = await right(run(flags('reconstruct', { model, data, out, sheet, batch: 3 }), terminal))
    expect(tf.memory().numTensors).toBe(before)
    const [l1, still] = [value(json, 'L1')!, value(json, 'L1 of the first frame')!]
    expect(l1).toBeLessThan(still / 3)
    expect(value(json, 'keypoint consistency')).toBeLessThan(1)
    expect(value(json, 'shift equivariance')).toBeLessThan(1.5)
    expect(value(json, 'flip equivariance')).toBeGreaterThan(0)
    expect(value(json, 'AKD of keypoints')).toBeLessThan(2)
    expect(value(json, 'AKD of prediction')).toBeLessThan(3)
    expect(text).toContain('64x64')
    expect(json).toMatchObject({ inputs: { data: { videos: 2, frames: 16, codecs: ['strip png'] } } })
    expect(readdirSync(out).sort()).toEqual(['11.png', '11.safetensors', '5.png', '5.safetensors', 'report.json'])
    expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toMatchObject({ version: 1 })
    const drawn = await right(openClip(sheet, { whole: true }))
    expect([drawn.width, drawn.height]).toEqual([8 * 128 + 7 * 4, 2 * 128 + 4])

    // what was written is judged alike by evaluate
    const judged = await right(
      evaluate(flags('evaluate', { real: data, generated: out, detector: ['truth'] }), terminal)
    )
    expect(Math.abs(value(judged.json, 'L1')! - l1)).toBeLessThan(1 / 255)
    expect(value(judged.json, 'AKD (truth)')).toBeCloseTo(value(json, 'AKD of prediction')!, 4)
  })

  it('gives the same figures whatever the batch, for as many films as are asked for', async () => {
    const [a, b] = await Promise.all(
      [1, 16].map((batch) => right(run(flags('reconstruct', { model, data, videos: 1, batch }), heard())))
    )
    for (const name of ['L1', 'keypoint consistency', 'shift equivariance', 'AKD of prediction'])
      expect(value(a!.json, name)).toBeCloseTo(value(b!.json, name)!, 4)
    expect(a!.json).toMatchObject({ inputs: { data: { videos: 1, frames: 8 } } })
  })

  it('writes predictions as films or folders too, or not at all', async () => {
    for (const [format, due] of [
      ['mp4', '5.mp4'],
      ['frames', '5'],
      ['none', undefined]
    ] as const) {
      // biome-ignore format: one line
      const out = join(dir, `out-${format}`)
      await right(run(flags('reconstruct', { model, data, out, format, videos: 1 }), heard()))
      if (format === 'mp4') expect((await right(openClip(join(out, '5.mp4')))).codec).toBe('h264')
      expect(due === undefined ? !existsSync(join(out, '5.png')) : existsSync(join(out, due))).toBe(true)
    }
  })

  it('leaves AKD out where nothing was learned from, and refuses joints of another length', async () => {
    const terminal = heard()
    const { json } = await right(run(flags('reconstruct', { model, data: join(data, 'test') }), terminal))
    expect(() => value(json, 'AKD of prediction')).toThrow('no measure')
    expect(terminal.lines).toEqual(['no train part with ground truth to learn joints from: AKD is left out'])
    const odd = join(dir, 'odd')
    for (const part of ['train', 'test']) {
      mkdirSync(join(odd, part), { recursive: true })
      await strip(join(odd, part, 'a.png'), [disc([20, 20]), disc([22, 20])])
      await truthBeside(join(odd, part), 'a', [[20, 20]])
    }
    const problem = await left(run(flags('reconstruct', { model, data: odd }), heard()))
    expect(showProblem(problem)).toContain('a.safetensors: position: expected 2 frames, as the video has, got 1')
  })
})

describe('keyflow ablate', () => {
  it('trains for each number of keypoints with one seed, measures, and draws what came of it', async () => {
    const out = join(dir, 'ablation')
    const config = join(dir, 'config.yaml')
    writeFileSync(config, JSON.stringify((await right(readModel(model))).config))
    const asked: Array<readonly [number, string, number | undefined, number]> = []
    const train = (c: Config, to: string, steps: number | undefined, seed: number) => {
      asked.push([c.model_params.common_params.num_kp, to, steps, seed])
      return TE.right(model)
    }
    const o = flags('ablate', { config, data, out, keypoints: [2, 4], steps: 7, seed: 3, videos: 1 })
    const { text } = await right(ablating(train)(o, heard()))
    expect(asked).toEqual([2, 4].map((k) => [k, join(out, `keypoints-${k}`), 7, 3]))
    expect(text.split('\n')).toHaveLength(3)
    expect(readdirSync(out).sort()).toEqual(['ablation.json', 'ablation.svg', 'ablation.txt'])
    const { results } = JSON.parse(readFileSync(join(out, 'ablation.json'), 'utf8')) as { results: Array<any> }
    expect(results.map((r) => r.keypoints)).toEqual([2, 4])
    expect(readFileSync(join(out, 'ablation.svg'), 'utf8')).toContain('L1 (of 0..1)')
  })
})
