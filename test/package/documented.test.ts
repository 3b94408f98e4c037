import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { entries } from './entries.js'
import { type Export, exportsOf, straysOf } from './exports.js'
import { rules } from './rules.js'

describe.each(entries)('$name', (entry) => {
  it('is there', () => {
    expect(existsSync(entry.source)).toBe(true)
  })

  it('is an explicit list, and everything on it is declared somewhere', () => {
    const all = exportsOf(entry)
    expect(straysOf(entry)).toEqual([])
    expect(all.filter(({ docs }) => docs.length === 0).map(({ name }) => name)).toEqual([])
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  })
})

describe('documentation', () => {
  const everything = [...new Map(entries.flatMap(exportsOf).map((x) => [x.symbol, x])).values()]
  const bare = (x: Export): Export => ({ ...x, docs: [], members: [], head: '' })

  it.each(Object.entries(rules))('says of every export its %s, where it has any', (_, rule) => {
    const lacking = everything.flatMap((x) => {
      const lack = rule(x)
      return lack === undefined ? [] : [`${x.file} ${x.name}: say ${lack}`]
    })
    expect(lacking).toEqual([])
  })

  // A rule that no export is held to any more, because TypeScript writes types in another way, is told here.
  it.each(Object.entries(rules).filter(([name]) => name !== 'names'))('has exports of which %s is asked', (_, rule) => {
    expect(everything.filter((x) => rule(bare(x)) !== undefined).length).toBeGreaterThanOrEqual(5)
  })
})
