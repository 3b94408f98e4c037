/**
 * The videos of a folder or of a part of a dataset, by name.
 *
 * @since 0.1.0
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type DatasetFormat, datasetFormats } from '../dataset/format.js'
import { fileTrouble } from '../files/file-trouble.js'
import { type Clip, openClip, type ReadOptions } from '../media/index.js'
import { complaint, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'

/**
 * A video in a folder: its name is that of its file without the extension.
 *
 * @since 0.1.0
 */
export interface Film {
  readonly name: string
  readonly path: string
}

/** A dataset, and what lists its clips. */
interface Dataset {
  readonly format: DatasetFormat
  readonly folder: string
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
 * Fails with `FileTrouble` where the path cannot be read, `BadData` where a folder holds no video, or two of one name.
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

/** A video of a dataset as a film: called by its file without the ending. */
const filmOf = ({ name, path }: Film): Film => ({ name: stem(name), path })

/**
 * The films of a part of a dataset; and those of its train part, where no folder `train` has them.
 *
 * @since 0.1.0
 */
export interface Parts {
  readonly films: ReadonlyArray<Film>
  readonly train: ReadonlyArray<Film> | undefined
}

/**
 * The videos of a part of a dataset of any form, in its order; of a folder as `filmsIn` has them. What lists them is asked once.
 *
 * Fails with `FileTrouble` where it cannot be read, `BadData` where it is not of its form, or the part has no video or two of one
 * name.
 *
 * @category files
 * @since 0.1.0
 */
export const filmsOf = ({ format, folder }: Dataset, part: string): TE.TaskEither<Problem, Parts> =>
  format === datasetFormats.folder
    ? pipe(
        filmsIn(folder, part),
        TE.map((films) => ({ films, train: undefined }))
      )
    : pipe(
        format.layout(folder, 0),
        TE.flatMap(({ train, test }) =>
          pipe(
            unique(folder, (part === 'train' ? train : test).map(filmOf)),
            TE.map((films) => ({ films, train: train.map(filmOf) }))
          )
        )
      )

/**
 * The pairs of a real and a generated side: one film each, or films of the same names. A folder of frames, whose pictures are no
 * films of their own, is one film. Every real film must have its partner.
 *
 * Fails with `BadData` for each real film without a partner, else as `filmsIn`.
 *
 * @category files
 * @since 0.1.0
 */
export const pairsOf = (
  real: string,
  generated: string,
  part: string,
  read: ReadOptions,
  videos: number | undefined
): TE.TaskEither<Problem, ReadonlyArray<{ readonly real: Film; readonly generated: Film }>> => {
  const side = (path: string) =>
    pipe(
      filmsIn(path, part),
      TE.flatMap((films) => asFrames(path, films, read))
    )
  return pipe(
    TE.Do,
    TE.bind('left', () => side(real)),
    TE.bind('right', () => side(generated)),
    TE.flatMap(({ left, right }) => {
      if (left.length === 1 && right.length === 1) return TE.right([{ real: left[0]!, generated: right[0]! }])
      const pairs = left
        .slice(0, videos)
        .map((film) => ({ real: film, generated: right.find((f) => f.name === film.name) }))
      const [first, ...rest] = pairs
        .filter((p) => p.generated === undefined)
        .map((p) => complaint(generated)('names', `a film ${p.real.name}, as ${p.real.path}`, 'none'))
      return first === undefined
        ? TE.right(pairs.map((p) => ({ real: p.real, generated: p.generated! })))
        : TE.left(gather(first, rest))
    })
  )
}

/** The folder itself as one film, where what it holds are single frames. */
const asFrames = (
  path: string,
  films: ReadonlyArray<Film>,
  read: ReadOptions
): TE.TaskEither<Problem, ReadonlyArray<Film>> => {
  const first = films[0]!
  const folder = dirname(first.path)
  return first.path === path
    ? TE.right(films)
    : pipe(
        openClip(first.path, read),
        TE.map((clip) => (clip.kind === 'picture' ? [{ name: basename(folder), path: folder }] : films))
      )
}

/** The kind of a clip and its codec, for a report. */
export const codecOf = ({ kind, codec }: Clip): string => (codec === undefined ? kind : `${kind} ${codec}`)
