/** `keyflow export`: a model as the original and PyTorch read it. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeCheckpoint } from '../checkpoint/index.js'
import type { RunOf } from '../cli/declarations.js'
import { type Model, originalCheckpoint, originalTensors, readModel } from '../model/index.js'
import type { Problem } from '../problem/index.js'
import { writeSafetensors } from '../safetensors/index.js'

type Format = 'safetensors' | 'pth' | 'pth-legacy'

/** The form that the name of a file tells. */
const formatOf = (out: string): E.Either<Problem, Format> =>
  /\.safetensors$/i.test(out)
    ? E.right('safetensors')
    : /\.(pth|pt|pth\.tar)$/i.test(out)
      ? E.right('pth')
      : E.left({
          _tag: 'Usage',
          at: '--out',
          expected: '.safetensors, .pth, .pth.tar or .pt, or --format',
          actual: out
        })

const write = (out: string, format: Format, model: Model): TE.TaskEither<Problem, void> => {
  if (format === 'safetensors')
    return writeSafetensors(out, { tensors: originalTensors(model), metadata: { format: 'pt' } })
  const era = format === 'pth' ? 'zip' : 'legacy'
  return writeCheckpoint(out, originalCheckpoint(model, era), era)
}

export const run: RunOf<'export'> = ({ model: path, out, format }) =>
  pipe(
    TE.fromEither(format === undefined ? formatOf(out) : E.right(format)),
    TE.bindTo('form'),
    TE.bind('model', () => readModel(path)),
    TE.tap(({ form, model }) => write(out, form, model)),
    TE.map(({ form, model: { training } }) => ({
      json: { path: out, format: form, training: form !== 'safetensors' && training !== undefined },
      text: out
    }))
  )
