import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Config, parseConfig, readConfig } from '../../../src/io/config/config.js'
import { lockFolder } from '../../../src/io/files/lock.js'
import { openRun, type RunFolder } from '../../../src/io/training/folder.js'
import { configText, manifestDigest, type Start } from '../../../src/io/training/started.js'
import { done, folder, refusal } from './common.js'

const text = `
model_params:
  common_params: {num_kp: 4, kp_variance: matrix, num_channels: 3}
  kp_detector_params: {temperature: 0.1, block_expansion: 16, max_features: 128, num_blocks: 5}
  generator_params: {block_expansion: 16, max_features: 128, num_blocks: 5, num_refinement_blocks: 4, dense_motion_params: null, kp_embedding_params: null}
  discriminator_params: {}
dataset_params: {root_dir: "yes", augmentation_params: {rotation_param: {degrees: 0}, jitter_param: {hue: 1.0e-9}}}
train_params:
  num_epochs: 2
  epoch_milestones: []
  lr: 2.0e-4
  batch_size: 4
  loss_weights: {reconstruction: [1, 1, 1, 1, 1], reconstruction_deformed: 0, generator_gan: 1, discriminator_gan: 1}
`
const config = ((): Config => {
  const read = parseConfig('config', text)
  if (read._tag === 'Left') throw new Error(JSON.stringify(read.left))
  return read.right
})()

const start: Start = {
  config,
  info: {
    keyflow: '1',
    node: 'v20',
    engine: { backend: 'tensorflow', version: '2.21' },
    threads: 2,
    seed: 7,
    fineTune: false,
    began: 0,
    command: ['train', '--seed', '7'],
    init: null
  },
  manifest: { videos: [{ name: 'a', frames: 10 }] },
  resume: false,
  now: new Date(0)
}
const again: Start = { ...start, resume: true, info: { ...start.info, command: ['train', '--resume'] } }

const open = async (path: string, s: Start): Promise<RunFolder> => {
  const run = await done(openRun(path, s))
  await done(run.close)
  return run
}
const settled = (path: string): ReadonlyArray<string> =>
  ['config.yaml', 'run.json', 'data.json'].map((name) => readFileSync(join(path, name), 'utf8'))

it('says all that a run depends on, the same in every folder', async () => {
  const [a, b] = [join(folder(), 'a', 'run'), folder()]
  await open(a, start)
  await open(b, { ...start, now: new Date(1e12) })
  expect(settled(a)).toEqual(settled(b))
  expect(await done(readConfig(join(a, 'config.yaml')))).toEqual(config)
  expect(JSON.parse(readFileSync(join(a, 'run.json'), 'utf8'))).toEqual({
    ...start.info,
    data: manifestDigest(start.manifest)
  })
  expect(JSON.parse(readFileSync(join(a, 'data.json'), 'utf8'))).toEqual(start.manifest)
})

it('writes a configuration with every default, as the same configuration', () => {
  const written = configText(config)
  expect(parseConfig('f', written)).toEqual({ _tag: 'Right', right: config })
  expect(written).toMatch(/colormap: gist_rainbow/)
  expect(written).toMatch(/interpolation_mode/)
})

it('holds one run: another is refused, the same is resumed and nothing of it changes', async () => {
  const dir = folder()
  expect((await open(dir, start)).resumed).toBe(false)
  const before = settled(dir)
  expect(await refusal(openRun(dir, start))).toMatch(/expected a folder without a run, or to resume the run, got a run/)
  expect(await open(dir, again)).toMatchObject({ resumed: true, notes: [] })
  expect(settled(dir)).toEqual(before)
  expect(readFileSync(join(dir, 'starts.ndjson'), 'utf8').split('\n')).toHaveLength(3)
})

it('does not resume with another configuration, seed or data, and says what differs', async () => {
  const dir = folder()
  await open(dir, start)
  const other = { ...config, train_params: { ...config.train_params!, lr: 0.1, epoch_milestones: [5] } }
  const refused = await refusal(openRun(dir, { ...again, config: other }))
  expect(refused).toMatch(/config\.yaml: train_params\.lr: expected 0\.0002, as the run began with, got 0\.1/)
  expect(refused).toMatch(/train_params\.epoch_milestones\.0: expected nothing, .*, got 5/)
  expect(await refusal(openRun(dir, { ...again, info: { ...again.info, seed: 8 } }))).toMatch(
    /run\.json: seed: expected 7, as the run began with, got 8/
  )
  expect(await refusal(openRun(dir, { ...again, manifest: {} }))).toMatch(/run\.json: data: expected "[0-9a-f]{64}"/)
  await open(dir, again) // none of them holds the folder
})

