/** `keyflow dataset split`: which clips are kept back for tests, written down beside them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunOf } from '../cli/declarations.js'
import { readClips, seededSplit, splitFile, writeSplit } from '../dataset/index.js'
import type { Problem } from '../problem/index.js'

export const run: RunOf<'dataset split'> = ({ folder, test = 0.2, seed = 0, replace }) => {
  const path = join(folder, splitFile)
  const bad = (at: string, expected: string, actual: string): Problem => ({
    _tag: 'BadData',
    file: folder,
    at,
    expected,
    actual
  })
  const divided = ['train', 'test'].find((part) => existsSync(join(folder, part)))
  if (divided !== undefined) return TE.left(bad('folders', 'clips that nothing divides', `a folder ${divided}`))
  if (existsSync(path) && !replace) return TE.left(bad(splitFile, 'no split, or --replace', 'one that is there'))
  return pipe(
    readClips(folder),
    TE.filterOrElse(
      (clips) => clips.length > 1,
      (clips) => bad('clips', 'at least two', `${clips.length}`)
    ),
    TE.map((clips) => seededSplit(clips, test, seed)),
    TE.map((split) => ({ train: split.train.map(({ name }) => name), test: split.test.map(({ name }) => name) })),
    TE.tap((split) => writeSplit(path, { version: 1, seed, ...split })),
    TE.map((split) => ({
      json: { path, seed, train: split.train.length, test: split.test.length },
      text: `${path}: ${split.train.length} clips for training, ${split.test.length} for tests`
    }))
  )
}
