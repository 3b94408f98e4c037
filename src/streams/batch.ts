/**
 * Frames into batches, and batches into frames. Every operator takes over the values that it receives and hands over
 * those that it emits; what is under way when a stream fails or is left is let go.
 *
 * @since 0.1.0
 */
import { concatMap, defer, Observable, type OperatorFunction } from 'rxjs'
import * as tf from '../nodes/tf.js'
import { count, drop, flat, mapTensors, rows } from './nested.js'

/**
 * Frames [n, ...] gathered into batches of `size`; the last one may be smaller. Fails as its source does.
 *
 * @category operators
 * @since 0.1.0
 */
export const batch =
  <A extends object>(size: number): OperatorFunction<A, A> =>
  (source) =>
    new Observable((subscriber) => {
      let waiting: Array<A> = []
      /** Emits all that wait but for what is beyond a whole batch. */
      const emit = (least: number): void => {
        while (waiting.length > 0 && waiting.reduce((n, v) => n + count(v), 0) >= least) {
          const taken = waiting
          waiting = []
          const parts = taken.map(flat)
          const [all, rest] = tf.tidy((): any => {
            const joined = mapTensors(taken[0]!, (_, path) =>
              tf.concat(
                parts.map((p) => p.get(path)!),
                0
              )
            )
            const n = count(joined)
            return n <= size ? [joined] : [rows(joined, 0, size), rows(joined, size, n - size)]
          }) as [A, A?]
          drop(taken)
          if (rest !== undefined) waiting = [rest]
          subscriber.next(all)
        }
      }
      subscriber.add(() => {
        drop(waiting)
        waiting = []
      })
      subscriber.add(
        source.subscribe({
          next: (value) => {
            if (subscriber.closed) return drop(value) // a source that does not wait goes on until it sees that it was left
            waiting.push(value)
            emit(size)
          },
          error: (e) => subscriber.error(e),
          complete: () => {
            emit(1)
            subscriber.complete()
          }
        })
      )
    })

/**
 * Batches [n, ...] as n frames [1, ...]. Fails as its source does.
 *
 * @category operators
 * @since 0.1.0
 */
export const unbatch = <A extends object>(): OperatorFunction<A, A> =>
  concatMap((value) =>
    defer(() => {
      const n = count(value)
      return new Observable<A>((subscriber) => {
        for (let i = 0; i < n && !subscriber.closed; i++) subscriber.next(tf.tidy(() => rows(value, i, 1) as any) as A)
        subscriber.complete()
        return () => drop(value)
      })
    })
  )
