/** `keyflow import`: a model from a checkpoint of the original. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunOf } from '../cli/declarations.js'
import { readConfig } from '../config/index.js'
import { checksum, importCheckpoint, writeModel } from '../model/index.js'

export const run: RunOf<'import'> = ({ checkpoint, config, out, half, weightsOnly }, { say }) =>
  pipe(
    readConfig(config),
    TE.flatMap((c) => importCheckpoint(checkpoint, c, { half, weightsOnly })),
    TE.tap(({ model }) => writeModel(out, model)),
    TE.map(({ model: { origin, tensors, training }, notes }) => {
      notes.forEach(say)
      const networks = [...new Set(Object.keys(tensors).map((name) => name.split('.')[0]!))]
      const { moments: _, ...state } = training ?? { moments: undefined }
      return {
        json: {
          path: out,
          tensors: Object.keys(tensors).length,
          networks,
          sha256: checksum(tensors),
          origin,
          training: training === undefined ? null : state
        },
        text: out
      }
    })
  )
