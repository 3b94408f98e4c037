/**
 * Samples to begin with: drawn animals, as pictures to move and as films that drive. They are drawn when first asked for.
 *
 * @since 0.1.0
 */
import { access, copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { writeAtomic } from '../../io/files/atomic.js'
import { orThrow } from '../../io/media/failure.js'
import { pngOf, writeFrames } from '../../io/media/index.js'
import { problemFrom } from '../../io/run/compute.js'
import { framesOf, type Kind, video } from '../../io/synth/index.js'
import { typeOf } from '../http/files.js'
import type { Sample } from '../http/shapes.js'

/** A sample and how its file is made. */
interface Made extends Sample {
  readonly make: (path: string) => Promise<void>
}

/** Another seed than those of the models' training: animals that they have not seen. */
const seed = 2026
const [pictures, films, frames] = [12, 6, 48]

const picture =
  (kind: Kind, index: number) =>
  async (path: string): Promise<void> => {
    const side = 256
    const drawn = await video(kind, seed, index, { size: { height: side, width: side }, frames: 1 })
    await orThrow(writeAtomic(path, await pngOf(framesOf(drawn)[0]!)))
  }

const film =
  (kind: Kind, index: number) =>
  async (path: string): Promise<void> => {
    const size = { height: 128, width: 128 }
    const drawn = await video(kind, seed, index, { size, frames })
    await orThrow(writeFrames(path, framesOf(drawn), { rate: { num: 12, den: 1 }, quality: 90 }))
  }

const sample = (name: string, title: string, kind: Sample['kind'], make: Made['make']): Made => ({
  name,
  title,
  kind,
  type: typeOf(name),
  url: `/api/samples/${name}`,
  make
})

const packaged = (name: string) => async (path: string) =>
  copyFile(fileURLToPath(new URL(`../../../models/demo/${name}`, import.meta.url)), path)

const all: ReadonlyArray<Made> = [
  ...Array.from({ length: pictures }, (_, i) =>
    sample(`creature-${i + 1}.png`, `Animal ${i + 1}`, 'picture', picture('creatures', i))
  ),
  sample('square.png', 'Square', 'picture', packaged('source.png')),
  ...Array.from({ length: films }, (_, i) =>
    sample(`walk-${i + 1}.mp4`, `Walk ${i + 1}`, 'film', film('creatures', pictures + i))
  ),
  sample('square.mp4', 'Moving shape', 'film', packaged('driving.mp4'))
]

/**
 * The samples of a server. `file` gives the path of a sample, drawn if it was not yet; nothing for a name that is none.
 *
 * @category model
 * @since 0.1.0
 */
export interface Samples {
  readonly all: ReadonlyArray<Sample>
  readonly file: (name: string) => Promise<E.Either<ReturnType<typeof problemFrom>, string>> | undefined
}

/**
 * Samples whose files lie in a folder.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openSamples = (folder: string): Samples => {
  const making = new Map<string, Promise<void>>()
  const made = (s: Made, path: string): Promise<void> => {
    const under = making.get(s.name) ?? access(path).catch(() => s.make(path))
    making.set(s.name, under)
    return under.finally(() => making.delete(s.name))
  }
  return {
    all: all.map(({ make: _, ...shown }) => shown),
    file: (name) => {
      const found = all.find((s) => s.name === name)
      if (found === undefined) return undefined
      const path = join(folder, name)
      return made(found, path).then(
        () => E.right(path),
        (cause: unknown) => E.left(problemFrom(cause))
      )
    }
  }
}
