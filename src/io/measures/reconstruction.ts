/**
 * A whole dataset made again by a model, as one report.
 *
 * @since 0.1.0
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { reconstructFrames, watchFrames } from '../../graphs/reconstruct.js'
import * as tf from '../../nodes/tf.js'
import type { FilmOpener } from '../animation/films-into.js'
import type { Terminal } from '../cli/command.js'
import { orThrow } from '../media/failure.js'
import { type Model, valuesOf } from '../model/model.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { program } from '../run/compute.js'
import { interruptible } from '../run/interruptible.js'
import { complete } from '../run/played.js'
import { type Judged, perFrame, selfMeasures, shiftOf, truthMeasures } from './consistency.js'
import { type Film, filmsIn } from './films.js'
import { frameFigures } from './frame-measure.js'
import { type Reading, type Reconstructed, reconstructFilm, watchFilm } from './reconstruct.js'
import { averaging, type Measured } from './report.js'
import { keypointSheet } from './sheet.js'
import { type Example, jointMaps, jointsOf, readTruth, type Truth, truthPath, writeTruth } from './truth.js'

/**
 * What is made again, and where what is found out goes: `out` is a folder for joints.
 *
 * @since 0.1.0
 */
export interface Reconstruction {
  readonly model: Model
  readonly data: string
  readonly films: ReadonlyArray<Film>
  /** The films of the train part, where the data is no folder that has them in `train`. */
  readonly train?: ReadonlyArray<Film> | undefined
  /** How many films of the train part lead from keypoints to true joints. */
  readonly trainVideos: number
  readonly out: string | undefined
  /** Opens the films that the predictions are written to, by the names of their videos. */
  readonly predictions?: FilmOpener | undefined
  /** Where the keypoints of the first films are drawn. */
  readonly sheet: string | undefined
  readonly reading: Reading
}

/** Ground truth that has as many frames as its video. */
const fits = (film: Film, truth: Truth, frames: number): TE.TaskEither<Problem, Truth> =>
  truth.frames === frames
    ? TE.right(truth)
    : TE.left(complaint(truthPath(film))('position', `${frames} frames, as the video has`, `${truth.frames}`))

/** The films that have ground truth, with it. */
const withTruth = async (films: ReadonlyArray<Film>): Promise<ReadonlyArray<{ film: Film; truth: Truth }>> => {
  const found: Array<{ film: Film; truth: Truth }> = []
  for (const film of films) {
    const truth = await orThrow(readTruth(film))
    if (truth !== undefined) found.push({ film, truth })
  }
  return found
}

/** Keypoints with their true joints, of films of the train part. */
const examplesOf = async (r: Reconstruction, check: () => void): Promise<ReadonlyArray<Example>> => {
  if (r.train === undefined && !existsSync(join(r.data, 'train'))) return []
  const train = r.train ?? (await orThrow(filmsIn(r.data, 'train')))
  const films = (await withTruth(train)).slice(0, r.trainVideos)
  const watching = await orThrow(TE.fromEither(program(watchFrames(r.model.config.model_params))))
  const weights = valuesOf(r.model, Object.keys(watching.weights))
  try {
    const examples: Array<Example> = []
    for (const { film, truth } of films) {
      const means = await watchFilm(watching, weights, film, r.reading, check)
      const { num_kp } = r.model.config.model_params.common_params
      examples.push({ means, truth: await orThrow(fits(film, truth, means.length / (2 * num_kp))) })
    }
    return examples
  } finally {
    tf.dispose(weights as tf.TensorContainer)
  }
}

/** Every film made again, one after the other. */
const madeAgain = async (
  r: Reconstruction,
  terminal: Terminal,
  check: () => void
): Promise<ReadonlyArray<Reconstructed>> => {
  const made = reconstructFrames(r.model.config.model_params, shiftOf(r.reading.size))
  const remake = await orThrow(TE.fromEither(program(made)))
  await orThrow(complete(remake, r.model))
  const weights = valuesOf(r.model, Object.keys(remake.weights))
  const bar = terminal.progress('reconstruct')
  const done: Array<Reconstructed> = []
  try {
    for (const film of r.films) {
      const video = await reconstructFilm(remake, weights, film, r.reading, r.predictions, check)
      done.push(video)
      bar.advance(video.frames)
    }
  } finally {
    bar.end()
    tf.dispose(weights as tf.TensorContainer)
  }
  return done
}

/** Videos with ground truth, judged by what their keypoints say of their joints. */
const judge = async (
  r: Reconstruction,
  videos: ReadonlyArray<Reconstructed>,
  terminal: Terminal,
  check: () => void
): Promise<ReadonlyArray<Judged>> => {
  const known = await withTruth(r.films)
  if (known.length === 0) return []
  const examples = await examplesOf(r, check)
  if (examples.length === 0) {
    terminal.say('no train part with ground truth to learn joints from: AKD is left out')
    return []
  }
  const maps = jointMaps(examples)
  const judged: Array<Judged> = []
  for (const { film, truth } of known) {
    const video = videos.find((v) => v.film === film)!
    await orThrow(fits(film, truth, video.frames))
    const made = jointsOf(maps, video.predicted, video.frames)
    if (r.out !== undefined) await orThrow(writeTruth({ ...film, path: join(r.out, film.name) }, made))
    judged.push({ video, truth, seen: jointsOf(maps, video.driving, video.frames), made })
  }
  return judged
}

/**
 * Reconstructs films and measures the result. Where ground truth lies beside the films, also against that; the joints that
 * the predictions lead to are written beside them.
 *
 * Fails with `BadData` where a film or its truth is not what it should be, `FileTrouble` where files cannot be read or
 * written, `Interrupted` by the signal, `Failed` where a node fails.
 *
 * @category measures
 * @since 0.1.0
 */
export const reconstruction = (r: Reconstruction, terminal: Terminal): TE.TaskEither<Problem, Measured> =>
  pipe(
    interruptible(terminal.signal, async (check) => {
      const videos = await madeAgain(r, terminal, check)
      if (r.sheet !== undefined) await orThrow(keypointSheet(r.sheet, videos, r.reading))
      return { videos, judged: await judge(r, videos, terminal, check) }
    }),
    TE.map(({ videos, judged }) => {
      const { num_kp } = r.model.config.model_params.common_params
      const { size } = r.reading
      return {
        measures: [
          ...selfMeasures(videos, num_kp, size),
          ...frameFigures(r.reading.measures ?? {}, (name) => perFrame(videos, ({ more }) => more[name]!)),
          ...(judged.length === 0 ? [] : truthMeasures(judged, size))
        ],
        averaging,
        resolution: size,
        detectors: [],
        inputs: {
          data: {
            path: r.data,
            videos: videos.length,
            frames: videos.reduce((n, v) => n + v.frames, 0),
            codecs: [...new Set(videos.map((v) => v.codec))].sort()
          }
        }
      }
    })
  )
