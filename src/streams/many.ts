/**
 * One thing done with many.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { catchError, defer, from, map, mergeMap, type Observable, type ObservableInput, of } from 'rxjs'

/**
 * What became of one of many.
 *
 * @since 0.1.0
 */
export interface Outcome<A, B> {
  readonly item: A
  readonly index: number
  readonly result: E.Either<unknown, B>
}

/**
 * Does something with each of many items, at most `concurrency` at a time. One that fails does not stop the others: its outcome
 * says why.
 *
 * @category operators
 * @since 0.1.0
 */
export const mapMany = <A, B>(
  items: ObservableInput<A>,
  what: (item: A, index: number) => ObservableInput<B>,
  concurrency = 1
): Observable<Outcome<A, B>> =>
  from(items).pipe(
    mergeMap(
      (item, index) =>
        defer(() => what(item, index)).pipe(
          map((b): E.Either<unknown, B> => E.right(b)),
          catchError((e) => of(E.left(e))),
          map((result) => ({ item, index, result }))
        ),
      concurrency
    )
  )
