/** Films that come and go through pipes, motion templates, and what keeps motion steady, as a user has them. */
import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { readModel, writeModel } from '../../src/io/model/model.js'
import { float32Of, storedFloat32 } from '../../src/io/safetensors/safetensors.js'
import { ffmpegBytes, ffprobe } from '../io/media/make.js'
import { must } from '../io/small-model.js'
import { driving, folder, keyflow, model, root, source } from './keyflow.js'

const creatures = join(root, 'models/creatures.safetensors')
const main = join(root, 'dist/io/cli/main.js')
const base = ['transfer', '--model', model, '--source', source]
const raw = (): Promise<Uint8Array> =>
  ffmpegBytes('-i', driving, '-frames:v', '12', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-')

const each = 64 * 64 * 3
const bare = [...base, '--driving', '-', '--raw', '64x64@25', '--out', '-', '--format', 'raw']

/** A command with open pipes and a place of its own for temporary files. */
const begun = (args: ReadonlyArray<string>, detached = false) => {
  const temporary = folder()
  const env = { ...process.env, TMPDIR: temporary }
  const child = spawn(process.execPath, [main, ...args], { cwd: root, env, detached })
  let [out, err] = [0, '']
  let wake = (): void => {}
  const come = async (is: () => boolean): Promise<void> => {
    while (!is()) await new Promise<void>((resolve) => (wake = resolve))
  }
  const parts: Array<Buffer> = []
  child.stdout.on('data', (d: Buffer) => {
    parts.push(d)
    out += d.length
    wake()
  })
  child.stderr.on('data', (d) => {
    err += d
    wake()
  })
  child.stdin.on('error', () => {})
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return {
    child,
    ended,
    until: (bytes: number) => come(() => out >= bytes),
    said: (words: RegExp) => come(() => words.test(err)),
    out: () => out,
    written: () => Buffer.concat(parts),
    err: () => err,
    left: () => readdirSync(temporary)
  }
}

describe('keyflow transfer through pipes', () => {
  it('shows a frame before the next one comes, and ends when its input does', async () => {
    const frames = await raw()
    const run = begun([...bare, '--json'])
    for (let i = 0; i < 3; i++) {
      run.child.stdin.write(frames.subarray(i * each, (i + 1) * each))
      await run.until((i + 1) * each)
      expect(run.out()).toBe((i + 1) * each)
    }
    run.child.stdin.end()
    expect(await run.ended).toBe(0)
    expect(run.err()).toContain('"frames": 3')
    expect(run.left()).toEqual([])
  })

  it.runIf(process.platform !== 'win32')('starts the motion anew when it is told to', async () => {
    const frames = await raw()
    const relative = [...bare, '--relative']
    const run = begun(relative)
    for (let i = 0; i < 6; i++) {
      if (i === 3) {
        run.child.kill('SIGUSR2')
        await run.said(/motion starts anew/)
      }
      run.child.stdin.write(frames.subarray(i * each, (i + 1) * each))
      await run.until((i + 1) * each)
    }
    run.child.stdin.end()
    expect(await run.ended).toBe(0)
    const played = async (...more: ReadonlyArray<string>): Promise<Buffer> => {
      const other = begun([...relative, ...more])
      other.child.stdin.end(frames.subarray(0, 6 * each))
      expect(await other.ended).toBe(0)
      return other.written()
    }
    expect(run.written().equals(await played('--recalibrate', '0.12'))).toBe(true)
    expect(run.written().equals(await played())).toBe(false)
  })

  it('ends after as many frames as are wanted', async () => {
    const frames = await raw()
    const run = begun([...bare, '--max-frames', '5', '--json'])
    run.child.stdin.write(frames) // and is not ended
    expect(await run.ended).toBe(0)
    expect(run.out()).toBe(5 * each)
    expect(run.err()).toContain('"frames": 5')
    expect(run.left()).toEqual([])
  })

  it('ends quietly when nobody reads any more', async () => {
    const run = begun([...base, '--driving', driving, '--out', '-', '--format', 'mp4', '--quiet'])
    await run.until(100)
    run.child.stdout.destroy()
    expect(await run.ended).toBe(0)
    expect(run.err()).not.toContain('keyflow:')
    expect(run.left()).toEqual([])
  })

  it.each([
    ['interrupts', 'SIGINT'],
    ['is closed above', 'SIGHUP']
  ] as const)('finishes what has come when a terminal %s it and all that it has started', async (_, signal) => {
    const dir = folder()
    mkdirSync(join(dir, 'out'))
    const out = join(dir, 'out', 'o.mp4')
    const growing = join(dir, 'film.raw')
    const more = await ffmpegBytes('-i', driving, '-frames:v', '12', '-f', 'mjpeg', '-')
    writeFileSync(growing, more)
    const asked = ['--driving', growing, '--follow', '600', '--out', out, '--batch', '1', '--json', '--profile']
    const run = begun([...base, ...asked, '--progress', 'json'], true)
    const timer = setInterval(() => appendFileSync(growing, more), 100)
    await run.said(/"done":[1-9]/)
    clearInterval(timer)
    process.kill(-run.child.pid!, signal)
    if (signal === 'SIGHUP') {
      run.child.stderr.destroy() // such a terminal hears nothing, and its shell says it again
      await sleep(20)
      process.kill(-run.child.pid!, signal)
    }
    expect([await run.ended, readdirSync(join(dir, 'out'))]).toEqual([0, ['o.mp4']])
  })

  it('has the sound of its input, unless it is not wanted', async () => {
    const tone = ['-f', 'lavfi', '-i', 'sine=frequency=500', '-shortest', '-c:v', 'copy', '-c:a', 'aac']
    const film = await ffmpegBytes('-i', driving, ...tone, '-f', 'matroska', '-')
    const heard = async (...more: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
      const run = begun([...base, '--driving', '-', '--out', '-', '--quiet', ...more])
      run.child.stdin.end(film)
      expect(await run.ended).toBe(0)
      const out = join(folder(), 'out')
      writeFileSync(out, run.written())
      const { streams } = await ffprobe(out)
      return streams.map(({ codec_name }: { codec_name: string }) => codec_name)
    }
    expect(await heard()).toEqual(['h264', 'aac'])
    expect(await heard('--format', 'webm', '--policy', 'latest')).toEqual(['vp9', 'opus'])
    expect(await heard('--no-audio')).toEqual(['h264'])
  })

  it('tells what is asked wrongly', async () => {
    const told = async (...args: ReadonlyArray<string>) => (await keyflow([...base, ...args])).code
    expect(await told('--driving', driving, '--out', 'o.mp4', '--format', 'raw')).toBe(2)
    expect(await told('--driving', driving, '--out', '-', '--raw', '64x64@25')).toBe(2)
    expect(await told('--out', '-')).toBe(2)
    expect(await told('--driving', 'camera:99', '--out', '-')).toBe(74)
    expect(await told('--driving', driving, '--out', '-', '--policy', 'latest', '--batch', '2')).toBe(2)
  })
})

describe('a motion template', () => {
  it.each([
    ['shapes', model],
    ['creatures', creatures]
  ])('of %s drives as its film does, bit for bit', async (_, path) => {
    const dir = folder()
    const [template, film, again] = ['m.safetensors', 'a.png', 'b.png'].map((n) => join(dir, n)) as [
      string,
      string,
      string
    ]
    expect((await keyflow(['detect', driving, '--model', path, '--out', template])).code).toBe(0)
    const common = ['transfer', '--model', path, '--source', source, '--smooth']
    expect((await keyflow([...common, '--driving', driving, '--out', film])).code).toBe(0)
    const { code, err } = await keyflow([...common, '--motion', template, '--out', again])
    expect([code, err.includes('detector')]).toEqual([0, false])
    expect(readFileSync(again).equals(readFileSync(film))).toBe(true)
    const other = path === model ? creatures : model
    const wrong = await keyflow([
      'transfer',
      '--model',
      other,
      '--source',
      source,
      '--motion',
      template,
      '--out',
      again
    ])
    expect([wrong.code, /keypoints: expected \d+, as the model has/.test(wrong.err)]).toEqual([65, true])
  })

  it('that another detector saw drives all the same, with a warning', async () => {
    const dir = folder()
    const [other, template, out] = ['other.safetensors', 'm.safetensors', 'o.png'].map((n) => join(dir, n)) as [
      string,
      string,
      string
    ]
    const known = await must(readModel(model))
    const [name, weight] = Object.entries(known.tensors).find(([path]) => path.startsWith('kp_detector.'))!
    const changed = storedFloat32(
      weight.shape,
      float32Of(weight).map((x, i) => (i === 0 ? x + 1e-3 : x))
    )
    await must(writeModel(other, { ...known, tensors: { ...known.tensors, [name]: changed } }))
    expect((await keyflow(['detect', driving, '--model', other, '--out', template])).code).toBe(0)
    const { code, err } = await keyflow([...base, '--motion', template, '--out', out])
    expect([code, err.includes("seen by another model's detector")]).toEqual([0, true])
    const quiet = await keyflow(['transfer', '--model', other, '--source', source, '--motion', template, '--out', out])
    expect([quiet.code, quiet.err.includes('detector')]).toEqual([0, false])
  })
})
