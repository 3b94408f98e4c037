/** The port of the First Order Motion Model: the numbers of the original, and files at both ends. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { openClip } from '../../src/io/media/index.js'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const out = mkdtempSync(join(tmpdir(), 'keyflow-examples-'))
afterAll(() => rmSync(out, { recursive: true }))

/** Runs a program of Node, as a user does. */
const node = (args: ReadonlyArray<string>) => {
  const { status: code, stdout: told, stderr: err } = spawnSync(process.execPath, [...args], { encoding: 'utf8' })
  return { code, told, err }
}
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

describe('the First Order Motion Model', () => {
  it('has the numbers of the original', () => {
    const { code, told, err } = node(['--test', '--test-reporter=tap', fixture('parity.mjs')])
    expect(code, told + err).toBe(0)
    expect(told).toContain('# pass 13')
  })

  it('animates files with a checkpoint, at the rate and size of film and configuration', async () => {
    const { code, told, err } = node([firstOrder, ...files(fixture('tiny.yaml'))])
    expect(code, err).toBe(0)
    const [made, driving] = [await opened(join(out, 'made.mp4')), await opened(at('../../models/demo/driving.mp4'))]
    expect(told).toContain(`${driving.count} frames`)
    expect(made).toMatchObject({ height: 48, width: 64, count: driving.count, rate: driving.rate })
  })

  it('refuses what it has not, by name', () => {
    const { code, err } = node([firstOrder, ...files(at('../../models/shapes.yaml'))])
    expect(code).toBe(1)
    expect(err).toContain('model_params.common_params.estimate_jacobian')
    const half = node([firstOrder, '--checkpoint', fixture('tiny.pth.tar')])
    expect(half).toMatchObject({ code: 1, err: expect.stringContaining('--driving') })
  })
})
