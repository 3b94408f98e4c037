/**
 * A small copy of this checkout to run set-up in: its packages are links to ours, but for the one that set-up writes to.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A module of set-up: plain JavaScript, checked by `setup/tsconfig.json`, untyped here. */
export const load = (name: string): Promise<any> => import(new URL(`../../setup/${name}.mjs`, import.meta.url).href)

export interface Ran {
  readonly code: number | null
  readonly lines: ReadonlyArray<string>
  readonly out: string
}

export interface Checkout {
  readonly folder: string
  readonly cache: string
  readonly bin: string
  readonly addon: string
  readonly setup: (args: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) => Ran
  readonly remove: () => void
}

const tfjs = '@tensorflow/tfjs-node-gpu'

const linkPackages = (folder: string): void => {
  const from = join(root, 'node_modules')
  const to = join(folder, 'node_modules')
  mkdirSync(join(to, '@tensorflow'), { recursive: true })
  const names = readdirSync(from).filter((name) => !['@tensorflow', '.bin', '.keyflow', '.vite'].includes(name))
  const own = readdirSync(join(from, '@tensorflow')).map((name) => join('@tensorflow', name))
  for (const name of [...names, ...own].filter((name) => name !== tfjs)) symlinkSync(join(from, name), join(to, name))
  for (const part of ['package.json', 'binding', 'dist', 'node_modules'])
    if (existsSync(join(from, tfjs, part))) {
      mkdirSync(join(to, tfjs), { recursive: true })
      if (part === 'package.json') cpSync(join(from, tfjs, part), join(to, tfjs, part))
      else cpSync(join(from, tfjs, part), join(to, tfjs, part), { recursive: true })
    }
}

/** Where nothing listens. */
const nowhere = 'http://127.0.0.1:9/'

/** Makes such a copy, with a home and a cache of its own, no network and, unless told otherwise, no programs but node. */
export const checkout = ({ sources }: { readonly sources: boolean }): Checkout => {
  const folder = mkdtempSync(join(tmpdir(), 'keyflow-checkout-'))
  const [cache, bin] = [join(folder, 'cache'), join(folder, 'bin')]
  for (const name of ['home', 'cache', 'bin']) mkdirSync(join(folder, name))
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'setup']
  for (const name of [...files, ...(sources ? ['src/nodes'] : [])])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  linkPackages(folder)
  const env = {
    HOME: join(folder, 'home'),
    XDG_CACHE_HOME: cache,
    PATH: bin,
    npm_config_registry: nowhere,
    PIP_INDEX_URL: nowhere,
    PIP_CONFIG_FILE: '/dev/null'
  }
  return {
    folder,
    cache: join(cache, 'keyflow'),
    bin,
    addon: join(folder, 'node_modules', tfjs, 'lib/napi-v8/tfjs_binding.node'),
    setup: (args, more = {}) => {
      const ran = spawnSync(process.execPath, [join(folder, 'setup/setup.mjs'), ...args], {
        env: { ...env, ...more },
        encoding: 'utf8'
      })
      // Where there is an NVIDIA driver, set-up first says that it cannot have the CUDA build either.
      const lines = ran.stderr.split('\n').filter((line) => line !== '' && !line.includes(': no CUDA: '))
      return { code: ran.status, lines, out: ran.stdout }
    },
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}
