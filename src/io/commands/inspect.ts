/** `keyflow inspect`: what is in a model, checkpoint or safetensors file; nothing in it is run. */
import { open } from 'node:fs/promises'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type CheckpointValue, isDict, isTensor, readCheckpoint, tensorsIn } from '../checkpoint/index.js'
import type { RunOf } from '../cli/declarations.js'
import { fileTrouble } from '../files/index.js'
import type { Problem } from '../problem/index.js'
import { readSafetensors, type StoredTensor } from '../safetensors/index.js'

interface Contents {
  readonly format: 'safetensors' | 'checkpoint'
  readonly metadata: Readonly<Record<string, unknown>>
  readonly tensors: ReadonlyArray<readonly [string, StoredTensor]>
}

/** Whether a file starts as a PyTorch checkpoint does: a zip archive or a pickle of protocol 2 and later. */
const isCheckpoint = async (path: string): Promise<boolean> => {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return (
      buffer.subarray(0, 2).toString('latin1') === 'PK' || (buffer[0] === 0x80 && buffer[1]! >= 2 && buffer[1]! <= 5)
    )
  } finally {
    await file.close()
  }
}

/** Metadata as it means: JSON where it is JSON. */
const meant = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const plain = (v: CheckpointValue): unknown =>
  typeof v === 'bigint' ? String(v) : isDict(v) ? `dict of ${v.size}` : Array.isArray(v) ? `list of ${v.length}` : v

const contents = (path: string): TE.TaskEither<Problem, Contents> =>
  pipe(
    TE.tryCatch(() => isCheckpoint(path), fileTrouble(path, 'read')),
    TE.flatMap(
      (checkpoint): TE.TaskEither<Problem, Contents> =>
        checkpoint
          ? pipe(
              readCheckpoint(path),
              TE.map((dict) => ({
                format: 'checkpoint' as const,
                metadata: Object.fromEntries(
                  [...dict].filter(([, v]) => !isTensor(v)).map(([k, v]) => [String(k), plain(v)])
                ),
                tensors: tensorsIn(dict)
              }))
            )
          : pipe(
              readSafetensors(path),
              TE.map(({ tensors, metadata }) => ({
                format: 'safetensors' as const,
                metadata: Object.fromEntries(Object.entries(metadata).map(([k, v]) => [k, meant(v)])),
                tensors: Object.entries(tensors)
              }))
            )
    )
  )

export const run: RunOf<'inspect'> = ({ file }) =>
  pipe(
    contents(file),
    TE.map(({ format, metadata, tensors }) => {
      const width = Math.max(0, ...tensors.map(([name]) => name.length))
      const total = tensors.reduce((n, [, { shape }]) => n + shape.reduce((a, b) => a * b, 1), 0)
      return {
        json: {
          path: file,
          format,
          metadata,
          tensors: tensors.map(([name, { dtype, shape }]) => ({ name, dtype, shape }))
        },
        text: [
          `${file}: ${format}, ${tensors.length} tensors, ${total} numbers`,
          ...Object.entries(metadata).map(([k, v]) => `${k}: ${typeof v === 'string' ? v : JSON.stringify(v)}`),
          ...tensors.map(
            ([name, { dtype, shape }]) => `${name.padEnd(width)}  ${dtype.padEnd(4)} [${shape.join(', ')}]`
          )
        ].join('\n')
      }
    })
  )
