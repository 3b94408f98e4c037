/** Where a server keeps files: whose folders it removes. */
import { chownSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { openStore } from '../../src/server/files/store.js'
import { temporary } from './server.js'

afterEach(() => vi.unstubAllEnvs())

/** A temporary folder of the system, with a server's in it; `left` makes another that is taken by `holder`. */
const served = async () => {
  const folder = temporary()
  vi.stubEnv('TMPDIR', folder)
  const store = await openStore(undefined)
  const root = dirname(store.work)
  const lock = readdirSync(root).find((name) => name.startsWith('.lock-'))!
  const left = (name: string, holder?: string): string => {
    const path = join(folder, basename(root).replace(/[^-]*$/, name))
    mkdirSync(join(path, 'work'), { recursive: true })
    if (holder !== undefined) writeFileSync(join(path, holder), '')
    return path
  }
  return { folder, root, store, lock, left }
}

it('removes what servers left that are gone, also where their numbers are used again, and nothing else', async () => {
  const { folder, root, store, lock, left } = await served()
  const again = lock.replace(/\d+$/, '1')
  left('gone', lock.replace(/-\d+-(\d+)$/, '-999999999-$1'))
  left('reused', again)
  const kept = [
    root,
    left('living', lock),
    left('untold'),
    left('elsewhere', '.lock-elsewhere-1-1'),
    join(folder, 'keyflow-other')
  ]
  mkdirSync(kept.at(-1)!)
  writeFileSync(join(kept.at(-1)!, again), '')
  if (process.getuid?.() === 0) {
    kept.push(left('foreign', again))
    chownSync(kept.at(-1)!, 65534, 65534)
  }
  const target = join(folder, 'target')
  renameSync(left('link', again), target)
  symlinkSync(target, join(folder, basename(root).replace(/[^-]*$/, 'link')))
  kept.push(target, join(folder, basename(root).replace(/[^-]*$/, 'link')))

  const next = await openStore(undefined)
  expect(readdirSync(folder).toSorted()).toEqual([...kept, dirname(next.work)].map((path) => basename(path)).toSorted())
  await next.close()
  await store.close()
  expect(readdirSync(folder)).not.toContain(basename(root))
})
