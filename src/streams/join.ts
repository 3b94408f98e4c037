/**
 * Streams joined and parted. Every operator takes over the values that it receives and hands over
 * those that it emits; what is under way when a stream fails or is left is let go.
 *
 * @since 0.1.0
 */
import { Observable, type OperatorFunction, Subject } from 'rxjs'
import * as tf from '../nodes/tf.js'
import { drop, mapTensors } from './nested.js'

/**
 * Joins a stream of another rate: every value with the newest of `slow`. Nothing is asked of the source before `slow` has a
 * value. Fails as either does.
 *
 * @category operators
 * @since 0.1.0
 */
export const withNewest =
  <A extends object, B extends object>(slow: Observable<B>): OperatorFunction<A, A & B> =>
  (source) =>
    new Observable((subscriber) => {
      let newest: B | undefined
      subscriber.add(() => drop(newest))
      const begin = (): void =>
        void subscriber.add(
          source.subscribe({
            next: (a) =>
              subscriber.closed
                ? drop(a)
                : subscriber.next({ ...(a as object), ...(mapTensors(newest!, (x) => tf.clone(x)) as object) } as A &
                    B),
            error: (e) => subscriber.error(e),
            complete: () => subscriber.complete()
          })
        )
      subscriber.add(
        slow.subscribe({
          next: (b) => {
            if (subscriber.closed) return drop(b)
            const first = newest === undefined
            drop(newest)
            newest = b
            if (first) begin()
          },
          error: (e) => subscriber.error(e),
          complete: () => newest === undefined && subscriber.complete()
        })
      )
    })

/**
 * Gives every value to several operators, and emits what each made of it, by name, once all have. Fails as the source or the
 * first operator to fail.
 *
 * @category operators
 * @since 0.1.0
 */
export const branch =
  <A extends object, O extends Readonly<Record<string, object>>>(
    operators: {
      readonly [K in keyof O]: OperatorFunction<A, O[K]>
    }
  ): OperatorFunction<A, O> =>
  (source) =>
    new Observable((subscriber) => {
      const names = Object.keys(operators)
      const done = Object.fromEntries(names.map((name) => [name, [] as Array<object>]))
      const ended = new Set<string>()
      subscriber.add(() => drop(done))
      const emit = (): void => {
        while (names.every((name) => done[name]!.length > 0))
          subscriber.next(Object.fromEntries(names.map((name) => [name, done[name]!.shift()!])) as O)
      }
      const ways = names.map((name) => {
        const way = new Subject<A>()
        const made = way.pipe(operators[name]!).subscribe({
          next: (value) => {
            done[name]!.push(value)
            emit()
          },
          error: (e) => subscriber.error(e),
          complete: () => {
            ended.add(name)
            if (ended.size === names.length) subscriber.complete()
          }
        })
        subscriber.add(made)
        return way
      })
      subscriber.add(
        source.subscribe({
          next: (value) => {
            for (const way of ways) if (!subscriber.closed) way.next(mapTensors(value, (x) => tf.clone(x)))
            drop(value)
          },
          error: (e) => subscriber.error(e),
          complete: () => {
            for (const way of ways) way.complete()
          }
        })
      )
    })
