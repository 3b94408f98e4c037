import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { writeTemplate as byProgram, readTemplate as ofProgram } from '../../src/io/animation/template.js'
import { readTemplate, type Template, writeTemplate } from '../../src/studio/media/template.js'
import { templateOf } from '../../src/studio/state/track.js'
import { temporaryFolder } from '../temporary.js'

const wave = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(i)))

const made: Template = {
  frames: 3,
  keypoints: 2,
  mean: wave(12),
  var: wave(24),
  rate: 12.5,
  times: [0, 0.08, 0.17]
}

describe('motion templates', () => {
  it('are read by the reader of the program, value for value, and start at their first frame', async () => {
    const path = join(temporaryFolder('template'), 'motion.safetensors')
    writeFileSync(path, writeTemplate(made))
    const read = await ofProgram(path)()
    if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
    const { mean, var: spread, side, rate, times, start } = read.right
    expect({ mean, var: spread, side, times }).toEqual({ mean: made.mean, var: made.var, side: 2, times: made.times })
    expect(rate).toEqual({ num: 25, den: 2 })
    expect(start).toEqual({ mean: made.mean.slice(0, 4), var: made.var!.slice(0, 8) })
  })

  it('are read as the program writes them', async () => {
    const path = join(temporaryFolder('template'), 'motion.safetensors')
    const { frames, keypoints, mean, times } = made
    const start = { mean: wave(4), var: wave(8) }
    const rate = { num: 30000, den: 1001 }
    await byProgram(path, { frames, keypoints, mean, times, start, rate, side: 2, var: made.var!, detector: 'x' })()
    const read = readTemplate(readFileSync(path))
    expect(read).toEqual({ ...made, rate: 30000 / 1001 })
  })

  it('come back as they were, with and without variances, of one number or four', () => {
    expect(readTemplate(writeTemplate(made))).toEqual(made)
    const bare = { ...made, var: undefined }
    expect(readTemplate(writeTemplate(bare))).toEqual(bare)
    const single = { ...made, var: wave(6) }
    expect(readTemplate(writeTemplate(single))).toEqual(single)
  })

  it('are refused when they are something else, cut short or lie about their sizes', () => {
    const bytes = writeTemplate(made)
    expect(readTemplate(new Uint8Array())).toBeUndefined()
    expect(readTemplate(new TextEncoder().encode('{"mean": []}'))).toBeUndefined()
    for (let length = 0; length < bytes.length; length += 7) {
      const cut = readTemplate(bytes.subarray(0, length))
      expect(cut).toBeUndefined()
    }
    const lying = new TextDecoder('latin1').decode(bytes).replace('"shape":[3,2,2]', '"shape":[9,2,2]')
    expect(readTemplate(Uint8Array.from(lying, (c) => c.charCodeAt(0)))).toBeUndefined()
  })

  it('are made of what a session saw, from its first frame on', () => {
    const seen = (x: number) => ({ mean: Float32Array.of(x, -x), var: Float32Array.of(x) })
    const all = [1000, 1040, 1080].map((time, i) => ({ time, seen: seen(i) }))
    const { frames, keypoints, rate, times, mean } = templateOf(all)
    expect({ frames, keypoints, rate, times }).toEqual({ frames: 3, keypoints: 1, rate: 25, times: [0, 0.04, 0.08] })
    expect([...mean]).toEqual([0, -0, 1, -1, 2, -2])
  })
})
