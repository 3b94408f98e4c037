/** The figures of the pages are those that were measured. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../package/entries.js'
import { textOf } from './blocks.js'

interface Figures {
  readonly figures: (folder?: string) => Readonly<Record<string, string>>
  readonly withFigures: (text: string) => string
}
const { figures, withFigures } = (await import(join(root, 'bench', 'figures.mjs'))) as Figures
const readme = textOf('README.md')

describe('figures', () => {
  it('of README.md are those of bench/results (else: node bench/figures.mjs)', () => {
    expect(withFigures(readme)).toBe(readme)
    for (const [name, text] of Object.entries(figures())) expect([name, readme.includes(text)]).toEqual([name, true])
  })

  it('would not be taken for those of other results, nor of none', () => {
    const [share] = /(?<=\| )\d+ %/.exec(readme)!
    const wrong = readme.replace(share, '99.9 %')
    expect(withFigures(wrong)).toBe(readme)
    expect(() => withFigures('# No marks')).toThrow('no figures')
    expect(Object.values(figures(join(root, 'no', 'such', 'folder'))).filter((text) => text !== '')).toEqual([])
  })

  it('name commands and results that are there', () => {
    const { stderr } = spawnSync(process.execPath, [join(root, 'bench', 'bench.mjs'), '?'], { encoding: 'utf8' })
    const plans = /no plan \?: there are (.*)/.exec(stderr)![1]!.split(', ')
    const named = (pattern: RegExp) =>
      [...Object.values(figures()).join('\n').matchAll(pattern)].map(([, name]) => name!)
    const benches = named(/`npm run bench ([^`]+)`/g).flatMap((names) => names.split(' '))
    expect(benches.length).toBeGreaterThan(5)
    for (const name of benches) {
      expect(plans).toContain(name)
      expect(existsSync(join(root, 'bench', 'results', `${name}.json`)), name).toBe(true)
    }
    const programs = named(/`node ([^`\s]+)[^`]*`/g)
    expect(programs).toContain('bench/quality.mjs')
    for (const program of programs) expect(existsSync(join(root, program)), program).toBe(true)
  })

  it('stand beside the command that made them, every one', () => {
    for (const [name, text] of Object.entries(figures()).filter(([, one]) => one.includes('|')))
      expect([
        name,
        /Made by `.+`\.$/.test(text) ||
          text
            .split('\n')
            .slice(2)
            .every((line) => /\| `[^`]+` \|$/.test(line))
      ]).toEqual([name, true])
  })
})
