/**
 * Every folder of `examples` as a reader finds it: what it promises about itself, its programs run as its README says. A folder has a
 * program of its own name, which takes `--out DIR` and `--frames N`, asserts what it claims and writes one picture of that name; or
 * `*.test.mjs` for Node's test runner; or both; or it is a package of its own, an extension, which `test/cli` uses.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../temporary.js'

const root = 'examples'
const folders = readdirSync(root, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))
const text = (...path: ReadonlyArray<string>): string => readFileSync(join(root, ...path), 'utf8')
const modules = (folder: string) => readdirSync(join(root, folder)).filter((file) => /[.](mjs|ts)$/.test(file))
const isPicture = (file: string): boolean => /[.](png|webp|gif)$/.test(file)
const isTest = (file: string): boolean => file.endsWith('.test.mjs')

const { dependencies, peerDependencies, exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const entries = Object.keys(exports).map((entry) => entry.replace('.', 'keyflow'))
const packages = Object.keys({ ...dependencies, ...peerDependencies })

/** What a module imports that a user of the package could not, or that lies in another example. */
const foreign = (source: string): ReadonlyArray<string> =>
  [...source.matchAll(/(?:\bfrom|\bimport|\bimport[(])\s*'([^']+)'/g)]
    .map(([, from]) => from!)
    .filter((from) => !/^[.][/][\w.-]+$/.test(from))
    .filter((from) => !(from.startsWith('node:') && isBuiltin(from)))
    .filter((from) => !entries.includes(from))
    .filter((from) => !packages.some((name) => from === name || from.startsWith(`${name}/`)))

/** Runs Node as a reader would; its output, or an error that has it. */
const node = async (...args: ReadonlyArray<string>): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [...args], { env: { ...process.env, NO_COLOR: '1' } })
  return stdout
}

describe.each(folders)('examples/%s', (folder) => {
  const program = `${folder}.mjs`
  const tests = modules(folder).filter(isTest)
  const runs = existsSync(join(root, folder, program))

  if (existsSync(join(root, folder, 'package.json')))
    it('is a package whose entry is there', () => {
      expect(modules(folder)).toContain(JSON.parse(text(folder, 'package.json')).exports.replace('./', ''))
    })
  else
    it('has something to run, and tells what and how', () => {
      expect([...(runs ? [program] : []), ...tests]).not.toEqual([])
      for (const file of runs ? [program] : tests) {
        expect(text(folder, 'README.md')).toContain(`${root}/${folder}/${file}`)
        expect(text(folder, file)).toContain(`${root}/${folder}/${file}`)
      }
    })

  it('stands in the table of all', () => expect(text('README.md')).toContain(`](${folder}/`))

  it('imports what every user can import', () => {
    expect(modules(folder).flatMap((file) => foreign(text(folder, file)))).toEqual([])
  })

  it.each(tests)('%s passes', async (file) => {
    expect(await node('--test', '--test-reporter=tap', join(root, folder, file))).toMatch(/^# pass [1-9]/m)
  })

  if (!runs) return

  it('is a program of under 80 lines with a small picture that readers are shown', () => {
    expect(text(folder, program).trimEnd().split('\n').length).toBeLessThan(80)
    const pictures = readdirSync(join(root, folder)).filter(isPicture)
    expect(pictures.map((file) => file.replace(/[.]\w+$/, ''))).toEqual([folder])
    for (const picture of pictures) {
      expect(statSync(join(root, folder, picture)).size).toBeLessThan(150_000)
      expect(text(folder, 'README.md')).toContain(`](${picture})`)
      expect(text('README.md')).toContain(`](${folder}/${picture})`)
    }
  })

  it('keeps what it claims and writes its picture, in as many colours as something to see has', async () => {
    const out = temporaryFolder('example')
    expect(await node(join(root, folder, program), '--out', out, '--frames', '8')).not.toBe('')
    const [picture, ...others] = readdirSync(out)
    expect(others).toEqual([])
    expect(readdirSync(join(root, folder))).toContain(picture)
    const { channels } = await sharp(join(out, picture!)).stats()
    expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(5)
  })
})
