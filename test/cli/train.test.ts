/** `keyflow train` as a user runs it: killed, interrupted, and with a disk that refuses. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { canInject, ends } from '../io/crash/strace.js'
import { folder } from '../io/training/common.js'
import * as T from '../io/training/tiny.js'
import { keyflow, root } from './keyflow.js'

const dir = folder()
const at = (name: string): string => join(dir, name)
const main = join(root, 'dist/io/cli/main.js')
const steps = 24

beforeAll(async () => {
  await T.writeData(at('data'))
  T.writeConfiguration(at('tiny.yaml'))
})

const asked = (out: string, ...more: ReadonlyArray<string>): ReadonlyArray<string> => [
  'train',
  ...['--config', at('tiny.yaml'), '--data', at('data'), '--cache', at('cache'), '--out', out],
  ...['--seed', '9', '--steps', String(steps), '--checkpoint-every', '5', '--picture-every', '7'],
  ...more
]

/** Files that a run leaves in the end, whatever happened to it. */
const due = [...T.kept, 'checkpoints/best.safetensors', 'checkpoints/scores.ndjson', 'pictures/step-7.png']

let made: Promise<string> | undefined
const straight = (): Promise<string> => {
  made ??= keyflow(asked(at('straight'))).then(({ code, err }) => {
    if (code !== 0) throw new Error(err)
    return at('straight')
  })
  return made
}

/** The steps that a run has written down. */
const written = (out: string): number => {
  const log = join(out, 'log.ndjson')
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts a command and kills it some milliseconds after the run has written so many steps, unless it ends before. */
const struck = async (args: ReadonlyArray<string>, out: string, step: number, later: number) => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let err = ''
  child.stderr.on('data', (d) => (err += d))
  const closed = once(child, 'close')
  while (child.exitCode === null && written(out) < step) await after(2)
  await after(later)
  child.kill('SIGKILL')
  const [code, by] = (await closed) as [number | null, NodeJS.Signals | null]
  return { code, by, err }
}

/** The option that a run needs that may have been killed before it had a folder. */
const going = (out: string): ReadonlyArray<string> => (existsSync(join(out, 'run.json')) ? ['--resume'] : [])

describe('keyflow train', () => {
  it('ends with the same bytes though it was killed again and again, at moments by chance', async () => {
    const whole = T.left(await straight(), due)
    const out = at('killed')
    const moments: Array<readonly [number, number]> = []
    for (let n = 0; n < 6; n++) {
      // the first comes before the engine has started; another may come too late where steps are quick, after the end
      const moment = [n === 0 ? 0 : Math.floor(Math.random() * (steps - 2)), Math.random() * 150] as const
      moments.push(moment)
      const { code, by, err } = await struck(asked(out, ...going(out)), out, ...moment)
      const ended = n > 0 && code === 0 && written(out) === steps
      expect([moments, by, err.includes('keyflow:')]).toEqual([moments, ended ? null : 'SIGKILL', false])
    }
    const { code, err } = await keyflow(asked(out, ...going(out)))
    expect([moments, code, err.includes('keyflow:')]).toEqual([moments, 0, false])
    expect([moments, T.left(out, due)]).toEqual([moments, whole])
  }, 900_000)

  it('finishes its step when it is interrupted, exits 130, and goes on by the command that it says', async () => {
    const whole = T.left(await straight())
    const out = at('a b')
    const env = {
      NODE_OPTIONS: `--import ${new URL('strike.mjs', import.meta.url)}`,
      STRIKE: JSON.stringify({ signal: 'SIGINT', step: 3, log: join(out, 'log.ndjson') })
    }
    const { code, err } = await keyflow(asked(out), { env })
    expect(code).toBe(130)
    const steps = written(out)
    const last = await T.modelAt(join(out, 'checkpoints/last.safetensors'))
    expect(last.training?.iteration).toBe(steps)
    const again = /^to go on: keyflow (.*)$/m.exec(err)?.[1]
    expect(again).toContain('--resume')
    const words = [...(again ?? '').matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
    expect((await keyflow(words)).code).toBe(0)
    expect(T.left(out)).toEqual(whole)
  }, 300_000)

  it('is asked wrongly without a model to fine-tune', async () => {
    const { code, err, out } = await keyflow([...asked(at('never')), '--fine-tune', '--json'])
    expect([code, JSON.parse(out).error.at, existsSync(at('never'))]).toEqual([2, '--fine-tune', false])
    expect(err).toContain('a model to start from (--init)')
  })
})

describe.skipIf(!canInject)('keyflow train on a full disk', () => {
  for (const [calls, when] of [
    ['rename', 6],
    ['rename', 9],
    ['fsync,fdatasync', 12],
    ['rename', 2],
    ['fsync,fdatasync', 31]
  ] as const)
    it(`says what was refused at ${calls} ${when}, and how to go on; what is there is whole`, async () => {
      const whole = T.left(await straight())
      const out = at(`full ${calls} ${when}`)
      const { code, err } = await ends('../../../dist/io/cli/main.js', asked(out), calls, 'error=ENOSPC', when)
      expect([code, err]).toEqual([
        74,
        expect.stringMatching(/keyflow: .*: cannot \w+: no space left on device \(ENOSPC\)/)
      ])
      const resumed = await keyflow(asked(out, ...going(out)))
      expect([resumed.code, resumed.err.includes('passed over')]).toEqual([0, false])
      expect(T.left(out)).toEqual(whole)
    }, 300_000)
})
