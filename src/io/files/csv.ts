/**
 * Tables of text: comma-separated values with a line of names on top (RFC 4180).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Problem } from '../problem/problem.js'

/**
 * Cells of one line each, quotes taken off; a quoted cell may hold commas, line ends and doubled quotes. Nothing where
 * a quote stands in the middle of a cell or has no end.
 */
const rowsOf = (text: string): ReadonlyArray<ReadonlyArray<string>> | undefined => {
  const rows: Array<ReadonlyArray<string>> = []
  let row: Array<string> = []
  let seen = 0
  for (const [cell, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy)) {
    seen += cell.length
    row.push(quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  return seen === text.length ? rows : undefined
}

/**
 * The rows of a table as records, or what is wrong with it: a column of `needed` that it lacks, a row of another
 * length. Other columns are kept; empty lines are passed over. `file` names it in the problem.
 *
 * @category codec
 * @since 0.1.0
 */
export const parseCsv = <K extends string>(
  file: string,
  text: string,
  needed: ReadonlyArray<K>
): E.Either<Problem, ReadonlyArray<Readonly<Record<K, string>> & Readonly<Record<string, string>>>> => {
  const bad = (at: string, expected: string, actual: string): E.Either<Problem, never> =>
    E.left({ _tag: 'BadData', file, at, expected, actual })
  const table = rowsOf(text.replace(/^\uFEFF/, ''))
  if (table === undefined) return bad('quotes', 'closed, around whole cells', 'others')
  const [names = [], ...rows] = table
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length > 0) return bad('first line', `columns ${needed.join(', ')}`, names.join(', ') || 'nothing')
  const odd = rows.findIndex((row) => row.length !== names.length)
  if (odd >= 0) return bad(`row ${odd + 1}`, `${names.length} values`, `${rows[odd]!.length}`)
  return E.right(rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]!])) as never))
}
