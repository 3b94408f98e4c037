/** `keyflow detect`: the keypoints of a picture or film, as data and drawn. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { watch } from '../../graphs/index.js'
import { readFilm, writeFilm } from '../../nodes/index.js'
import { limitsOf, look, networkSize } from '../animation/index.js'
import type { RunOf } from '../cli/declarations.js'
import { writeAtomic } from '../files/index.js'
import { toNumber } from '../media/index.js'
import { readModel } from '../model/index.js'
import type { Problem } from '../problem/index.js'
import { complete, engine, played, program } from '../run/index.js'
import { storedFloat32, writeSafetensors } from '../safetensors/index.js'

/** Numbers of all frames behind one another: `mean` (x, y) in [-1, 1], `var` as many numbers as a keypoint has. */
interface Track {
  readonly frames: number
  readonly keypoints: number
  readonly mean: ReadonlyArray<number>
  readonly var: ReadonlyArray<number>
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

const write = (path: string, t: Track, rate: number): TE.TaskEither<Problem, void> => {
  const n = perPoint(t)
  if (path.endsWith('.safetensors'))
    return writeSafetensors(path, {
      tensors: {
        mean: storedFloat32([t.frames, t.keypoints, 2], Float32Array.from(t.mean)),
        ...(n === 0
          ? {}
          : { var: storedFloat32([t.frames, t.keypoints, n === 4 ? 2 : 1, n === 4 ? 2 : 1], Float32Array.from(t.var)) })
      },
      metadata: { format: 'keyflow-motion/1', rate: String(rate) }
    })
  if (path.endsWith('.csv')) return writeAtomic(path, Buffer.from(toCsv(t)))
  return writeAtomic(path, Buffer.from(`${JSON.stringify({ version: 1, rate, frames: toObjects(t) })}\n`))
}

/** Keypoints have a form for each of these names; asked before anything is computed. */
const writable = (path: string | undefined): TE.TaskEither<Problem, void> =>
  path === undefined || /\.(json|csv|safetensors)$/.test(path)
    ? TE.right(undefined)
    : TE.left({ _tag: 'Usage', at: '--out', expected: 'a name that ends in .json, .csv or .safetensors', actual: path })

export const run: RunOf<'detect'> = (o, terminal) => {
  const limits = limitsOf(o)
  return pipe(
    TE.Do,
    TE.tap(() => writable(o.out)),
    TE.bind('model', () => readModel(o.model)),
    TE.bind('size', ({ model }) => TE.fromEither(networkSize(model.config, o.size))),
    TE.bind('looked', ({ model }) => look(o.file, model.config, false, limits)),
    TE.bind('program', ({ model, size, looked }) => {
      const film = o.draw === undefined ? null : writeFilm({ path: o.draw, timing: 'frames', audio: true })
      const frames = readFilm({
        path: o.file,
        ...size,
        fit: o.fit ?? 'stretch',
        strip: looked.strip,
        batch: o.batch ?? 16
      })
      return TE.fromEither(
        program(watch(model.config.model_params, frames, film, model.config.visualizer_params.kp_size))
      )
    }),
    TE.tap(({ program: p, model }) => complete(p, model)),
    TE.bind('engine', () => engine(o.backend, terminal.say)),
    TE.bind('track', ({ model, program: p, looked }) => {
      const [mean, variance]: [Array<number>, Array<number>] = [[], []]
      const playing = { model, limits, label: 'detect', total: looked.clip.count }
      return pipe(
        played(p, playing, terminal, (points) => {
          for (const x of points.mean.dataSync()) mean.push(x)
          for (const x of points.var?.dataSync() ?? []) variance.push(x)
        }),
        TE.map(({ frames }): Track => {
          return { frames, keypoints: model.config.model_params.common_params.num_kp, mean, var: variance }
        })
      )
    }),
    TE.tap(({ track, looked }) =>
      o.out === undefined ? TE.right(undefined) : write(o.out, track, toNumber(looked.clip.rate))
    ),
    TE.map(({ track, looked, engine: e, size }) => {
      const rate = toNumber(looked.clip.rate)
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
