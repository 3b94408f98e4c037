/**
 * A transfer from files to files: what `keyflow transfer` and `keyflow demo` do.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { align, animate } from '../../graphs/animate.js'
import type { Graph } from '../../graphs/graph.js'
import { type Normalisation, needsInitial } from '../../graphs/normalise.js'
import type { Program } from '../../graphs/plan.js'
import type { Options } from '../../graphs/session.js'
import { readPicture, writeFilm } from '../../nodes/media.js'
import type { Smoothing } from '../../nodes/one-euro.js'
import type * as tf from '../../nodes/tf.js'
import type { Terminal } from '../cli/command.js'
import { type FilmSink, sinkFor, sourceFor } from '../extension/choose.js'
import type { Tables } from '../extension/model.js'
import { type Fit, type Limits, type PipeFormat, type Shape, toNumber } from '../media/index.js'
import type { Model } from '../model/model.js'
import type { Problem } from '../problem/problem.js'
import { program } from '../run/compute.js'
import { complete, type Played, played } from '../run/played.js'
import type { Restarts } from '../run/restarts.js'
import { type AnyDriving, type Asked, broughtOf, drivingOf, motionOf } from './driving.js'
import { framingOf, look } from './plan.js'

/**
 * What is to be transferred, and how. `size` is in pixels. Where `declared` fails, the transfer does, with its `Problem`.
 *
 * @since 0.1.0
 */
export interface Transfer {
  readonly model: Model
  readonly source: string
  /** A film, or a motion template. */
  readonly driving: { readonly film: string } | { readonly motion: string }
  /** What is said of a driving film that comes as it is made. */
  readonly stream?: Asked
  readonly policy?: 'block' | 'latest'
  readonly outs: ReadonlyArray<{ readonly path: string; readonly compare: boolean; readonly format?: PipeFormat }>
  readonly normalisation: Normalisation
  /** Start the motion at the driving frame whose pose is nearest to the source's, not at the first. */
  readonly bestFrame: boolean
  /** Size at which the networks work. */
  readonly size: Shape
  readonly fit: Fit
  /** Frames computed at once. */
  readonly batch: number
  readonly audio: boolean
  readonly limits: Partial<Limits>
  /** How far relative motion goes; 1 as driven. */
  readonly strength?: number
  readonly smoothing?: Smoothing | null
  /** Times in seconds at which motion starts anew. */
  readonly recalibrate?: ReadonlyArray<number>
  /** Whether relative motion of a stream is to start anew, when its user wants it. */
  readonly restarts?: Restarts
  readonly profile?: Options['profile']
  /** What there is beside this package's own sinks. */
  readonly tables?: Tables
  /** Told of the whole transfer as a graph, before it is played. */
  readonly declared?: (graph: Graph<any, any>) => TE.TaskEither<Problem, void>
}

/**
 * What came of it.
 *
 * @since 0.1.0
 */
export interface Transferred {
  readonly frames: number
  /** From the first file opened to the last closed. */
  readonly seconds: number
  /** Frames per second of the films; null where a stream did not say. */
  readonly rate: number | null
  /** Driving frames that were passed over. */
  readonly dropped: number
  /** The driving frame at which the motion starts. */
  readonly startFrame: number
  /** How far its pose is from the source's: 0 is the same, 2 the most; null where no frame matters. */
  readonly alignment: number | null
}

/** The index of the least number, of the first where there are several; 0 where there is none. */
const least = (scores: ReadonlyArray<number>): number =>
  scores.reduce((best, score, i) => (score < (scores[best] ?? Number.POSITIVE_INFINITY) ? i : best), 0)

const unsaid: Asked = { raw: undefined, fps: undefined, follow: undefined }

/** What drives, looked at. */
const lookedAt = (t: Transfer, { say }: Terminal): TE.TaskEither<Problem, AnyDriving> => {
  const framed = { ...t, starts: t.recalibrate ?? [] }
  if ('motion' in t.driving) return motionOf(t.driving.motion, framed, t.model, say)
  const { film: path } = t.driving
  const { fit, batch, stream = unsaid, limits } = t
  return pipe(
    TE.fromEither(t.tables === undefined ? E.right(undefined) : sourceFor(t.tables, { path, ...t.size, fit, batch })),
    TE.flatMap(
      (source): TE.TaskEither<Problem, AnyDriving> =>
        source === undefined
          ? drivingOf(path, stream, framed, t.model.config, limits)
          : TE.fromEither(broughtOf(source, path, stream, framed, limits))
    )
  )
}

