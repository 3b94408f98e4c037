/**
 * Which clips animate which: the pairs of a transfer over a dataset.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { parseCsv } from '../files/csv.js'
import { readBytes } from '../files/read-bytes.js'
import type { Problem } from '../problem/problem.js'
import { below, generatorAt } from './random.js'

/**
 * A clip whose first frame is animated, and the clip whose motion it takes.
 *
 * @category model
 * @since 0.1.0
 */
export interface Pair<A> {
  readonly source: A
  readonly driving: A
}

/**
 * The first `count` pairs of a list whose names are both among the clips, in the order of the list.
 *
 * Source: `PairedDataset` of the reference implementation.
 *
 * @category pairs
 * @since 0.1.0
 */
const listedPairs = <A extends { readonly name: string }>(
  clips: ReadonlyArray<A>,
  names: ReadonlyArray<Pair<string>>,
  count: number
): ReadonlyArray<Pair<A>> => {
  const byName = new Map(clips.map((clip) => [clip.name, clip]))
  return names
    .flatMap((pair) => {
      const [source, driving] = [byName.get(pair.source), byName.get(pair.driving)]
      return source === undefined || driving === undefined ? [] : [{ source, driving }]
    })
    .slice(0, count)
}

/**
 * `count` different pairs by chance, of the first `count` clips; a clip may be paired with itself. All pairs there are
 * where that is fewer.
 *
 * Source: `PairedDataset` of the reference implementation, with draws of our own.
 *
 * @category pairs
 * @since 0.1.0
 */
export const chancePairs = <A>(clips: ReadonlyArray<A>, count: number, seed: number): ReadonlyArray<Pair<A>> => {
  const side = Math.min(count, clips.length)
  const random = generatorAt(seed, 'pairs')
  const moved = new Map<number, number>() // a shuffle of side * side numbers, of which only the first are made
  return Array.from({ length: Math.min(count, side * side) }, (_, i) => {
    const j = i + below(random, side * side - i)
    const drawn = moved.get(j) ?? j
    moved.set(j, moved.get(i) ?? i)
    return { driving: clips[Math.floor(drawn / side)]!, source: clips[drawn % side]! }
  })
}

/**
 * Reads a list of pairs: a CSV file with the columns `source` and `driving`, which hold names of clips.
 *
 * @category files
 * @since 0.1.0
 */
const readPairs = (file: string): TE.TaskEither<Problem, ReadonlyArray<Pair<string>>> =>
  pipe(
    readBytes(file),
    TE.flatMapEither((bytes) => parseCsv(file, new TextDecoder().decode(bytes), ['source', 'driving'])),
    TE.map((rows) => rows.map(({ source, driving }) => ({ source, driving })))
  )

/**
 * The pairs of a transfer over some clips: those of a list, or by chance where there is none. A list that names no two
 * of the clips is a problem.
 *
 * @category pairs
 * @since 0.1.0
 */
export const pairsOf = <A extends { readonly name: string }>(
  clips: ReadonlyArray<A>,
  list: string | null,
  count: number,
  seed: number
): TE.TaskEither<Problem, ReadonlyArray<Pair<A>>> =>
  list === null
    ? TE.right(chancePairs(clips, count, seed))
    : pipe(
        readPairs(list),
        TE.flatMapEither((names): E.Either<Problem, ReadonlyArray<Pair<A>>> => {
          const pairs = listedPairs(clips, names, count)
          const [expected, actual] = [
            `names of clips such as ${clips[0]?.name}`,
            `${names.length} pairs of other names`
          ]
          return pairs.length > 0 || count === 0
            ? E.right(pairs)
            : E.left({ _tag: 'BadData', file: list, at: 'source, driving', expected, actual })
        })
      )
