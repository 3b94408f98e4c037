import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, it } from 'vitest'
import { writeAtomic } from '../../../src/io/files/atomic.js'
import { readBytes } from '../../../src/io/files/read-bytes.js'
import type { Problem } from '../../../src/io/problem/problem.js'
import { type Keeping, newest, openKeeper } from '../../../src/io/training/keep.js'
import { done, folder, refusal } from './common.js'

const write = (step: number) => (path: string) => writeAtomic(path, Buffer.from(`checkpoint ${step}.`))

/** A checkpoint that ends in a full stop is whole. */
const read = (path: string): TE.TaskEither<Problem, string> =>
  pipe(
    readBytes(path),
    TE.map((bytes) => Buffer.from(bytes).toString()),
    TE.flatMapEither((text) =>
      text.endsWith('.') ? E.right(text) : E.left({ _tag: 'Failed', at: path, cause: 'torn' } as const)
    )
  )

const keeping: Keeping = { recent: 2, every: 50 }
const scores: Readonly<Record<number, number>> = { 10: 5, 20: 1, 30: 3, 40: 2, 50: 4, 60: 1, 70: 6, 80: 0.5, 90: 7 }

const go = async (dir: string, from: number, to: number): Promise<void> => {
  const keeper = await done(openKeeper(dir, from, keeping))
  for (let step = from + 10; step <= to; step += 10)
    expect(await done(keeper.save(step, write(step), scores[step]))).toBe(join(dir, `step-${step}.safetensors`))
  await done(keeper.close)
}

const at = (dir: string, name: string): string => readFileSync(join(dir, `${name}.safetensors`), 'utf8')
const listing = (dir: string): Readonly<Record<string, string>> =>
  Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]))

it('keeps the newest, every so many, and the best, which is the first of equals', async () => {
  const dir = folder()
  await go(dir, 0, 70)
  expect(
    readdirSync(dir)
      .filter((name) => name.startsWith('step'))
      .sort()
  ).toEqual([20, 50, 60, 70].map((step) => `step-${step}.safetensors`))
  expect([at(dir, 'last'), at(dir, 'best')]).toEqual(['checkpoint 70.', 'checkpoint 20.'])
  await go(dir, 70, 90)
  expect(
    readdirSync(dir)
      .filter((name) => name.startsWith('step'))
      .sort()
  ).toEqual([50, 80, 90].map((step) => `step-${step}.safetensors`))
  expect([at(dir, 'last'), at(dir, 'best')]).toEqual(['checkpoint 90.', 'checkpoint 80.'])
})

it('takes no room for further names of a checkpoint', async () => {
  const dir = folder()
  await go(dir, 0, 20)
  expect(statSync(join(dir, 'last.safetensors')).ino).toBe(statSync(join(dir, 'step-20.safetensors')).ino)
})

it('ends the same when it is opened again and again', async () => {
  const [straight, halting] = [folder(), folder()]
  await go(straight, 0, 90)
  for (let step = 0; step < 90; step += 10) {
    await go(halting, step, step)
    await go(halting, step, step + 10)
  }
  expect(listing(halting)).toEqual(listing(straight))
})

it('goes on from the newest whole checkpoint, whatever was torn', async () => {
  const straight = folder()
  await go(straight, 0, 90)
  const text = 'checkpoint 80.'
  for (let cut = 0; cut <= text.length; cut++) {
    const dir = folder()
    await go(dir, 0, 70)
    writeFileSync(join(dir, 'step-80.safetensors'), text.slice(0, cut)) // as a disk that lost power may leave it
    writeFileSync(
      join(dir, 'scores.ndjson'),
      `${readFileSync(join(dir, 'scores.ndjson'), 'utf8')}{"step":80,"score":0.5}\n{"st`
    )
    const { found, broken } = await done(newest(dir, read))
    const whole = cut === text.length
    expect([found?.step, found?.value, broken.length]).toEqual(whole ? [80, text, 0] : [70, 'checkpoint 70.', 1])
    await go(dir, found!.step, 90)
    const { 'step-80.safetensors.broken': torn, ...rest } = listing(dir)
    expect(torn).toBe(whole ? undefined : text.slice(0, cut))
    expect(rest).toEqual(listing(straight))
  }
})

it('brings the further names in order when it was killed between them', async () => {
  const [straight, dir] = [folder(), folder()]
  await go(straight, 0, 80)
  await go(dir, 0, 70)
  const score = `${readFileSync(join(dir, 'scores.ndjson'), 'utf8')}{"step":80,"score":0.5}\n`
  writeFileSync(join(dir, 'scores.ndjson'), score)
  await done(write(80)(join(dir, 'step-80.safetensors')))
  writeFileSync(join(dir, '.last.safetensors.tmp'), 'left over')
  writeFileSync(join(dir, '.step-80.safetensors.0123456789ab.tmp'), 'left over')
  await go(dir, 80, 80)
  expect(listing(dir)).toEqual(listing(straight))
})

it('keeps the last checkpoint when the next cannot be written', async () => {
  const dir = folder()
  await go(dir, 0, 20)
  const keeper = await done(openKeeper(dir, 20, keeping))
  const full: Problem = { _tag: 'FileTrouble', file: 'x', doing: 'write', cause: 'no space left on device (ENOSPC)' }
  expect(await refusal(keeper.save(30, () => TE.left(full), 0))).toMatch(/ENOSPC/)
  await done(keeper.close)
  expect((await done(newest(dir, read))).found?.step).toBe(20)
  expect([at(dir, 'last'), at(dir, 'best')]).toEqual(['checkpoint 20.', 'checkpoint 20.'])
})

it('finds nothing where nothing is whole, and names everything that is not', async () => {
  const dir = folder()
  writeFileSync(join(dir, 'step-3.safetensors'), 'torn')
  writeFileSync(join(dir, 'step-12.safetensors'), 'torn')
  writeFileSync(join(dir, 'step-x.safetensors'), 'of somebody else.')
  const { found, broken } = await done(newest(dir, read))
  expect(found).toBeUndefined()
  expect(broken.map((p) => p._tag === 'Failed' && p.at.slice(dir.length + 1))).toEqual([
    'step-12.safetensors',
    'step-3.safetensors'
  ])
  expect(existsSync(join(dir, 'step-x.safetensors'))).toBe(true)
})
