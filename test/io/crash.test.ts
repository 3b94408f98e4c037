import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { float32Of, parse } from '../../src/io/safetensors/safetensors.js'
import { canInject, type Ended, ends } from './crash/strace.js'

const root = mkdtempSync(join(tmpdir(), 'keyflow-crash-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const folder = (): string => {
  const path = join(root, String(folders++))
  mkdirSync(path)
  return path
}

/** The calls that change what is on the disk, or wait until it has it. */
const calls = 'write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,ftruncate'

/** A count that no program here comes to. */
const never = 60_000

type Kind = 'tensors' | 'pieces'

/** Which checkpoint a file is; fails where it is neither whole. */
const content = (path: string, kind: Kind): 'A' | 'B' | undefined => {
  if (!existsSync(path)) return undefined
  const bytes = new Uint8Array(readFileSync(path))
  const file = kind === 'tensors' ? parse(path, bytes) : undefined
  if (file !== undefined && E.isLeft(file)) throw new Error('torn')
  const values = file === undefined ? bytes : float32Of(file.right.tensors['w']!)!
  expect(values.length).toBe(2000)
  expect(values.every((v) => v === values[0])).toBe(true)
  return values[0] === 1 ? 'A' : 'B'
}

interface Met extends Ended {
  readonly held: 'A' | 'B' | undefined
  readonly files: ReadonlyArray<string>
}

/** Meets a fate at every call from the first on, until one comes through without. */
const everyCall = async (kind: Kind, set: string, fate: string): Promise<ReadonlyArray<Met>> => {
  const all: Array<Met> = []
  for (let when = 1; ; when++) {
    const dir = folder()
    const path = join(dir, 'model.safetensors')
    const ended = await ends('writer.mjs', [path, kind], set, fate, when)
    all.push({ ...ended, held: content(path, kind), files: readdirSync(dir) })
    if (ended.out === 'A B end') return all
    expect(when).toBeLessThan(200)
  }
}

describe.skipIf(!canInject)('a checkpoint', () => {
  for (const kind of ['tensors', 'pieces'] as const)
    it(`of ${kind} is the old or the new one, whole, at whatever call its writer is killed`, async () => {
      const all = await everyCall(kind, calls, 'signal=SIGKILL')
      for (const { out, held, signal } of all.slice(0, -1)) {
        expect(signal).toBe('SIGKILL')
        if (out.startsWith('A B')) expect(held).toBe('B')
        else if (out.startsWith('A')) expect(['A', 'B']).toContain(held)
        else expect([undefined, 'A']).toContain(held)
      }
      // It died before, between and after: nothing, the old, the old with the new half written, the new.
      expect(new Set(all.map(({ held }) => held))).toEqual(new Set([undefined, 'A', 'B']))
      expect(all.some(({ held, files }) => held === 'A' && files.some((name) => name.endsWith('.tmp')))).toBe(true)
      expect(all.at(-1)).toMatchObject({ held: 'B', files: ['model.safetensors'] })
    })

  for (const [set, error] of [
    ['write,pwrite64,writev', 'ENOSPC'],
    ['fsync,fdatasync', 'EIO'],
    ['fsync,fdatasync', 'ENOSPC'],
    ['rename,renameat,renameat2', 'ENOSPC']
  ] as const)
    it(`is the old or the new one, whole, when ${set.split(',')[0]} fails with ${error}, and the failure is told`, async () => {
      const all = await everyCall('pieces', set, `error=${error}`)
      const told = all.filter(({ out }) => out.includes(error))
      expect(told.some(({ out }) => out.startsWith('A:'))).toBe(true)
      expect(told.some(({ out }) => out.includes('B:'))).toBe(true)
      for (const { out, held, files } of told) {
        // The other checkpoint was written all the same; nothing is left over. A folder is flushed after the rename.
        if (out.startsWith('A:')) expect(held).toBe('B')
        else if (set.startsWith('fsync')) expect(['A', 'B']).toContain(held)
        else expect(held).toBe('A')
        expect(files).toEqual(['model.safetensors'])
      }
    })
})

/** What a run leaves that must not depend on when it was killed. */
const result = (dir: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['.', 'checkpoints'].flatMap((sub) =>
      readdirSync(join(dir, sub), { withFileTypes: true })
        .filter((entry) => entry.isFile() && !/^(times|starts)\.ndjson$/.test(entry.name))
        .map(({ name }) => [join(sub, name), readFileSync(join(dir, sub, name), 'latin1')])
    )
  )

describe.skipIf(!canInject)('a run', () => {
  const go = (dir: string, call = 'rename', when = never, file?: string) =>
    ends('runner.mjs', [dir], call, 'signal=SIGKILL', when, file === undefined ? undefined : join(dir, file))

  it('ends with the same bytes at whatever call it was killed', async () => {
    const straight = folder()
    expect((await go(straight)).out).toBe('end')
    const due = result(straight)
    expect(Object.keys(due)).toEqual(
      expect.arrayContaining(['log.ndjson', 'curves.svg', 'checkpoints/best.safetensors'])
    )
    // Thirty-eight flushes, twenty-three renames, eight links: a start, then four checkpoints. Twelve steps are written down.
    const kills = [
      ['rename', [1, 3, 4, 7, 8, 9, 10, 13, 19]],
      ['fsync', [2, 7, 16, 24, 33]],
      ['link', [1, 2, 5]],
      ['unlink', [1, 4]],
      ['write', [1, 4, 8, 12], 'log.ndjson'],
      ['write', [3, 10], 'times.ndjson']
    ] as const
    for (const [call, counts, file] of kills)
      for (const when of counts) {
        const dir = folder()
        expect([call, when, (await go(dir, call, when, file)).signal]).toEqual([call, when, 'SIGKILL'])
        expect((await go(dir)).out).toBe('end')
        expect(result(dir)).toEqual(due)
      }
  }, 900_000)

  it('ends with the same bytes though it is killed at every tenth rename', async () => {
    const [straight, dir] = [folder(), folder()]
    await go(straight)
    let starts = 1
    while ((await go(dir, 'rename', 10)).out !== 'end') expect(starts++).toBeLessThan(20)
    expect(starts).toBeGreaterThan(2)
    expect(result(dir)).toEqual(result(straight))
    expect(readdirSync(dir).filter((name) => name.startsWith('.'))).toEqual([])
  }, 900_000)
})
