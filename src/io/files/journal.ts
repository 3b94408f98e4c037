/**
 * Journals: files that only grow, record by record, each record of a step; cut back to a step when work is resumed.
 *
 * @since 0.1.0
 */
import { open, stat } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { writeAtomic } from './atomic.js'
import { fileTrouble, isFileError } from './file-trouble.js'
import { readBytes } from './read-bytes.js'

/**
 * One record: the step it belongs to, what it says, and the place behind its last byte.
 *
 * @category model
 * @since 0.1.0
 */
export interface Entry<A> {
  readonly step: number
  readonly value: A
  readonly end: number
}

/**
 * How records follow one another: the one that begins at a byte, nothing where the file ends before it does, or what is
 * wrong with it. `unit` is what a person calls a record.
 *
 * @category model
 * @since 0.1.0
 */
export interface Framing<A> {
  readonly unit: string
  readonly next: (
    bytes: Uint8Array,
    at: number
  ) => E.Either<{ readonly expected: string; readonly actual: string }, Entry<A> | undefined>
}

/**
 * A journal that is open at its end. Appends go one after another; one that fails leaves no part of its record behind.
 *
 * @category model
 * @since 0.1.0
 */
export interface Journal {
  readonly append: (record: Uint8Array) => TE.TaskEither<Problem, void>
  /** Makes what was appended last through a power cut. */
  readonly sync: TE.TaskEither<Problem, void>
  readonly close: TE.TaskEither<Problem, void>
}

/**
 * The whole records of a journal up to a step. A last record that is torn is passed over; a wrong one, or one whose step
 * is before that of the record above it, is a problem that counts records from 1.
 *
 * @category codec
 * @since 0.1.0
 */
export const parseJournal = <A>(
  file: string,
  { unit, next }: Framing<A>,
  upTo: number,
  bytes: Uint8Array
): E.Either<Problem, ReadonlyArray<Entry<A>>> => {
  const entries: Array<Entry<A>> = []
  for (let at = 0; at < bytes.length; ) {
    const entry = next(bytes, at)
    const place = `${unit} ${entries.length + 1}`
    if (E.isLeft(entry)) return E.left(complaint(file)(place, entry.left.expected, entry.left.actual))
    if (entry.right === undefined || entry.right.step > upTo) break
    const before = entries.at(-1)?.step ?? 0
    if (entry.right.step < before)
      return E.left(complaint(file)(place, `a step from ${before} on`, `step ${entry.right.step}`))
    entries.push(entry.right)
    at = entry.right.end
  }
  return E.right(entries)
}

/**
 * What the records of a journal say, from its first to its last whole one.
 *
 * @category files
 * @since 0.1.0
 */
export const readJournal = <A>(path: string, framing: Framing<A>): TE.TaskEither<Problem, ReadonlyArray<A>> =>
  pipe(
    readBytes(path),
    TE.flatMapEither((bytes) => parseJournal(path, framing, Number.POSITIVE_INFINITY, bytes)),
    TE.map((entries) => entries.map(({ value }) => value))
  )

/** The bytes of a file, or nothing where there is none. */
const existing = (path: string): TE.TaskEither<Problem, Uint8Array | undefined> =>
  pipe(
    TE.tryCatch(
      () =>
        stat(path).then(
          () => true,
          (cause) => (isFileError(cause) && cause.code === 'ENOENT' ? false : Promise.reject(cause))
        ),
      fileTrouble(path, 'read')
    ),
    TE.flatMap((there) => (there ? readBytes(path) : TE.right(undefined)))
  )

/**
 * Takes off a journal what was written after a step, and a torn record at its end, by writing the rest to a temporary
 * name and renaming it; makes an empty one where there is none. Gives what the records that stay say.
 *
 * @category files
 * @since 0.1.0
 */
export const cutJournal = <A>(
  path: string,
  framing: Framing<A>,
  upTo: number
): TE.TaskEither<Problem, ReadonlyArray<A>> =>
  pipe(
    existing(path),
    TE.bindTo('bytes'),
    TE.bind('entries', ({ bytes }) => TE.fromEither(parseJournal(path, framing, upTo, bytes ?? new Uint8Array()))),
    TE.tap(({ bytes, entries }) => {
      const end = entries.at(-1)?.end ?? 0
      return bytes?.length === end
        ? TE.right(undefined)
        : writeAtomic(path, (bytes ?? new Uint8Array()).subarray(0, end))
    }),
    TE.map(({ entries }) => entries.map(({ value }) => value))
  )

/**
 * Opens a journal at its end; it is made where there is none. What it held is not looked at: `cutJournal` does that.
 *
 * @category files
 * @since 0.1.0
 */
export const openJournal = (path: string): TE.TaskEither<Problem, Journal> =>
  pipe(
    TE.tryCatch(
      async () => {
        const handle = await open(path, 'a')
        return { handle, size: (await handle.stat()).size }
      },
      fileTrouble(path, 'open')
    ),
    TE.map(({ handle, size }) => {
      let end = size
      const attempt = (doing: string, f: () => Promise<void>) => TE.tryCatch(f, fileTrouble(path, doing))
      return {
        append: (record) =>
          attempt('append', async () => {
            try {
              for (let at = 0; at < record.length; ) at += (await handle.write(record, at)).bytesWritten
              end += record.length
            } catch (cause) {
              await handle.truncate(end).catch(() => undefined)
              throw cause
            }
          }),
        sync: attempt('flush', () => handle.sync()),
        close: attempt('close', () => handle.close())
      }
    })
  )