it('notes what may make other bytes', async () => {
  const dir = folder()
  await open(dir, start)
  const run = await open(dir, {
    ...again,
    info: { ...again.info, threads: 1, engine: { backend: 'cpu', version: '4' } }
  })
  expect(run.notes).toEqual([
    'engine.backend was "tensorflow" when the run began and is "cpu" now',
    'engine.version was "2.21" when the run began and is "4" now',
    'threads was 2 when the run began and is 1 now'
  ])
})

it('begins anew what was ended before it had begun, and resumes no folder that is not there', async () => {
  const dir = folder()
  writeFileSync(join(dir, 'config.yaml'), 'half')
  writeFileSync(join(dir, '.run.json.0123456789ab.tmp'), '{"ha')
  expect((await open(dir, again)).resumed).toBe(false)
  expect(existsSync(join(dir, '.run.json.0123456789ab.tmp'))).toBe(false)
  expect(await refusal(openRun(join(dir, 'no'), again))).toMatch(/expected the folder of a run to resume, got no such/)
})

it('says what is wrong with a run that was damaged', async () => {
  const dir = folder()
  await open(dir, start)
  writeFileSync(join(dir, 'run.json'), '{"keyflow":1}')
  expect(await refusal(openRun(dir, again))).toMatch(/run\.json: document: expected keyflow: string, got 1/)
  writeFileSync(join(dir, 'run.json'), '{')
  expect(await refusal(openRun(dir, again))).toMatch(/run\.json: document: expected JSON/)
})

const locks = (dir: string): ReadonlyArray<string> => readdirSync(dir).filter((name) => name.startsWith('.lock'))

it('is held by one process at a time', async () => {
  const dir = folder()
  const run = await done(openRun(dir, start))
  expect(await refusal(openRun(dir, again))).toMatch(new RegExp(`cannot lock: process ${process.pid} on`))
  await done(run.close)
  expect(locks(dir)).toEqual([])
})

it('is held while another process lives, and taken over when it is dead or its number was given away', async () => {
  const dir = folder()
  const host = encodeURIComponent(hostname()).replaceAll('-', '%2D')
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const stat = existsSync(`/proc/${child.pid}/stat`) ? readFileSync(`/proc/${child.pid}/stat`, 'utf8') : ') '
  const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
  const theirs = join(dir, `.lock-${host}-${child.pid}-${began}`)
  writeFileSync(theirs, '')
  expect(await refusal(lockFolder(dir))).toMatch(new RegExp(`process ${child.pid} on`))
  expect(locks(dir)).toHaveLength(1)
  rmSync(theirs)
  writeFileSync(join(dir, `.lock-${host}-${child.pid}-${Number(began) + 1}`), '')
  await done(await done(lockFolder(dir)))
  writeFileSync(theirs, '')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await done(await done(lockFolder(dir)))
  expect(locks(dir)).toEqual([])
})

it('is left to a process on another machine', async () => {
  const dir = folder()
  writeFileSync(join(dir, '.lock-elsewhere-1-1'), '')
  expect(await refusal(lockFolder(dir))).toMatch(/process 1 on elsewhere .* remove \.lock-elsewhere-1-1/)
  expect(locks(dir)).toHaveLength(1)
})

it('is taken by one of many at most', async () => {
  const dir = folder()
  mkdirSync(join(dir, 'sub'))
  const program = `
    import { lockFolder } from './dist/io/files/lock.js'
    const held = await lockFolder(process.argv[1])()
    process.stdout.write(held._tag)
    setTimeout(() => {}, 3000)`
  const results = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, dir])
      let out = ''
      child.stdout.on('data', (d) => (out += d))
      await once(child, 'close')
      return out
    })
  )
  expect(results.filter((r) => r === 'Right').length).toBeLessThanOrEqual(1)
  expect(results.filter((r) => r === 'Left').length).toBeGreaterThanOrEqual(3)
})
