/** The examples of geometry, as a user runs them, and the laws and golden values that they are held to. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { openClip } from '../../src/io/media/index.js'
import { node } from './node.js'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const out = mkdtempSync(join(tmpdir(), 'keyflow-examples-'))
afterAll(() => rmSync(out, { recursive: true }))

const opened = async (path: string) => {
  const clip = await openClip(path, { whole: true })()
  if (E.isLeft(clip)) throw new Error(JSON.stringify(clip.left))
  return clip.right
}
const firstOrder = at('../../examples/first-order-motion/first-order-motion.mjs')
const fixture = (name: string): string => at(`first-order-motion/${name}`)
const files = (config: string) => [
  ...['--checkpoint', fixture('tiny.pth.tar'), '--config', config, '--source', at('../../models/demo/source.png')],
  ...['--driving', at('../../models/demo/driving.mp4'), '--out', join(out, 'made.mp4')]
]

describe('the spline', () => {
  it('is drawn beside the deformation of Monkey-Net', async () => {
    const program = at('../../examples/thin-plate-spline/thin-plate-spline.mjs')
    const { code, err } = await node([program, '--out', out, '--frames', '2'])
    expect(code, err).toBe(0)
    expect(await opened(join(out, 'thin-plate-spline.png'))).toMatchObject({ height: 512, width: 256 })
  })

  it('keeps its laws', async () => {
    const { code, err, out } = await node(['--test', at('../../examples/thin-plate-spline/thin-plate-spline.test.mjs')])
    expect(code, out + err).toBe(0)
  })
})

describe('the First Order Motion Model', () => {
  it('moves what turns, grows and leans far better than translations do', async () => {
    const { code, out: told, err } = await node([firstOrder, '--out', out])
    expect(code, err).toBe(0)
    const [affine, translated] = [...told.matchAll(/mean error ([\d.]+)/g)].map(([, error]) => Number(error))
    expect(affine).toBeLessThan(translated! / 5)
    expect(await opened(join(out, 'first-order-motion.png'))).toMatchObject({ height: 432, width: 720 })
  })

  it('has the numbers of the original', async () => {
    const { code, err, out } = await node(['--test', fixture('parity.mjs')])
    expect(code, out + err).toBe(0)
  })

  it('keeps its laws', async () => {
    const { code, err, out } = await node([
      '--test',
      at('../../examples/first-order-motion/first-order-motion.test.mjs')
    ])
    expect(code, out + err).toBe(0)
  })

  it('animates files with a checkpoint, at the rate and size of film and configuration', async () => {
    const { code, out: told, err } = await node([firstOrder, ...files(fixture('tiny.yaml'))])
    expect(code, err).toBe(0)
    const [made, driving] = [await opened(join(out, 'made.mp4')), await opened(at('../../models/demo/driving.mp4'))]
    expect(told).toContain(`${driving.count} frames`)
    expect(made).toMatchObject({ height: 48, width: 64, count: driving.count, rate: driving.rate })
  })

  it('refuses what it has not, by name', async () => {
    const { code, err } = await node([firstOrder, ...files(at('../../models/shapes.yaml'))])
    expect(code).toBe(1)
    expect(err).toContain('model_params.common_params.estimate_jacobian')
    const half = await node([firstOrder, '--checkpoint', fixture('tiny.pth.tar')])
    expect(half).toMatchObject({ code: 1, err: expect.stringContaining('--driving') })
  })
})
