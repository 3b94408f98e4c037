/** `keyflow demo`: one cartoon animal walks with the gait of another, and a figure of how good such films are. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { contactSheet, networkSize, normalisationOf, transfer } from '../animation/index.js'
import type { RunOf } from '../cli/declarations.js'
import { fileTrouble } from '../files/index.js'
import { filmsIn, reconstruction, table } from '../measures/index.js'
import { readModel } from '../model/index.js'
import { engine } from '../run/index.js'
import { type SynthSettings, synthesise } from '../synth/index.js'

const model = fileURLToPath(new URL('../../../models/creatures.safetensors', import.meta.url))

const asConfigured = { relative: false, absolute: false, adaptScale: false, adaptVariance: false, clip: false }

/** Animals that the model has not seen: drawn from another seed than those that it learned from. */
const animals: SynthSettings = {
  kind: 'creatures',
  seed: 2026,
  size: { height: 64, width: 64 },
  frames: { least: 32, most: 32 },
  oneInTest: 3,
  format: 'png',
  videos: 60
}

/** Who walks, and with whose gait. */
const cast = { source: 'train/000022.png', driving: 'train/000013.png' }

export const run: RunOf<'demo'> = ({ out, backend }, terminal) => {
  const [film, compared, sheet, zoo] = ['demo.mp4', 'demo.gif', 'demo.png', 'creatures'].map((name) =>
    join(out, name)
  ) as [string, string, string, string]
  return pipe(
    TE.Do,
    TE.bind('model', () => readModel(model)),
    TE.bind('size', ({ model: m }) => TE.fromEither(networkSize(m.config, undefined))),
    TE.bind('normalisation', ({ model: m }) => TE.fromEither(normalisationOf(m.config, asConfigured))),
    TE.bind('engine', () => engine(backend, terminal.say)),
    TE.tap(() => TE.tryCatch(() => mkdir(out, { recursive: true }), fileTrouble(out, 'make'))),
    TE.tap(() => synthesise(zoo, animals, { signal: terminal.signal, advance: () => {} })),
    TE.bind('done', ({ model: m, size, normalisation }) =>
      transfer(
        {
          model: m,
          size,
          normalisation,
          source: join(zoo, cast.source),
          driving: { film: join(zoo, cast.driving) },
          outs: [
            { path: film, compare: false },
            { path: compared, compare: true }
          ],
          bestFrame: true,
          fit: 'stretch',
          batch: 8,
          audio: true,
          limits: {}
        },
        terminal
      )
    ),
    TE.tap(({ size }) => contactSheet(compared, size, sheet)),
    TE.bind('films', () => filmsIn(zoo, 'test')),
    TE.bind('report', ({ model: m, size, films }) =>
      reconstruction(
        {
          model: m,
          data: zoo,
          films,
          trainVideos: animals.videos,
          out: undefined,
          sheet: undefined,
          reading: { config: m.config, size, fit: 'stretch', batch: 16, limits: {} }
        },
        terminal
      )
    ),
    TE.map(({ done, report, films, engine: e }) => {
      const framesPerSecond = done.frames / done.seconds
      return {
        json: { paths: [film, compared, sheet], ...done, framesPerSecond, report, engine: e },
        text: [
          `${film}      one animal with the gait of another`,
          `${compared}      source, driving with keypoints, deformed source, result`,
          `${sheet}      the same as a contact sheet`,
          `${done.frames} frames at ${framesPerSecond.toFixed(1)} frames/s on ${e.backend} ${e.version}`,
          '',
          `${films.length} films of animals that the model has never seen, made again from their first frames:`,
          table(report)
        ].join('\n')
      }
    })
  )
}
