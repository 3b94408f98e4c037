import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './entries.js'

interface Locked {
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
}

/** ffmpeg and ffprobe are programs under the LGPL or GPL: optional, started as processes of their own, linked with nothing of ours. */
const programs = /^node_modules\/@ff(mpeg|probe)-installer\/|^node_modules\/ffmpeg-static$/

/** Packages whose lock entry names no licence, read by hand. */
const read: Readonly<Record<string, string>> = { 'node_modules/parse-cache-control': 'BSD-3-Clause' }

/** Licences that may be installed with the package. LGPL: libvips, a shared library of sharp. */
const allowed = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'Apache-2.0',
    'CC0-1.0',
    'BlueOak-1.0.0',
    'MPL-2.0'
  ],
  ...['Unlicense', 'Python-2.0', 'LGPL-3.0-or-later']
])

/** `(MIT OR CC0-1.0)` is allowed if one of them is, `A AND B` if both are. */
const fine = (licence: string): boolean =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' AND ')
    .every((all) => all.split(' OR ').some((one) => allowed.has(one.trim())))

it('every dependency that users install has a licence of the list', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>
  }
  const installed = Object.entries(lock.packages).filter(
    ([path, { dev }]) => path !== '' && dev !== true && !programs.test(path)
  )
  expect(installed.length).toBeGreaterThan(50)
  expect(
    installed
      .filter(([path, { license }]) => !fine(license ?? read[path] ?? 'none'))
      .map(([p, l]) => `${p}: ${l.license}`)
  ).toEqual([])
})
