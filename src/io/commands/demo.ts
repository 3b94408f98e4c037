/** `keyflow demo`: a picture and a film of the package, put together with a model of the package. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { contactSheet } from '../animation/contact-sheet.js'
import { networkSize, normalisationOf } from '../animation/plan.js'
import { transfer } from '../animation/transfer.js'
import type { RunOf } from '../cli/declarations.js'
import { fileTrouble } from '../files/file-trouble.js'
import { readModel } from '../model/model.js'
import { engine } from '../run/compute.js'

const packaged = (path: string): string => fileURLToPath(new URL(`../../../models/${path}`, import.meta.url))

const asConfigured = { relative: false, absolute: false, adaptScale: false, adaptVariance: false, clip: false }

export const run: RunOf<'demo'> = ({ out, backend }, terminal) => {
  const [film, compared, sheet] = ['demo.mp4', 'demo.gif', 'demo.png'].map((name) => join(out, name)) as [
    string,
    string,
    string
  ]
  return pipe(
    TE.Do,
    TE.bind('model', () => readModel(packaged('shapes.safetensors'))),
    TE.bind('size', ({ model }) => TE.fromEither(networkSize(model.config, undefined))),
    TE.bind('normalisation', ({ model }) => TE.fromEither(normalisationOf(model.config, asConfigured))),
    TE.bind('engine', () => engine(backend, terminal.say)),
    TE.tap(() => TE.tryCatch(() => mkdir(out, { recursive: true }), fileTrouble(out, 'make'))),
    TE.bind('done', ({ model, size, normalisation }) =>
      transfer(
        {
          model,
          size,
          normalisation,
          source: packaged('demo/source.png'),
          driving: packaged('demo/driving.mp4'),
          outs: [
            { path: film, compare: false },
            { path: compared, compare: true }
          ],
          bestFrame: false,
          fit: 'stretch',
          batch: 8,
          audio: true,
          limits: {}
        },
        terminal
      )
    ),
    TE.tap(({ size }) => contactSheet(compared, size, sheet)),
    TE.map(({ done, engine: e }) => {
      const framesPerSecond = done.frames / done.seconds
      return {
        json: { paths: [film, compared, sheet], ...done, framesPerSecond, engine: e },
        text: [
          `${film}      the picture, animated`,
          `${compared}      source, driving with keypoints, deformed source, result`,
          `${sheet}      the same as a contact sheet`,
          `${done.frames} frames at ${framesPerSecond.toFixed(1)} frames/s on ${e.backend} ${e.version}`
        ].join('\n')
      }
    })
  )
}
