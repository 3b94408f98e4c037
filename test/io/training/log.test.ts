import { appendFileSync, copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Line, openLog, readLog, readTimes } from '../../../src/io/training/log.js'
import { done, folder, line, refusal } from './common.js'

const go = async (dir: string, from: number, to: number): Promise<void> => {
  const log = await done(openLog(dir, from))
  for (let step = from + 1; step <= to; step++) await done(log.append(line(step)))
  await done(log.sync)
  await done(log.close)
}

const bytes = (dir: string): string => readFileSync(join(dir, 'log.ndjson'), 'utf8')

const whole = async (to: number): Promise<string> => {
  const dir = folder()
  await go(dir, 0, to)
  return dir
}

it('is read back as it was written, and the same run writes the same bytes', async () => {
  const [a, b] = [await whole(9), await whole(9)]
  expect(bytes(a)).toBe(bytes(b))
  const steps = await done(readLog(a))
  expect(steps).toEqual(
    Array.from({ length: 9 }, (_, i) => {
      const { step, epoch, losses } = line(i + 1)
      return { step, epoch, losses }
    })
  )
  expect((await done(readTimes(a))).map(({ step }) => step)).toEqual(steps.map(({ step }) => step))
})

it('ends the same wherever in the last line a run was killed', async () => {
  const due = await whole(6)
  const text = bytes(due)
  const last = text.lastIndexOf('\n', text.length - 2) + 1
  for (let cut = last; cut <= text.length; cut++) {
    const dir = folder()
    writeFileSync(join(dir, 'log.ndjson'), text.slice(0, cut))
    copyFileSync(join(due, 'times.ndjson'), join(dir, 'times.ndjson'))
    await go(dir, 5, 6)
    expect(bytes(dir)).toBe(text)
    expect((await done(readTimes(dir))).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6])
  }
})

it('forgets the steps after the one that it goes on from, once or many times', async () => {
  const dir = await whole(8)
  for (const from of [8, 5, 5, 0]) {
    await done((await done(openLog(dir, from))).close)
    expect((await done(readLog(dir))).length).toBe(from)
  }
})

it('is not written anew where nothing is to be cut', async () => {
  const dir = await whole(3)
  const before = statSync(join(dir, 'log.ndjson')).ino
  await done((await done(openLog(dir, 3))).close)
  expect(statSync(join(dir, 'log.ndjson')).ino).toBe(before)
  await done((await done(openLog(dir, 2))).close)
  expect(statSync(join(dir, 'log.ndjson')).ino).not.toBe(before)
})

it('passes over a line that is still being written', async () => {
  const dir = await whole(3)
  appendFileSync(join(dir, 'log.ndjson'), '{"step":4,"epo')
  expect((await done(readLog(dir))).length).toBe(3)
})

it('says which line is wrong, and how', async () => {
  const wrong: ReadonlyArray<readonly [string, RegExp]> = [
    ['{"step":3,"epoch":0}', /log\.ndjson: line 3: expected losses: .*, got nothing/],
    ['{"step":3,"epoch":0,"losses":{"a":null}}', /line 3: expected losses\.a: a number, got null/],
    ['{"step":0,"epoch":0,"losses":{}}', /line 3: expected step: a whole number from 1 .*, got 0/],
    ['nonsense', /line 3: expected JSON, got "nonsense"/],
    ['{"step":1,"epoch":0,"losses":{}}', /line 3: expected a step from 2 on, got step 1/]
  ]
  for (const [text, message] of wrong) {
    const dir = await whole(2)
    appendFileSync(join(dir, 'log.ndjson'), `${text}\n`)
    expect(await refusal(readLog(dir))).toMatch(message)
    expect(await refusal(openLog(dir, 3))).toMatch(message)
  }
})

it('is refused where it is behind the checkpoint', async () => {
  expect(await refusal(openLog(await whole(4), 6))).toMatch(/line 5: expected step 5 of 6, got nothing/)
  expect(await refusal(openLog(folder(), 1))).toMatch(/line 1: expected step 1 of 1, got nothing/)
})

it('takes no loss that is not a number, and nothing of such a step', async () => {
  const dir = folder()
  const log = await done(openLog(dir, 0))
  const bad: Line = { ...line(1), losses: { gen_gan: Number.NaN } }
  expect(await refusal(log.append(bad))).toMatch(/step 1: expected losses\.gen_gan: a number, got NaN/)
  await done(log.append(line(1)))
  await done(log.close)
  expect(await done(readLog(dir))).toHaveLength(1)
  expect(await done(readTimes(dir))).toHaveLength(1)
})
