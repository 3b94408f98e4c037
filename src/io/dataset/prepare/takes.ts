/**
 * What to take of which video, from a table.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { parseCsv } from '../../files/csv.js'
import { readBytes } from '../../files/read-bytes.js'
import { gather } from '../../problem/complaint.js'
import type { Problem } from '../../problem/problem.js'
import type { Take } from './model.js'

const columns = ['file', 'x', 'y', 'width', 'height'] as const

type Row = Readonly<Record<(typeof columns)[number], string>> & Readonly<Record<string, string>>

/** The take of a row, or everything that is wrong with it. */
const takeOf = (table: string, row: Row, at: string): E.Either<ReadonlyArray<Problem>, Take> => {
  const number = (name: string, fits: (n: number) => boolean, due: string): E.Either<Problem, number> => {
    const text = row[name] ?? ''
    const n = text === '' ? Number.NaN : Number(text)
    return fits(n)
      ? E.right(n)
      : E.left({ _tag: 'BadData', file: table, at: `${at}, ${name}`, expected: due, actual: text || 'nothing' })
  }
  const pixel = (name: string, least: number) =>
    number(name, (n) => Number.isInteger(n) && n >= least, `a whole number of pixels from ${least} on`)
  const [x, y, width, height] = [pixel('x', 0), pixel('y', 0), pixel('width', 1), pixel('height', 1)]
  const start = row.start ? number('start', (n) => n >= 0, 'seconds from 0 on') : E.right(0)
  const after = E.isRight(start) ? start.right : 0
  const end = row.end ? number('end', (n) => n > after, 'seconds after the start') : E.right(null)
  const wrong = [x, y, width, height, start, end].flatMap((value) => (E.isLeft(value) ? [value.left] : []))
  if (E.isLeft(x) || E.isLeft(y) || E.isLeft(width) || E.isLeft(height) || E.isLeft(start) || E.isLeft(end))
    return E.left(wrong)
  const box = { x: x.right, y: y.right, width: width.right, height: height.right }
  return E.right({ box, start: start.right, end: end.right })
}

/**
 * Reads a table of boxes: the columns `file`, `x`, `y`, `width`, `height` (pixels) and, if wanted, `start` and `end`
 * (seconds); several rows may speak of one file. Every row that is wrong or names none of `names` is told, with `BadData`;
 * `FileTrouble` where it cannot be read.
 *
 * @category files
 * @since 0.1.0
 */
export const readTakes = (
  table: string,
  names: ReadonlyArray<string>
): TE.TaskEither<Problem, ReadonlyMap<string, ReadonlyArray<Take>>> =>
  pipe(
    readBytes(table),
    TE.flatMapEither((bytes) => parseCsv(table, new TextDecoder().decode(bytes), columns)),
    TE.flatMapEither((rows) => {
      const known = new Set(names)
      const takes = new Map<string, ReadonlyArray<Take>>()
      const wrong: Array<Problem> = []
      for (const [i, row] of rows.entries()) {
        const at = `row ${i + 1}`
        const take = takeOf(table, row, at)
        if (!known.has(row.file))
          wrong.push({
            _tag: 'BadData',
            file: table,
            at: `${at}, file`,
            expected: 'one of the videos',
            actual: row.file
          })
        if (E.isLeft(take)) wrong.push(...take.left)
        else takes.set(row.file, [...(takes.get(row.file) ?? []), take.right])
      }
      const [first, ...rest] = wrong
      return first === undefined ? E.right(takes) : E.left(gather(first, rest))
    })
  )
