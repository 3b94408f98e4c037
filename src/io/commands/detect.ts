/** `keyflow detect`: the keypoints of a picture or film, as data and drawn. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { watch } from '../../graphs/index.js'
import type { tf } from '../../nodes/index.js'
import { type Driving, detectorOf, drivingOf, limitsOf, networkSize, writeTemplate } from '../animation/index.js'
import type { RunOf } from '../cli/declarations.js'
import { extended, sinkFor } from '../extension/index.js'
import { writeAtomic } from '../files/index.js'
import { type Rational, rational, toNumber } from '../media/index.js'
import { readModel } from '../model/index.js'
import type { Problem } from '../problem/index.js'
import { complete, engine, played, program } from '../run/index.js'

/** Numbers of all frames behind one another: `mean` (x, y) in [-1, 1], `var` as many numbers as a keypoint has. */
interface Track {
  readonly frames: number
  readonly keypoints: number
  readonly mean: ReadonlyArray<number>
  readonly var: ReadonlyArray<number>
  readonly times: ReadonlyArray<number>
  /** The first frame looked at alone. */
  readonly start: { readonly mean: Float32Array; readonly var: Float32Array }
}

const chunks = <A>(all: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: size === 0 ? 0 : all.length / size }, (_, i) => all.slice(i * size, (i + 1) * size))

const perPoint = (t: Track): number => (t.frames === 0 ? 0 : t.var.length / (t.frames * t.keypoints))

/** One object per frame: `mean` [K][2], `var` [K][4 or 1]. */
const toObjects = (t: Track) => {
  const n = perPoint(t)
  const vars = chunks(t.var, n * t.keypoints)
  return chunks(t.mean, 2 * t.keypoints).map((mean, frame) => ({
    frame,
    mean: chunks(mean, 2),
    ...(n === 0 ? {} : { var: chunks(vars[frame]!, n) })
  }))
}

/** A line per frame and keypoint. */
const toCsv = (t: Track): string => {
  const n = perPoint(t)
  const names = n === 4 ? ['xx', 'xy', 'yx', 'yy'] : n === 1 ? ['var'] : []
  const rows = chunks(t.mean, 2).map(([x, y], i) => [
    Math.floor(i / t.keypoints),
    i % t.keypoints,
    x,
    y,
    ...t.var.slice(i * n, (i + 1) * n)
  ])
  return `${[['frame', 'keypoint', 'x', 'y', ...names], ...rows].map((r) => r.join(',')).join('\n')}\n`
}

const write = (path: string, t: Track, rate: Rational, detector: string): TE.TaskEither<Problem, void> => {
  const n = perPoint(t)
  if (path.endsWith('.safetensors')) {
    const { frames, keypoints, times, start } = t
    const [mean, spread] = [Float32Array.from(t.mean), Float32Array.from(t.var)]
    const side = n === 4 ? 2 : n === 1 ? 1 : 0
    return writeTemplate(path, { frames, keypoints, side, mean, var: spread, start, times, rate, detector })
  }
  if (path.endsWith('.csv')) return writeAtomic(path, Buffer.from(toCsv(t)))
  return writeAtomic(
    path,
    Buffer.from(`${JSON.stringify({ version: 1, rate: toNumber(rate), frames: toObjects(t) })}\n`)
  )
}

/** Keypoints have a form for each of these names; asked before anything is computed. */
const writable = (path: string | undefined): TE.TaskEither<Problem, void> =>
  path === undefined || /\.(json|csv|safetensors)$/.test(path)
    ? TE.right(undefined)
    : TE.left({ _tag: 'Usage', at: '--out', expected: 'a name that ends in .json, .csv or .safetensors', actual: path })

/** The rate of a film; of a stream that does not say it, what its frames have kept on the average. */
const rateOf = ({ rate }: Pick<Driving, 'rate'>, { times }: Track): Rational => {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0)
  if (rate !== undefined) return rate
  return span > 0 ? rational(Math.max(1, Math.round(((times.length - 1) * 1000) / span)), 1000) : { num: 25, den: 1 }
}

export const run: RunOf<'detect'> = (o, terminal) => {
  const limits = limitsOf(o)
  return pipe(
    TE.Do,
    TE.tap(() => writable(o.out)),
    TE.bind('tables', () => extended(o.with)),
    TE.bind('model', () => readModel(o.model)),
    TE.bind('size', ({ model }) => TE.fromEither(networkSize(model.config, o.size))),
    TE.bind('looked', ({ model, size }) =>
      drivingOf(o.file, o, { size, fit: o.fit ?? 'stretch', batch: o.batch ?? 8 }, model.config, limits)
    ),
    TE.bind('film', ({ tables }) =>
      o.draw === undefined
        ? TE.right(null)
        : TE.fromEither(sinkFor(tables, { path: o.draw, timing: 'frames', audio: true }))
    ),
    TE.bind('program', ({ model, looked, film }) => {
      return TE.fromEither(
        program(
          watch(model.config.model_params, looked.frames, film, {
            radius: model.config.visualizer_params.kp_size,
            ...(o.out?.endsWith('.safetensors') === true ? { initial: looked.initial(0) } : {})
          })
        )
      )
    }),
    TE.tap(({ program: p, model }) => complete(p, model)),
    TE.bind('engine', () => engine(o.backend, terminal.say)),
    TE.bind('track', ({ model, program: p, looked, tables }) => {
      const [mean, variance, times]: [Array<number>, Array<number>, Array<number>] = [[], [], []]
      let first: Track['start'] = { mean: new Float32Array(0), var: new Float32Array(0) }
      const numbers = (x: tf.Tensor | undefined) => Float32Array.from(x?.dataSync<'float32'>() ?? [])
      const playing = { model, limits, label: 'detect', total: looked.count, streams: looked.streams, tables }
      return pipe(
        played(p, playing, terminal, ({ points, start }, shown) => {
          for (const t of shown ?? []) times.push(t)
          if (start !== undefined && first.mean.length === 0)
            first = { mean: numbers(start.mean), var: numbers(start.var) }
          for (const x of points.mean.dataSync()) mean.push(x)
          for (const x of points.var?.dataSync() ?? []) variance.push(x)
        }),
        TE.map(({ frames }): Track => {
          return {
            frames,
            keypoints: model.config.model_params.common_params.num_kp,
            mean,
            var: variance,
            times,
            start: first
          }
        })
      )
    }),
    TE.tap(({ track, looked, model }) =>
      o.out === undefined ? TE.right(undefined) : write(o.out, track, rateOf(looked, track), detectorOf(model))
    ),
    TE.map(({ track, looked, engine: e, size }) => {
      const rate = toNumber(rateOf(looked, track))
      const data = { rate, size, frames: toObjects(track) }
      const paths = {
        ...(o.out === undefined ? {} : { path: o.out }),
        ...(o.draw === undefined ? {} : { drawn: o.draw })
      }
      return {
        json: { ...paths, engine: e, ...(o.out === undefined ? data : { rate, size, count: track.frames }) },
        text: o.out === undefined ? JSON.stringify({ version: 1, ...data }) : Object.values(paths).join('\n')
      }
    })
  )
}
