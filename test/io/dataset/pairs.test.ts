import { writeFile } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { chancePairs, pairsOf } from '../../../src/io/dataset/pairs.js'
import { parseCsv } from '../../../src/io/files/csv.js'
import { showProblem } from '../../../src/io/problem/problem.js'
import { left, right, scratch } from './make.js'

const at = scratch()
const clips = ['a.png', 'b.png', 'c.png', 'd.png'].map((name) => ({ name }))

describe('a table', () => {
  const rows = (text: string) => E.toUnion(E.mapLeft(showProblem)(parseCsv('t.csv', text, ['source', 'driving'])))

  it('is read whatever its line ends, quotes and other columns', () => {
    const due = [
      { source: 'a', driving: 'b, "c"', n: '1' },
      { source: 'd', driving: '', n: '2\n3' }
    ]
    expect(rows('\uFEFFsource,n,driving\r\na,1,"b, ""c"""\r\n\r\nd,"2\n3",\r\n')).toEqual(due)
    expect(rows('source,n,driving\na, 1 ,"b, ""c"""\nd,"2\n3",')).toEqual(due)
    expect(rows('driving,source\n')).toEqual([])
  })

  it('is refused with the place of what is wrong', () => {
    expect(rows('source,to\na,b\n')).toBe(
      't.csv: first line: expected columns source, driving, got source,to'.replace(',to', ', to')
    )
    expect(rows('source,driving\na,b\nc\n')).toBe('t.csv: row 2: expected 2 values, got 1')
    expect(rows('source,driving\na,"b\n')).toContain('t.csv: quotes')
    expect(rows('source,driving\na,b"c\n')).toContain('t.csv: quotes')
    expect(rows('')).toContain('first line')
  })
})

describe('pairs', () => {
  it('of a list are its first ones whose names are both there, in its order', async () => {
    await writeFile(
      at('pairs.csv'),
      'source,driving\nc.png,a.png\nx.png,a.png\nb.png,b.png\na.png,d.png\nd.png,a.png\n'
    )
    const named = async (count: number) =>
      (await right(pairsOf(clips, at('pairs.csv'), count, 0))).map(({ source, driving }) => source.name + driving.name)
    expect(await named(3)).toEqual(['c.pnga.png', 'b.pngb.png', 'a.pngd.png'])
    expect((await named(100)).length).toBe(4)
    expect(await named(0)).toEqual([])
  })

  it('of a list for other clips are a problem', async () => {
    await writeFile(at('other.csv'), 'source,driving\n1.jpg,2.jpg\n')
    expect(showProblem(await left(pairsOf(clips, at('other.csv'), 5, 0)))).toContain('1 pairs of other names')
    expect((await left(pairsOf(clips, at('none.csv'), 5, 0)))._tag).toBe('FileTrouble')
  })

  it('by chance are different ones, of the first clips, and the same for a seed', () => {
    const drawn = (count: number, seed: number) =>
      chancePairs(clips, count, seed).map(({ source, driving }) => `${source.name} ${driving.name}`)
    expect(new Set(drawn(100, 1)).size).toBe(16)
    expect(new Set(drawn(3, 1)).size).toBe(3)
    expect(drawn(3, 1).join()).not.toContain('d.png')
    expect(drawn(16, 1)).toEqual(drawn(16, 1))
    expect(drawn(16, 1)).not.toEqual(drawn(16, 2))
    const seen = new Set(Array.from({ length: 200 }, (_, seed) => drawn(2, seed)).flat())
    expect([...seen].sort()).toEqual(['a.png a.png', 'a.png b.png', 'b.png a.png', 'b.png b.png'])
  })
})
