/**
 * The file that says which clips of a folder are for training and which for tests. No clip is moved: without the file
 * the folder is what it was.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { writeAtomic } from '../files/atomic.js'
import { readBytes } from '../files/read-bytes.js'
import { badData, MediaFailure } from '../media/failure.js'
import type { Problem } from '../problem/problem.js'

/**
 * Its name.
 *
 * @category model
 * @since 0.1.0
 */
export const splitFile = 'split.json'

const Split = t.strict({
  version: t.literal(1),
  seed: t.number,
  train: t.readonlyArray(t.string),
  test: t.readonlyArray(t.string)
})

/**
 * Names of clips by part, and the seed that divided them.
 *
 * @category model
 * @since 0.1.0
 */
export type Split = t.TypeOf<typeof Split>

/**
 * Reads a split file; nothing if there is none. What is no split file, or names a clip twice, throws a `MediaFailure`.
 *
 * @category files
 * @since 0.1.0
 */
export const readSplit = async (path: string): Promise<Split | undefined> => {
  const read = await readBytes(path)()
  if (E.isLeft(read)) {
    if (read.left._tag === 'FileTrouble' && /ENOENT/.test(read.left.cause)) return undefined
    throw new MediaFailure(read.left)
  }
  const decoded = Split.decode(E.toUnion(E.tryCatch(() => JSON.parse(Buffer.from(read.right).toString()), String)))
  if (E.isLeft(decoded))
    throw badData(path, 'document', 'version 1, a seed, and names under train and test', 'other data')
  const all = [...decoded.right.train, ...decoded.right.test]
  const twice = all.find((name, i) => all.indexOf(name) !== i)
  if (twice !== undefined) throw badData(path, 'names', 'every name once', `${twice} twice`)
  return decoded.right
}

/**
 * Writes a split file, whole or not at all.
 *
 * Fails with `FileTrouble` where it cannot be written.
 *
 * @category files
 * @since 0.1.0
 */
export const writeSplit = (path: string, split: Split): TE.TaskEither<Problem, void> =>
  writeAtomic(path, Buffer.from(`${JSON.stringify(Split.encode(split), undefined, 2)}\n`))
