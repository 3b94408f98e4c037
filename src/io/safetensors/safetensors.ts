/**
 * Safetensors files.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomic } from '../files/atomic.js'
import { readBytes, readPart } from '../files/read-bytes.js'
import type { Problem } from '../problem/problem.js'
import { parse, type Safetensors, serialise } from './format.js'
import { headerLength } from './header.js'

export type { Safetensors, StoredTensor } from './format.js'
export {
  bytesOf,
  Dtype,
  float32Of,
  halfOf,
  parse,
  serialise,
  sizeOf,
  storedFloat32,
  storedHalf
} from './format.js'

/**
 * Reads a safetensors file. The header's length is held against the file's before the file is read.
 *
 * Fails with `FileTrouble` where it cannot be read, else as `parse`, with `BadData`.
 *
 * @category files
 * @since 0.1.0
 */
export const readSafetensors = (path: string): TE.TaskEither<Problem, Safetensors> =>
  pipe(
    readPart(path, 8),
    TE.flatMapEither(({ bytes, size }) => headerLength(path, bytes, size)),
    TE.flatMap(() => readBytes(path)),
    TE.flatMapEither((bytes) => parse(path, bytes))
  )

/**
 * Writes a safetensors file, whole or not at all.
 *
 * Fails with `BadData` for tensors that are not what their shape says, `FileTrouble` where it cannot be written.
 *
 * @category files
 * @since 0.1.0
 */
export const writeSafetensors = (path: string, value: Safetensors): TE.TaskEither<Problem, void> =>
  pipe(
    TE.fromEither(serialise(path, value)),
    TE.flatMap((bytes) => writeAtomic(path, bytes))
  )
