/**
 * Folders of drawn videos with their ground truth; what was drawn is not drawn again.
 *
 * @since 0.1.0
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { pooled } from '../dataset/pooled.js'
import { below, generatorAt } from '../dataset/random.js'
import { sweep, writeAtomic } from '../files/atomic.js'
import { readBytes } from '../files/read-bytes.js'
import { attempt, badData, MediaFailure } from '../media/failure.js'
import { writeFrames } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { storedFloat32, writeSafetensors } from '../safetensors/safetensors.js'
import { kinds, type Truth } from './model.js'
import { framesOf, rate, video } from './video.js'

/** The record of a folder: all that its videos depend on, and how many there are for sure. */
const Record = t.strict({
  version: t.literal(1),
  kind: t.keyof({ [kinds[0]]: null, [kinds[1]]: null }),
  seed: t.number,
  size: t.strict({ height: t.number, width: t.number }),
  frames: t.strict({ least: t.number, most: t.number }),
  oneInTest: t.number,
  format: t.keyof({ png: null, gif: null, mp4: null }),
  videos: t.number
})

/**
 * What to draw. Of `oneInTest` videos the last is for tests; none where that is 0.
 *
 * @category model
 * @since 0.1.0
 */
export type Settings = Omit<t.TypeOf<typeof Record>, 'version'>

/**
 * The name of the record in the folder.
 *
 * @category model
 * @since 0.1.0
 */
export const recordFile = 'synth.json'

/** Videos that are drawn at once. */
const abreast = 2

const must = async <A>(task: TE.TaskEither<Problem, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new MediaFailure(result.left)
  return result.right
}

/**
 * The path of a video of the set inside the folder, without its extension.
 *
 * @category files
 * @since 0.1.0
 */
const nameOf = (index: number, oneInTest: number): string =>
  join(oneInTest > 0 && index % oneInTest === oneInTest - 1 ? 'test' : 'train', String(index).padStart(6, '0'))

const writeTruth = (
  path: string,
  { seed, kind }: Settings,
  index: number,
  truth: Truth
): TE.TaskEither<Problem, void> => {
  const [J, T] = [truth.joints.length, truth.visible.length / truth.joints.length]
  return writeSafetensors(path, {
    tensors: {
      position: storedFloat32([T, J, 2], truth.position),
      visible: storedFloat32([T, J], truth.visible)
    },
    metadata: { joints: JSON.stringify(truth.joints), kind, seed: String(seed), index: String(index) }
  })
}

const readRecord = async (path: string): Promise<t.TypeOf<typeof Record> | undefined> => {
  if (!existsSync(path)) return undefined
  const bytes = await must(readBytes(path))
  const parsed = E.toUnion(E.tryCatch(() => JSON.parse(Buffer.from(bytes).toString()) as unknown, String))
  const decoded = Record.decode(parsed)
  if (E.isLeft(decoded)) throw badData(path, 'document', 'the record of drawn videos', 'other data')
  return decoded.right
}

/** The settings that all videos of a folder have in common. */
const common = ({ kind, seed, size, frames, oneInTest, format }: Settings): string =>
  JSON.stringify([kind, seed, size.height, size.width, frames.least, frames.most, oneInTest, format])

/**
 * Draws the videos of a set that are not in the folder yet, each beside its ground truth; gives how many it drew. A folder of
 * other settings fails with `BadData`; one of more videos keeps them.
 *
 * Fails with `FileTrouble` where the folder cannot be written, `NoEngine` where films need ffmpeg, `Interrupted` by the
 * signal.
 *
 * @category files
 * @since 0.1.0
 */
export const synthesise = (
  out: string,
  settings: Settings,
  told: { readonly signal: AbortSignal; readonly advance: (by: number) => void }
): TE.TaskEither<Problem, number> =>
  attempt(out, 'write', async () => {
    const path = join(out, recordFile)
    const before = await readRecord(path)
    if (before !== undefined && common(before) !== common(settings))
      throw badData(path, 'settings', 'those of the videos that are there', 'others; name another folder with --out')
    const { kind, seed, size, frames, oneInTest, format, videos } = settings
    const record = (sure: number): Promise<void> =>
      must(
        writeAtomic(path, Buffer.from(`${JSON.stringify({ version: 1, ...settings, videos: sure }, undefined, 2)}\n`))
      )
    await mkdir(join(out, 'train'), { recursive: true })
    if (oneInTest > 0) await mkdir(join(out, 'test'), { recursive: true })
    const sure = before?.videos ?? 0
    await record(sure)
    for (const part of ['train', 'test'].map((p) => join(out, p)).filter(existsSync)) await must(sweep(part))
    const drew = await pooled(
      abreast,
      Array.from({ length: videos }, (_, index) => index),
      async (index) => {
        const name = join(out, nameOf(index, oneInTest))
        const missing = !existsSync(`${name}.${format}`) || !existsSync(`${name}.safetensors`)
        if (missing) {
          const count = frames.least + below(generatorAt(seed, kind, index, 'frames'), frames.most - frames.least + 1)
          const made = await video(kind, seed, index, { size, frames: count })
          await must(writeFrames(`${name}.${format}`, framesOf(made), { rate }))
          await must(writeTruth(`${name}.safetensors`, settings, index, made.truth))
        }
        told.advance(1)
        return missing ? 1 : 0
      },
      told.signal
    )
    await record(Math.max(sure, videos))
    return drew.reduce<number>((n, one) => n + one, 0)
  })
