/** `keyflow evaluate` on films whose measures are known. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../src/io/commands/evaluate.js'
import { installed } from '../../../src/io/measures/packages.js'
import { exitCode, showProblem } from '../../../src/io/problem/problem.js'
import * as tf from '../../../src/nodes/tf.js'
import { centre, disc, flags, folder, heard, left, right, strip, truthBeside, value } from './make.js'

const evaluate = (given: object) => run(flags('evaluate', { batch: 4, ...given }), heard())
const frames = (film: number, count = 6, shift = 0) =>
  Array.from({ length: count }, (_, t) => {
    const [x, y] = centre(film, t)
    return [x + shift, y] as const
  })

describe('keyflow evaluate', () => {
  const dir = folder()
  const at = (...path: ReadonlyArray<string>) => join(dir, ...path)

  beforeAll(async () => {
    await tf.startEngine()
    for (const side of ['real', 'moved', 'short']) mkdirSync(at(side))
    for (const film of [1, 2]) {
      const places = { real: frames(film), moved: frames(film, 6, 5), short: frames(film, film === 1 ? 6 : 5) }
      for (const [side, centres] of Object.entries(places)) {
        await strip(
          at(side, `${film}.png`),
          centres.map((c) => disc(c))
        )
        await truthBeside(at(side), String(film), centres)
      }
    }
  })

  it('gives zero for identical films, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const { json } = await right(evaluate({ real: at('real'), generated: at('real'), detector: ['truth'] }))
    expect(tf.memory().numTensors).toBe(before)
    expect(['L1', 'AKD (truth)', 'MKR (truth)'].map((name) => value(json, name))).toEqual([0, 0, 0])
    expect(json).toMatchObject({
      resolution: { height: 64, width: 64 },
      inputs: { real: { videos: 2, frames: 12, codecs: ['strip png'] } }
    })
  })

  it('gives an AKD of 5 pixels for a shift of 5 pixels, from either side', async () => {
    const pair = [at('real'), at('moved')] as const
    for (const [real, generated] of [pair, [pair[1], pair[0]] as const]) {
      const { json } = await right(evaluate({ real, generated, detector: ['truth'] }))
      expect(value(json, 'AKD (truth)')).toBeCloseTo(5, 4)
      expect(value(json, 'L1')).toBeGreaterThan(0.005)
    }
  })

  it('measures L1 as the mean of absolute differences of bytes over 255', async () => {
    const flat = (grey: number) => new Uint8Array(64 * 64 * 3).fill(grey)
    await strip(at('a.png'), [flat(10), flat(10), flat(10)])
    await strip(at('b.png'), [flat(10), flat(61), flat(112)])
    const { json } = await right(evaluate({ real: at('a.png'), generated: at('b.png') }))
    expect(value(json, 'L1')).toBeCloseTo((0 + 51 + 102) / 3 / 255, 6)
  })

  it('writes what it reports', async () => {
    const out = at('report.json')
    const { json, text } = await right(evaluate({ real: at('real'), generated: at('moved'), out }))
    const written = JSON.parse(readFileSync(out, 'utf8')) as object
    expect(written).toEqual({ version: 1, ...JSON.parse(JSON.stringify(json)) })
    expect(text).toContain('averaging: mean over the frames of a video, then over videos')
  })

  it('takes a folder of single frames as one film', async () => {
    mkdirSync(at('single'))
    for (const t of [0, 1, 2]) await strip(at('single', `${t}.png`), [disc(centre(1, t))])
    await strip(
      at('same.png'),
      [0, 1, 2].map((t) => disc(centre(1, t)))
    )
    const { json } = await right(evaluate({ real: at('single'), generated: at('same.png') }))
    expect(value(json, 'L1')).toBe(0)
    expect(json).toMatchObject({ inputs: { real: { videos: 1, frames: 3, codecs: ['folder'] } } })
  })

  it('says which film is missing, shorter, of another size or without joints', async () => {
    const some = at('some')
    mkdirSync(some)
    await strip(
      join(some, '1.png'),
      frames(1).map((c) => disc(c))
    )
    await strip(
      join(some, '9.png'),
      frames(1).map((c) => disc(c))
    )
    const said = async (given: object) => showProblem(await left(evaluate({ real: at('real'), ...given })))
    expect(await said({ generated: some })).toContain(`${some}: names: expected a film 2`)
    expect(await said({ generated: at('short') })).toContain('2.png: frames: expected as many as')
    expect(await said({ real: some, generated: some, detector: ['truth'] })).toContain(
      '1.safetensors: file: expected joints'
    )
    const small = at('small.png')
    await strip(small, [disc([1, 1])])
    const { default: sharp } = await import('sharp')
    await sharp(small).resize(32, 32).toFile(at('smaller.png'))
    expect(await said({ real: small, generated: at('smaller.png') })).toContain('size: expected 64x64')
    const { json } = await right(
      evaluate({ real: small, generated: at('smaller.png'), size: { height: 32, width: 32 } })
    )
    expect(json).toMatchObject({ resolution: { height: 32, width: 32 } })
    mkdirSync(at('sizes'))
    for (const [name, side] of [
      ['1', 64],
      ['2', 32]
    ] as const)
      await sharp({ create: { width: 3 * side, height: side, channels: 3, background: '#a0b0c0' } })
        .png()
        .toFile(at('sizes', `${name}.png`))
    const sizes = { real: at('sizes'), generated: at('sizes') }
    expect(await said(sizes)).toContain('2.png: size: expected 64x64 as the first film, or --size, got 32x32')
    expect(value((await right(evaluate({ ...sizes, size: { height: 32, width: 32 } }))).json, 'L1')).toBe(0)
    expect(await said({ generated: at('nowhere') })).toContain('cannot read')
  })

  it('says which package and version to install', async () => {
    const problem = await left(installed({ name: '@keyflow/no-such-network', version: '1.2.3' }, '--detector face'))
    expect(showProblem(problem)).toContain('npm install @keyflow/no-such-network@1.2.3')
    expect(exitCode(problem)).toBe(69)
  })

  it('stops when it is interrupted', async () => {
    const terminal = heard()
    terminal.abort()
    const task = run(flags('evaluate', { real: at('real'), generated: at('moved'), batch: 4 }), terminal)
    expect(await left(task)).toEqual({ _tag: 'Interrupted', signal: 'SIGINT' })
  })
})
