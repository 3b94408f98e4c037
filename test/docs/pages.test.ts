/** What holds of every page without running or building anything. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../package/entries.js'
import { blocks, pages, placeOf, textOf } from './blocks.js'

const known = ['sh', 'ts', 'js', 'json', 'yaml', 'text', 'mermaid', 'html', 'css']

/** A page without its fenced blocks and pieces of code. */
const prose = (page: string): string =>
  textOf(page)
    .replaceAll(/^\s*(`{3,})[\s\S]*?^\s*\1$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '')

/** The marks that headings get. */
const marksOf = (page: string): ReadonlyArray<string> =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-')
  )

describe('every page', () => {
  it('says of each snippet what it is', () => {
    expect(blocks.filter(({ language }) => !known.includes(language)).map(placeOf)).toEqual([])
  })

  it('says why a snippet is not run', () => {
    const mute = blocks.filter(
      ({ marks }) => ('no-run' in marks || 'no-check' in marks) && (marks.reason ?? '').length < 5
    )
    expect(mute.map(placeOf)).toEqual([])
  })

  it('has sound JSON and YAML', () => {
    for (const block of blocks.filter(({ language }) => language === 'json'))
      expect(() => JSON.parse(block.code), placeOf(block)).not.toThrow()
    for (const block of blocks.filter(({ language }) => language === 'yaml'))
      expect(() => parse(block.code), placeOf(block)).not.toThrow()
  })

  it('writes to folders of its own: pages are read one after the other in one folder', () => {
    const writes =
      /keyflow (?:dataset (?:synth|prepare)|train(?:-predictor)?|ablate|reconstruct|new \w+)\b(?!.*--resume).*--out (\S+)/g
    const written = blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(({ page, code }) =>
        [...code.replaceAll('\\\n', '').matchAll(writes)].map(([, folder]) => `${folder} of ${page}`)
      )
    const clashes = [...new Set(written)].filter((one, _, all) =>
      all.some((other) => other !== one && other.split(' ')[0] === one.split(' ')[0])
    )
    expect(written.length).toBeGreaterThan(10)
    expect(clashes).toEqual([])
  })

  it('links to what is there', () => {
    const made = /^docs\/(api|drawings|examples)\//
    const dead = pages.flatMap((page) =>
      [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, address = '']) => {
        if (/^[a-z]+:/.test(address)) return URL.canParse(address) ? [] : [`${page}: ${address}`]
        const [path = '', mark = ''] = address.split('#')
        const to = path === '' ? page : join(dirname(page), path)
        if (made.test(to) || ['docs/result.png', 'docs/studio.png'].includes(to)) return []
        if (!existsSync(join(root, to))) return [`${page}: ${address}`]
        const filled =
          textOf(page).includes('<!-- made: ') || (to.endsWith('.md') && textOf(to).includes('<!-- made: '))
        return mark === '' || filled || marksOf(to).includes(mark) ? [] : [`${page}: ${address}`]
      })
    )
    expect(dead).toEqual([])
  })
})