/** The best frame is found by reading all of them once before. */
const rereadable = ({ bestFrame, driving }: Transfer, { streams }: AnyDriving): TE.TaskEither<Problem, void> =>
  bestFrame && streams !== undefined
    ? TE.left({
        _tag: 'Usage',
        at: '--best-frame',
        expected: 'a film that can be read twice',
        actual: 'film' in driving ? driving.film : driving.motion
      })
    : TE.right(undefined)

/** Whether motion can start anew at any time: relative motion of a stream. */
const restartable = ({ restarts, normalisation }: Transfer, { streams }: AnyDriving): boolean =>
  restarts !== undefined && streams !== undefined && needsInitial(normalisation)

/** Plays a program whose output is `score`, and gathers the scores of all frames. */
const playScores = (
  p: Program<any, { readonly score: tf.Tensor1D }>,
  { model, limits, profile, policy, restarts, tables }: Transfer,
  terminal: Terminal,
  label: string,
  { count: total, streams }: AnyDriving
): TE.TaskEither<Problem, Played & { readonly scores: ReadonlyArray<number> }> => {
  const scores: Array<number> = []
  const optional = { ...(profile === undefined ? {} : { profile }), ...(policy === undefined ? {} : { policy }) }
  const playing = { model, limits, label, total, streams, restart: restarts?.taken, tables, ...optional }
  return pipe(
    played(p, playing, terminal, ({ score }) => scores.push(...score.dataSync())),
    TE.map((done) => ({ ...done, scores }))
  )
}

/** The sinks that the result goes to. */
const filmsOf = ({ outs, audio, tables }: Transfer) =>
  E.sequenceArray(
    outs.map(({ path, compare, format }) => {
      const settings = { path, timing: 'driving', audio, ...(format === undefined ? {} : { format }) }
      const sink = tables === undefined ? E.right(writeFilm(settings)) : sinkFor(tables, settings)
      return E.map((made: FilmSink) => ({ sink: made, compare }))(sink)
    })
  )

/**
 * Transfers, with an engine that has been started.
 *
 * Fails with `Usage` where the best frame of a stream is asked for, `BadData` where a file or the model is not what it should
 * be, `OverLimit`, `NoEngine` without ffmpeg, `FileTrouble`, `Interrupted` by the terminal's signal, `Failed` where a node
 * fails.
 *
 * @category files
 * @since 0.1.0
 */
export const transfer = (t: Transfer, terminal: Terminal): TE.TaskEither<Problem, Transferred> => {
  const { model, size, fit, normalisation } = t
  const params = model.config.model_params
  return pipe(
    TE.Do,
    TE.bind('source', () => look(t.source, model.config, true, t.limits)),
    TE.bind('driving', () => lookedAt(t, terminal)),
    TE.tap(({ driving }) => rereadable(t, driving)),
    TE.let('picture', ({ source }) => readPicture({ path: t.source, ...size, fit, strip: source.strip })),
    TE.bind('startFrame', ({ picture, driving }) =>
      t.bestFrame && needsInitial(normalisation)
        ? pipe(
            TE.fromEither(program(align(params, picture, driving.frames))),
            TE.flatMap((p) => playScores(p, { ...t, policy: 'block' }, terminal, 'align', driving)),
            TE.map(({ scores }) => least(scores))
          )
        : TE.right(0)
    ),
    TE.bind('films', () => TE.fromEither(filmsOf(t))),
    TE.let('graph', ({ source, picture, driving, startFrame, films }) => {
      const framing = framingOf(source.shape, size, fit)
      const whole = {
        model: params,
        normalisation,
        source: picture,
        driving: driving.frames,
        initial: driving.initial?.(startFrame),
        films,
        framing,
        strength: t.strength ?? 1,
        steadiness: {
          smoothing: t.smoothing ?? null,
          recalibrate: t.recalibrate ?? [],
          onRequest: restartable(t, driving)
        }
      }
      return animate(whole)
    }),
    TE.tap(({ graph }) => t.declared?.(graph) ?? TE.right(undefined)),
    TE.bind('program', ({ graph }) => TE.fromEither(program(graph))),
    TE.tap(({ program: p }) => complete(p, model)),
    TE.tapIO(({ driving }) => () => {
      if (!restartable(t, driving)) return
      t.restarts?.answer(terminal.say)
      if ('film' in t.driving && t.driving.film !== '-') t.restarts?.keys()
    }),
    TE.bind('played', ({ program: p, driving }) => playScores(p, t, terminal, 'transfer', driving)),
    TE.map(({ played: { frames, seconds, dropped, scores }, startFrame, driving }) => {
      return {
        frames,
        dropped,
        seconds,
        rate: driving.rate === undefined ? null : toNumber(driving.rate),
        startFrame,
        alignment: needsInitial(normalisation) ? (scores[0] ?? null) : null
      }
    })
  )
}
