/**
 * Writes checkpoints that PyTorch loads: the zip layout of today, or the old one for PyTorch before 1.6.
 *
 * Source: `_save` and `_legacy_save` in `torch/serialization.py` of PyTorch.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomic } from '../files/atomic.js'
import type { Problem } from '../problem/problem.js'
import { type StoredTensor, sizeOf } from '../safetensors/stored-tensor.js'
import type { Key, Py } from './pickle-value.js'
import { type Era, pickle } from './pickle-writer.js'
import { legacyMagic, legacyVersion } from './pth-legacy.js'
import { zipPieces } from './zip-writer.js'

/**
 * A dictionary of Python; `ordered` makes it an OrderedDict, as state dictionaries are.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pyDict = (entries: Iterable<readonly [Key, Py]>, ordered = false): Py => ({
  _tag: 'dict',
  entries: new Map(entries),
  ordered
})

/**
 * A value to be written, and the tensors that are its storages, by key.
 *
 * @category model
 * @since 0.1.0
 */
export interface Shelved {
  readonly value: Py
  readonly storages: ReadonlyMap<string, StoredTensor>
}

/**
 * Makes a value whose tensors each have a storage of their own, in row-major order; `put` gives a tensor its place. Shapes
 * stay as they are.
 *
 * @category constructors
 * @since 0.1.0
 */
export const shelved = (make: (put: (x: StoredTensor) => Py) => Py): Shelved => {
  const storages = new Map<string, StoredTensor>()
  const value = make((x) => {
    const { dtype, shape } = x
    const key = String(storages.size)
    const size = sizeOf(shape)
    const stride = shape.map((_, d) => sizeOf(shape.slice(d + 1)))
    storages.set(key, x)
    return {
      _tag: 'tensor',
      storage: { _tag: 'storage', key, dtype, size, from: 0, length: size },
      offset: 0,
      shape,
      stride
    }
  })
  return { value, storages }
}

const zip = (file: string, { value, storages }: Shelved): E.Either<Problem, ReadonlyArray<Uint8Array>> =>
  zipPieces(
    file,
    [
      ['data.pkl', pickle(value)] as const,
      ['byteorder', Buffer.from('little')] as const,
      ...[...storages].map(([key, { data }]) => [`data/${key}`, data] as const),
      ['version', Buffer.from('3\n')] as const
    ].map(([name, data]) => [`archive/${name}`, data] as const)
  )

/** Notes on the machine, of which only the order of bytes is read. */
const notes = pyDict([
  ['protocol_version', legacyVersion],
  ['little_endian', true],
  [
    'type_sizes',
    pyDict([
      ['short', 2],
      ['int', 4],
      ['long', 4]
    ])
  ]
])

const legacy = ({ value, storages }: Shelved): ReadonlyArray<Uint8Array> => [
  ...[legacyMagic, legacyVersion, notes].map((v) => pickle(v)),
  pickle(value, 'legacy'),
  pickle({ _tag: 'list', items: [...storages.keys()] }),
  ...[...storages.values()].flatMap(({ shape, data }) => [
    new Uint8Array(BigUint64Array.of(BigInt(sizeOf(shape))).buffer),
    data
  ])
]

/**
 * The pieces of a checkpoint file: the same value always gives the same bytes. `file` names it in the problem.
 *
 * @category codec
 * @since 0.1.0
 */
export const checkpointPieces = (
  file: string,
  saved: Shelved,
  era: Era
): E.Either<Problem, ReadonlyArray<Uint8Array>> => (era === 'zip' ? zip(file, saved) : E.right(legacy(saved)))

/**
 * Writes a checkpoint file, whole or not at all.
 *
 * Fails with `FileTrouble` where it cannot be written, `BadData` where it is larger than the zip layout holds.
 *
 * @category files
 * @since 0.1.0
 */
export const writeCheckpoint = (path: string, saved: Shelved, era: Era): TE.TaskEither<Problem, void> =>
  pipe(
    TE.fromEither(checkpointPieces(path, saved, era)),
    TE.flatMap((pieces) => writeAtomic(path, pieces))
  )
