/** `keyflow transfer`: a picture animated with the motion of a film. */
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Normalisation, needsInitial, toJson } from '../../graphs/index.js'
import type { Smoothing } from '../../nodes/index.js'
import { limitsOf, networkSize, normalisationOf, transfer } from '../animation/index.js'
import type { RunOf } from '../cli/declarations.js'
import { extended } from '../extension/index.js'
import { writeAtomic } from '../files/index.js'
import { isCamera } from '../media/index.js'
import { readModel } from '../model/index.js'
import type { Problem } from '../problem/index.js'
import { engine, profiler, restarts } from '../run/index.js'

/** Above this the poses are too different for relative motion to look right; 2 is the most there is. */
const poorlyAligned = 0.6

/** Absolute motion starts nowhere, so that no frame is the best to start from. */
const startable = (
  o: {
    readonly bestFrame: boolean
    readonly strength: number | undefined
    readonly recalibrate: ReadonlyArray<number>
  },
  normalisation: Normalisation
): TE.TaskEither<Problem, void> => {
  const asked = [
    ...(o.bestFrame ? ['--best-frame'] : []),
    ...(o.recalibrate.length > 0 ? ['--recalibrate'] : []),
    ...(o.strength !== undefined ? ['--strength'] : [])
  ]
  const [at] = asked
  const bad = (expected: string, actual: string) => TE.left<Problem>({ _tag: 'Usage', at: at!, expected, actual })
  if (at !== undefined && !needsInitial(normalisation)) return bad('relative motion (--relative)', 'absolute motion')
  return o.bestFrame && o.recalibrate.length > 0
    ? bad('a motion that starts once', '--recalibrate')
    : TE.right(undefined)
}

/** The filter that is asked for. */
const smoothingOf = (o: {
  readonly smooth: boolean
  readonly minCutoff: number | undefined
  readonly beta: number | undefined
}): Smoothing | null => (o.smooth ? { minCutoff: o.minCutoff ?? 1, beta: o.beta ?? 2, derivativeCutoff: 1 } : null)

/** Whether somebody waits for each frame. */
const prompt = (o: {
  readonly out: string
  readonly driving: string | undefined
  readonly policy: string | undefined
}): boolean => o.out === '-' || isCamera(o.driving ?? '') || o.policy === 'latest'

/** Options that only mean something together. */
const sensible = (o: {
  readonly driving: string | undefined
  readonly motion: string | undefined
  readonly smooth: boolean
  readonly minCutoff: number | undefined
  readonly beta: number | undefined
  readonly out: string
  readonly format: string | undefined
  readonly policy: string | undefined
  readonly batch: number | undefined
}): TE.TaskEither<Problem, void> => {
  const bad = (at: string, expected: string, actual: string) =>
    TE.left<Problem>({ _tag: 'Usage', at, expected, actual })
  if ((o.driving === undefined) === (o.motion === undefined))
    return bad('--driving', 'a film, or --motion with a template', o.driving === undefined ? 'neither' : 'both')
  if (!o.smooth && o.minCutoff !== undefined) return bad('--min-cutoff', '--smooth', 'no smoothing')
  if (!o.smooth && o.beta !== undefined) return bad('--beta', '--smooth', 'no smoothing')
  if (o.format !== undefined && o.out !== '-') return bad('--format', 'standard output (--out -)', o.out)
  if (o.policy === 'latest' && (o.batch ?? 1) > 1) return bad('--batch', '1 with --policy latest', `${o.batch}`)
  return TE.right(undefined)
}

export const run: RunOf<'transfer'> = (o, terminal) => {
  const profile = o.profile ? profiler() : undefined
  const asked = restarts()
  return pipe(
    TE.Do,
    TE.tap(() => sensible(o)),
    TE.bind('tables', () => extended(o.with)),
    TE.bind('model', () => readModel(o.model)),
    TE.bind('normalisation', ({ model }) => TE.fromEither(normalisationOf(model.config, o))),
    TE.tap(({ normalisation }) => startable(o, normalisation)),
    TE.bind('size', ({ model }) => TE.fromEither(networkSize(model.config, o.size))),
    TE.bind('engine', () => engine(o.backend, terminal.say)),
    TE.bind('done', ({ model, normalisation, size, tables }) =>
      transfer(
        {
          model,
          tables,
          normalisation,
          size,
          source: o.source,
          driving: o.motion === undefined ? { film: o.driving ?? '-' } : { motion: o.motion },
          stream: o,
          policy: o.policy ?? 'block',
          outs: [{ path: o.out, compare: o.compare, ...(o.out === '-' ? { format: o.format ?? 'mp4' } : {}) }],
          bestFrame: o.bestFrame,
          strength: o.strength ?? 1,
          smoothing: smoothingOf(o),
          recalibrate: o.recalibrate,
          restarts: asked,
          fit: o.fit ?? 'stretch',
          batch: o.batch ?? (prompt(o) ? 1 : 8),
          audio: !o.noAudio,
          limits: limitsOf(o),
          ...(profile === undefined ? {} : { profile: profile.record }),
          declared: (graph) =>
            o.writeGraph === undefined
              ? TE.right(undefined)
              : writeAtomic(o.writeGraph, Buffer.from(`${JSON.stringify(toJson(graph), undefined, 2)}\n`))
        },
        terminal
      )
    ),
    TE.map(({ done, engine: e, normalisation, size }) => {
      if (done.alignment !== null && done.alignment > poorlyAligned)
        terminal.say(
          `poorly aligned: driving frame ${done.startFrame} differs in pose from the source by ${done.alignment.toFixed(2)} ` +
            `(0 is the same, above ${poorlyAligned} looks wrong); try ${o.bestFrame ? '' : '--best-frame or '}another source`
        )
      if (profile !== undefined) terminal.say(profile.table(done.frames))
      if (done.dropped > 0 || o.policy === 'latest')
        terminal.say(`${done.frames} frames shown, ${done.dropped} dropped`)
      const framesPerSecond = done.frames / done.seconds
      return {
        json: { path: o.out, ...done, framesPerSecond, size, normalisation, engine: e, profile: profile?.kinds() },
        text: o.out === '-' ? '' : o.out,
        aside: o.out === '-'
      }
    }),
    T.tapIO(() => asked.close)
  )
}
