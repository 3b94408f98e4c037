/**
 * Models in a browser: from bytes, or fetched.
 *
 * @since 0.1.0
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { checksumBy, type Digest, type Model, understand } from '../io/model/held.js'
import type { Problem } from '../io/problem/problem.js'
import { parse } from '../io/safetensors/format.js'

/** Node's own is not there, and the browser's own answers later. */
const digest = (): Digest => {
  const hash = sha256.create()
  return {
    update: (data) => hash.update(typeof data === 'string' ? utf8ToBytes(data) : data),
    hex: () => bytesToHex(hash.digest())
  }
}

/**
 * The model that the bytes of a file hold, its weights held against their checksum; `name` stands in the problems.
 *
 * The tensors are views of the bytes. Costs some 50 ms for ten megabytes.
 *
 * Fails with `BadData` where it is no model, or its weights are not those of the checksum, `BadConfig` where its configuration
 * is wrong.
 *
 * @category codec
 * @since 0.1.0
 */
export const parseModel = (name: string, bytes: Uint8Array): E.Either<Problem, Model> =>
  pipe(
    parse(name, bytes),
    E.flatMap((file) => understand(name, file, checksumBy(digest)))
  )

/**
 * Fetches a model and reads it.
 *
 * Fails with `FileTrouble` where the address gives no answer or another status than one of success, else as `parseModel`.
 *
 * @category files
 * @since 0.1.0
 */
export const fetchModel =
  (url: string): TE.TaskEither<Problem, Model> =>
  async () => {
    const trouble = (cause: string): Problem => ({ _tag: 'FileTrouble', file: url, doing: 'fetch', cause })
    try {
      const answer = await fetch(url)
      if (!answer.ok) return E.left(trouble(`${answer.status} ${answer.statusText}`.trim()))
      return parseModel(url, new Uint8Array(await answer.arrayBuffer()))
    } catch (cause) {
      return E.left(trouble(cause instanceof Error ? cause.message : String(cause)))
    }
  }
