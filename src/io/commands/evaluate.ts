/** `keyflow evaluate`: how near generated films come to real ones. */
import { mkdir } from 'node:fs/promises'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type FilmOpener, filmsInto, limitsOf } from '../animation/index.js'
import type { Terminal } from '../cli/command.js'
import type { RunOf } from '../cli/declarations.js'
import { extended, formatFor, measuresFor } from '../extension/index.js'
import { fileTrouble, writeAtomic } from '../files/index.js'
import {
  bodyDetector,
  type Compared,
  comparePair,
  type Detector,
  drawing,
  evaluation,
  faceDetector,
  inceptionFeatures,
  type Looking,
  type Pair,
  pairsOf,
  table
} from '../measures/index.js'
import { MediaFailure, openClip, orThrow, type ReadOptions } from '../media/index.js'
import { complaint, type Problem } from '../problem/index.js'
import { engine, interruptible } from '../run/index.js'

const networks = { face: faceDetector, body: bodyDetector }

/** The detectors asked for; a missing package is told of before any film is read. */
const detectorsOf = (
  names: ReadonlyArray<'face' | 'body' | 'truth'>
): TE.TaskEither<Problem, ReadonlyArray<Detector>> =>
  pipe(
    names.filter((name) => name !== 'truth'),
    TE.traverseSeqArray((name) => networks[name])
  )

/** Pixels of films of different sizes have no common mean. */
const oneSize = ({ real }: Pair, compared: Compared, first = compared): Compared => {
  const [now, due] = [compared, first].map(({ shape: { height, width } }) => `${width}x${height}`)
  if (now === due) return compared
  throw new MediaFailure(complaint(real.path)('size', `${due} as the first film, or --size`, now!))
}

/** One pair after the other, drawn where that is asked for. */
const compareAll = (
  pairs: ReadonlyArray<Pair>,
  looking: Looking,
  films: FilmOpener | undefined,
  { signal, progress }: Terminal
): TE.TaskEither<Problem, ReadonlyArray<Compared>> =>
  interruptible(signal, async (check) => {
    const bar = progress('evaluate')
    const done: Array<Compared> = []
    try {
      for (const pair of pairs) {
        const { rate } = await orThrow(openClip(pair.real.path, looking.read))
        const drawn = films === undefined ? undefined : drawing(films, pair.real.name, looking.detectors, rate)
        try {
          done.push(oneSize(pair, await comparePair(pair, looking, check, drawn?.onlook), done[0]))
          await drawn?.close()
        } catch (cause) {
          await drawn?.abort()
          throw cause
        }
        bar.advance(done.at(-1)!.frames)
      }
      return done
    } finally {
      bar.end()
    }
  })

export const run: RunOf<'evaluate'> = (o, terminal) => {
  const read: ReadOptions = {
    limits: limitsOf(o),
    fit: o.fit ?? 'stretch',
    ...(o.size === undefined ? {} : { size: o.size }),
    ...(o.frame === undefined ? {} : { frameShape: o.frame })
  }
  const truth = o.detector.includes('truth')
  return pipe(
    TE.Do,
    TE.bind('tables', () => extended(o.with)),
    TE.bind('measures', ({ tables }) => TE.fromEither(measuresFor(tables, ['L1', ...o.measure]))),
    TE.bind('format', ({ tables }) => TE.fromEither(formatFor(tables, o.format ?? 'mp4'))),
    TE.bind('pairs', () => pairsOf(o.real, o.generated, o.part, read, o.videos)),
    TE.bind('engine', () => engine(o.backend, terminal.say)),
    TE.bind('detectors', () => detectorsOf(o.detector)),
    TE.bind('features', () => (o.frechet ? inceptionFeatures : TE.right(undefined))),
    TE.tap(() =>
      o.draw === undefined
        ? TE.right(undefined)
        : TE.tryCatch(() => mkdir(o.draw!, { recursive: true }), fileTrouble(o.draw, 'make'))
    ),
    TE.bind('compared', ({ pairs, detectors, features, measures, format, tables }) => {
      const films = o.draw === undefined ? undefined : filmsInto(tables, o.draw, format)
      const looking = { detectors, features, truth, measures, batch: o.batch ?? 16, read }
      return async () => {
        const done = await compareAll(pairs, looking, films, terminal)()
        for (const network of [...detectors, ...(features === undefined ? [] : [features])]) network.close()
        return done
      }
    }),
    TE.let('report', ({ compared, detectors, features, measures }) =>
      evaluation({ compared, paths: { real: o.real, generated: o.generated }, detectors, features, truth, measures })
    ),
    TE.map(({ report, engine: e }) => ({ json: { ...report, engine: e }, text: table(report) })),
    TE.tap(({ json }) =>
      o.out === undefined
        ? TE.right(undefined)
        : writeAtomic(o.out, Buffer.from(`${JSON.stringify({ version: 1, ...json }, undefined, 2)}\n`))
    )
  )
}
