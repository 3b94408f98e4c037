/** Datasets for the tests, made by the tests. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { AugmentationParams } from '../../../src/io/dataset/augment/model.js'
import { type Opening, openDataset } from '../../../src/io/dataset/dataset.js'
import type { Dataset } from '../../../src/io/dataset/model.js'
import type { Frame } from '../../../src/io/media/index.js'
import { type Problem, showProblem } from '../../../src/io/problem/problem.js'
import { paint, write } from '../media/make.js'

export { scratch } from '../media/make.js'

/** Frames that tell the clip, the frame, the row and the column by their colours. */
export const telling = (clip: number, count: number, height = 8, width = height): ReadonlyArray<Frame> =>
  Array.from({ length: count }, (_, n) =>
    paint(height, width, (x, y) => [8 * clip + n, Math.floor((255 * x) / width), Math.floor((255 * y) / height)])
  )

/** Writes clips of telling frames, the first as number 0, by name and count of frames. */
export const writeClips = async (
  folder: string,
  clips: Readonly<Record<string, number>>,
  height = 8,
  width = height
): Promise<string> => {
  for (const [n, [name, count]] of Object.entries(clips).entries()) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await write(join(folder, name), telling(n, count, height, width))
  }
  return folder
}

export const right = async <A>(task: TE.TaskEither<Problem, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(showProblem(result.left))
  return result.right
}

export const left = async (task: TE.TaskEither<Problem, unknown>): Promise<Problem> => {
  const result = await task()
  if (E.isRight(result)) throw new Error('expected a problem')
  return result.left
}

export const open = (folder: string, cache: string, opening: Partial<Opening> = {}): Promise<Dataset> =>
  right(openDataset(folder, { part: 'train', cache, ...opening }))

export const plain: AugmentationParams = {
  flip_param: null,
  rotation_param: null,
  resize_param: null,
  crop_param: null,
  jitter_param: null
}
