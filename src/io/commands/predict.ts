/** `keyflow predict`: a film of one picture, moved as the model expects it to go on. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { predict } from '../../graphs/index.js'
import { countFrames, readBeginning, readPicture } from '../../nodes/index.js'
import { framingOf, limitsOf, look, networkSize } from '../animation/index.js'
import type { RunOf } from '../cli/declarations.js'
import type { Config } from '../config/index.js'
import { extended, sinkFor } from '../extension/index.js'
import { toNumber } from '../media/index.js'
import { readModel } from '../model/index.js'
import { complaint, type Problem } from '../problem/index.js'
import { complete, engine, played, program } from '../run/index.js'

type Params = NonNullable<Config['prediction_params']>

/** The network that predicts, and how many frames it is to begin with. */
const paramsOf = (file: string, { prediction_params }: Config): E.Either<Problem, Params> =>
  prediction_params === null
    ? E.left(complaint(file)('predictor', 'a predictor (keyflow train-predictor makes one)', 'none'))
    : E.right(prediction_params)

/** A motion of several frames can not begin with a picture, nor be shorter than its beginning. */
const beginning = (
  { init_frames: due }: Params,
  still: boolean,
  path: string,
  frames: number
): E.Either<Problem, void> => {
  const bad = (at: string, expected: string, actual: string) => E.left<Problem>({ _tag: 'Usage', at, expected, actual })
  if (still && due > 1) return bad('--driving', `a film of at least ${due} frames, for this predictor`, path)
  return frames < due
    ? bad('--frames', `at least the ${due} that the motion begins with`, `${frames}`)
    : E.right(undefined)
}

export const run: RunOf<'predict'> = (o, terminal) => {
  const limits = limitsOf(o)
  const [driving, fit] = [o.driving ?? o.source, o.fit ?? 'stretch']
  return pipe(
    TE.Do,
    TE.bind('tables', () => extended(o.with)),
    TE.bind('model', () => readModel(o.model)),
    TE.bind('params', ({ model }) => TE.fromEither(paramsOf(o.model, model.config))),
    TE.let('frames', ({ params }) => o.frames ?? params.num_frames),
    TE.bind('size', ({ model }) => TE.fromEither(networkSize(model.config, o.size))),
    TE.bind('source', ({ model }) => look(o.source, model.config, true, limits)),
    TE.bind('film', ({ model }) => look(driving, model.config, o.driving === undefined, limits)),
    TE.tap(({ params, film, frames }) =>
      TE.fromEither(beginning(params, film.clip.kind === 'picture' && film.strip === null, driving, frames))
    ),
    TE.let('rate', ({ film }) => o.fps ?? film.clip.rate),
    TE.bind('sink', ({ tables }) => TE.fromEither(sinkFor(tables, { path: o.out, timing: 'count', audio: false }))),
    TE.bind('program', ({ model, params, size, source, film, frames, rate, sink }) => {
      const graph = predict({
        model: model.config.model_params,
        rnn: params.rnn_params,
        span: { keep: params.init_frames, frames },
        holdVariance: params.predict_variance,
        source: readPicture({ path: o.source, ...size, fit, strip: source.strip }),
        beginning: readBeginning({ path: driving, ...size, fit, strip: film.strip, count: params.init_frames }),
        count: countFrames({ frames, batch: o.batch ?? 8, rate }),
        framing: framingOf(source.shape, size, fit),
        films: [{ sink, compare: o.compare }]
      })
      return TE.fromEither(program(graph))
    }),
    TE.tap(({ program: p, model }) => complete(p, model)),
    TE.bind('engine', () => engine(o.backend, terminal.say)),
    TE.bind('done', ({ model, program: p, frames, tables }) =>
      played(p, { model, limits, label: 'predict', total: frames, tables }, terminal, () => {})
    ),
    TE.map(({ done, engine: e, size, rate }) => ({
      json: { path: o.out, ...done, rate: toNumber(rate), size, engine: e },
      text: o.out
    }))
  )
}
