import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { entries, exportsOf } from './entries.js'

/** The first sentence of a doc comment, without its marks. */
const summaryOf = (doc: string): string =>
  doc
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .split(/\n\s*@/)[0]!
    .trim()

describe.each(entries)('$name', (entry) => {
  it('is there', () => {
    expect(existsSync(entry.source)).toBe(true)
  })

  it('is an explicit list, and everything on it is declared somewhere', () => {
    const { all, strays } = exportsOf(entry)
    expect(strays).toEqual([])
    expect(all.filter(({ docs }) => docs.length === 0).map(({ name }) => name)).toEqual([])
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  })

  it('says of everything what it is, and since when', () => {
    const lacking = exportsOf(entry).all.flatMap(({ name, file, docs }) => {
      // Of a codec and the type of the same name, one says it.
      const said = docs.filter((doc) => doc !== '')
      const summaries = said.map(summaryOf)
      return [
        ...(summaries.some((s) => /[.:]/.test(s)) ? [] : [`${file} ${name}: no summary`]),
        ...(said.some((doc) => /@since \d+\.\d+\.\d+/.test(doc)) ? [] : [`${file} ${name}: no @since`])
      ]
    })
    expect(lacking).toEqual([])
  })
})
