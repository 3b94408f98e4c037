/**
 * Videos made again from their first frames, and what a model sees in them.
 *
 * @since 0.1.0
 */
import type { Graph } from '../../graphs/graph.js'
import type { Program } from '../../graphs/plan.js'
import type { reconstructFrames, watchFrames } from '../../graphs/reconstruct.js'
import { open, type Session } from '../../graphs/session.js'
import type { Values as Weights } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import { batches } from '../animation/drivers.js'
import type { FilmOpener } from '../animation/films-into.js'
import { look } from '../animation/plan.js'
import type { Config } from '../config/config.js'
import { orThrow } from '../media/failure.js'
import { type Clip, type Fit, type Limits, openClip, type Shape } from '../media/index.js'
import { codecOf, type Film } from './films.js'
import { appended, type FrameMeasures, measured, type Values } from './frame-measure.js'

/**
 * How frames are read.
 *
 * @since 0.1.0
 */
export interface Reading {
  readonly config: Config
  readonly size: Shape
  readonly fit: Fit
  readonly batch: number
  readonly limits: Partial<Limits>
  /** What else the frames are measured by. */
  readonly measures?: FrameMeasures
}

type ProgramOf<G> = G extends Graph<infer I, infer O> ? Program<I, O> : never
type Reconstruct = ProgramOf<ReturnType<typeof reconstructFrames>>
type Watch = ProgramOf<ReturnType<typeof watchFrames>>

/** What was found out about a video: L1 of each frame and of the first frame in its place, keypoints [T, K, 2] in [-1, 1]. */
export interface Reconstructed {
  readonly film: Film
  readonly codec: string
  readonly frames: number
  readonly l1: ReadonlyArray<number>
  readonly still: ReadonlyArray<number>
  readonly driving: Float32Array
  readonly predicted: Float32Array
  readonly mirrored: Float32Array
  readonly shifted: Float32Array
  /** What the measures of the reading gave for each frame. */
  readonly more: Values
}

/** A film opened at the size of the networks. */
export const opened = async ({ path }: Film, { config, size, fit, limits }: Reading): Promise<Clip> => {
  const { strip } = await orThrow(look(path, config, false, limits))
  const cut = strip === null ? { whole: true } : { frameShape: strip }
  return orThrow(openClip(path, { size, fit, limits, ...cut }))
}

/** Batches of frames, each let go of when the next is asked for. */
async function* lent(clip: Clip, batch: number): AsyncGenerator<tf.Tensor4D> {
  for await (const { values } of batches(clip, batch))
    try {
      yield values.frames as tf.Tensor4D
    } finally {
      tf.dispose(values as tf.TensorContainer)
    }
}

/** Numbers of batches behind one another. */
const gathered = (parts: ReadonlyArray<ArrayLike<number>>): Float32Array => {
  const all = new Float32Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const kept = ['l1', 'still', 'driving', 'predicted', 'mirrored', 'shifted'] as const

/**
 * A video made again from its first frame: every frame is driving, nothing is normalised. What `out` opens, if
 * it is given, receives the predictions. Borrows the weights; no tensor is left.
 *
 * Source: `reconstruction.py` of the reference implementation.
 *
 * @category measures
 * @since 0.1.0
 */
export const reconstructFilm = async (
  program: Reconstruct,
  weights: Weights,
  film: Film,
  reading: Reading,
  out: FilmOpener | undefined,
  check: () => void
): Promise<Reconstructed> => {
  const clip = await opened(film, reading)
  const writer = await out?.(film.name, clip.rate)
  const parts: Record<(typeof kept)[number], Array<ArrayLike<number>>> = {
    ...{ l1: [], still: [], driving: [], predicted: [] },
    ...{ mirrored: [], shifted: [] }
  }
  let source: tf.Tensor4D | undefined
  let session: Session<any> | undefined
  let more: Values = {}
  try {
    for await (const driving of lent(clip, reading.batch)) {
      check()
      source ??= tf.slice(driving, 0, 1)
      session ??= open(program)(weights, { source })
      const { outputs } = session.tick({ driving })
      try {
        for (const name of kept) parts[name].push(outputs[name].dataSync().slice())
        more = appended(more, measured(reading.measures ?? {}, driving, outputs.prediction))
        await writer?.write({ frames: outputs.prediction })
      } finally {
        tf.dispose(outputs)
      }
    }
    await writer?.close()
  } catch (cause) {
    await writer?.abort()
    throw cause
  } finally {
    session?.close()
    source?.dispose()
  }
  const { l1, still, ...points } = parts
  const errors = [...gathered(l1)]
  return {
    film,
    codec: codecOf(clip),
    frames: errors.length,
    l1: errors,
    still: [...gathered(still)],
    driving: gathered(points.driving),
    predicted: gathered(points.predicted),
    mirrored: gathered(points.mirrored),
    shifted: gathered(points.shifted),
    more
  }
}

/**
 * Keypoints of every frame of a video, [T, K, 2] in [-1, 1]. Borrows the weights; no tensor is left.
 *
 * @category measures
 * @since 0.1.0
 */
export const watchFilm = async (
  program: Watch,
  weights: Weights,
  film: Film,
  reading: Reading,
  check: () => void
): Promise<Float32Array> => {
  const clip = await opened(film, reading)
  const session = open(program)(weights)
  const parts: Array<ArrayLike<number>> = []
  try {
    for await (const frames of lent(clip, reading.batch)) {
      check()
      const { outputs } = session.tick({ frames })
      parts.push(outputs.mean.dataSync().slice())
      tf.dispose(outputs as unknown as tf.TensorContainer)
    }
  } finally {
    session.close()
  }
  return gathered(parts)
}
