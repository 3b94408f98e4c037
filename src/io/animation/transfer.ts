/**
 * A transfer from files to files: what `keyflow transfer` and `keyflow demo` do.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { align, animate } from '../../graphs/animate.js'
import type { Graph } from '../../graphs/graph.js'
import { type Normalisation, needsInitial } from '../../graphs/normalise.js'
import type { Program } from '../../graphs/plan.js'
import type { Options } from '../../graphs/session.js'
import { readFilm, readFrame, readPicture, writeFilm } from '../../nodes/media.js'
import type * as tf from '../../nodes/tf.js'
import type { Terminal } from '../cli/command.js'
import { type Fit, type Limits, type Shape, toNumber } from '../media/index.js'
import type { Model } from '../model/model.js'
import type { Problem } from '../problem/problem.js'
import { program } from '../run/compute.js'
import { complete, type Played, played } from '../run/played.js'
import { framingOf, look } from './plan.js'

/**
 * What is to be transferred, and how.
 *
 * @since 0.1.0
 */
export interface Transfer {
  readonly model: Model
  readonly source: string
  readonly driving: string
  readonly outs: ReadonlyArray<{ readonly path: string; readonly compare: boolean }>
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
  readonly profile?: Options['profile']
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
  /** Frames per second of the films. */
  readonly rate: number
  /** The driving frame at which the motion starts. */
  readonly startFrame: number
  /** How far its pose is from the source's: 0 is the same, 2 the most; null where no frame matters. */
  readonly alignment: number | null
}

/** The index of the least number, of the first where there are several; 0 where there is none. */
const least = (scores: ReadonlyArray<number>): number =>
  scores.reduce((best, score, i) => (score < (scores[best] ?? Number.POSITIVE_INFINITY) ? i : best), 0)

/** Plays a program whose output is `score`, and gathers the scores of all frames. */
const playScores = (
  p: Program<any, { readonly score: tf.Tensor1D }>,
  { model, limits, profile }: Transfer,
  terminal: Terminal,
  label: string,
  total: number | undefined
): TE.TaskEither<Problem, Played & { readonly scores: ReadonlyArray<number> }> => {
  const scores: Array<number> = []
  const playing = { model, limits, label, total, ...(profile === undefined ? {} : { profile }) }
  return pipe(
    played(p, playing, terminal, ({ score }) => scores.push(...score.dataSync())),
    TE.map((done) => ({ ...done, scores }))
  )
}

/**
 * Transfers, with an engine that has been started.
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
    TE.bind('driving', () => look(t.driving, model.config, false, t.limits)),
    TE.let('nodes', ({ source, driving }) => {
      const film = { path: t.driving, ...size, fit, strip: driving.strip }
      return {
        source: readPicture({ path: t.source, ...size, fit, strip: source.strip }),
        driving: readFilm({ ...film, batch: t.batch }),
        initial: (index: number) => readFrame({ ...film, index })
      }
    }),
    TE.bind('startFrame', ({ nodes, driving }) =>
      t.bestFrame && needsInitial(normalisation)
        ? pipe(
            TE.fromEither(program(align(params, nodes.source, nodes.driving))),
            TE.flatMap((p) => playScores(p, t, terminal, 'align', driving.clip.count)),
            TE.map(({ scores }) => least(scores))
          )
        : TE.right(0)
    ),
    TE.let('graph', ({ source, nodes, startFrame }) => {
      const { driving, initial } = nodes
      const films = t.outs.map(({ path, compare }) => {
        return { sink: writeFilm({ path, timing: 'driving', audio: t.audio }), compare }
      })
      const framing = framingOf(source.shape, size, fit)
      const whole = {
        model: params,
        normalisation,
        source: nodes.source,
        driving,
        initial: initial(startFrame),
        films,
        framing
      }
      return animate(whole)
    }),
    TE.tap(({ graph }) => t.declared?.(graph) ?? TE.right(undefined)),
    TE.bind('program', ({ graph }) => TE.fromEither(program(graph))),
    TE.tap(({ program: p }) => complete(p, model)),
    TE.bind('played', ({ program: p, driving }) => playScores(p, t, terminal, 'transfer', driving.clip.count)),
    TE.map(({ played: { frames, seconds, scores }, startFrame, driving }) => {
      return {
        frames,
        seconds,
        rate: toNumber(driving.clip.rate),
        startFrame,
        alignment: needsInitial(normalisation) ? (scores[0] ?? null) : null
      }
    })
  )
}
