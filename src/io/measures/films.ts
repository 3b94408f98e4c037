/**
 * The videos of a folder or of a part of a dataset, by name.
 *
 * @since 0.1.0
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fileTrouble } from '../files/file-trouble.js'
import type { Clip } from '../media/index.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'

/** A video in a folder: its name is that of its file without the extension. */
export interface Film {
  readonly name: string
  readonly path: string
}

const natural = new Intl.Collator('en', { numeric: true })

/** What lies beside videos and is none. */
const beside = /\.(safetensors|json|csv|txt|yaml|yml|md|ndjson)$/i

const stem = (name: string): string => basename(name, extname(name))

/** Entries that may be films: files but for data beside them, and folders of frames; nothing hidden. */
const listed = async (folder: string): Promise<ReadonlyArray<Film>> => {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((e) => !e.name.startsWith('.') && (e.isDirectory() || !beside.test(e.name)))
    .map((e) => ({ name: e.isDirectory() ? e.name : stem(e.name), path: join(folder, e.name) }))
    .sort((a, b) => natural.compare(a.name, b.name) || (a.name < b.name ? -1 : 1))
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (s) => s.isDirectory(),
    () => false
  )

/** Two videos of one name cannot be told apart. */
const unique = (folder: string, films: ReadonlyArray<Film>): TE.TaskEither<Problem, ReadonlyArray<Film>> => {
  const twice = films.find(({ name }, i) => films.findIndex((f) => f.name === name) !== i)
  if (twice !== undefined)
    return TE.left(complaint(folder)('names', 'one video of each name', `two that are called ${twice.name}`))
  return films.length === 0 ? TE.left(complaint(folder)('files', 'at least one video', 'none')) : TE.right(films)
}

/**
 * The videos of a folder in the order that people count; of its folder `part` where it has one. A path to one file is that
 * video alone.
 *
 * @category files
 * @since 0.1.0
 */
export const filmsIn = (path: string, part?: string): TE.TaskEither<Problem, ReadonlyArray<Film>> =>
  pipe(
    TE.tryCatch(() => stat(path), fileTrouble(path, 'read')),
    TE.flatMap((s) =>
      s.isDirectory()
        ? pipe(
            TE.tryCatch(
              async () => {
                const inner = part === undefined ? undefined : join(path, part)
                const folder = inner !== undefined && (await isFolder(inner)) ? inner : path
                return { folder, films: await listed(folder) }
              },
              fileTrouble(path, 'read')
            ),
            TE.flatMap(({ folder, films }) => unique(folder, films))
          )
        : TE.right([{ name: stem(path), path }])
    )
  )

/** The kind of a clip and its codec, for a report. */
export const codecOf = ({ kind, codec }: Clip): string => (codec === undefined ? kind : `${kind} ${codec}`)
