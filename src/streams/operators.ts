/**
 * Operators on streams of tensors: to join streams of different rates, to branch, to batch, to cache, to map over many.
 *
 * Every operator takes over the values that it receives and hands over those that it emits; what is under way when a stream
 * fails or is left is let go.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import {
  catchError,
  concatMap,
  defer,
  filter,
  finalize,
  from,
  map,
  mergeMap,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  of,
  Subject
} from 'rxjs'
import * as tf from '../nodes/tf.js'

const drop = (values: unknown): void => tf.dispose(values as tf.TensorContainer)

/** The record with every tensor replaced. */
const mapTensors = <A>(values: A, f: (x: tf.Tensor, path: string) => unknown, path = ''): A =>
  values instanceof tf.Tensor
    ? (f(values, path) as A)
    : (Object.fromEntries(
        Object.entries(values as object).map(([name, x]) => [
          name,
          mapTensors(x, f, path === '' ? name : `${path}.${name}`)
        ])
      ) as A)

/** Tensors by path. */
const flat = (values: object): ReadonlyMap<string, tf.Tensor> => {
  const all = new Map<string, tf.Tensor>()
  mapTensors(values, (x, path) => all.set(path, x))
  return all
}

/** How many frames a value is: the first size of its tensors. */
const count = (values: object): number => [...flat(values).values()][0]?.shape[0] ?? 0

const rows = <A extends object>(values: A, at: number, size: number): A =>
  mapTensors(values, (x) => tf.slice(x, [at, ...x.shape.slice(1).map(() => 0)], [size, ...x.shape.slice(1)]))

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

/**
 * What tells values apart by what is in them: SHA-256 over paths, types, shapes and numbers. Of tensors of any shape; never
 * rejects but for what the engine throws.
 *
 * @since 0.1.0
 */
export const contentKey = async (values: object): Promise<string> => {
  const parts = await Promise.all(
    [...flat(values)].map(async ([path, x]) => {
      const head = new TextEncoder().encode(`${path} ${x.dtype} ${x.shape} `)
      const data = new Uint8Array((await x.data()).buffer as ArrayBuffer)
      const whole = new Uint8Array(head.length + data.length)
      whole.set(head)
      whole.set(data, head.length)
      return new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
    })
  )
  const all = await crypto.subtle.digest('SHA-256', Uint8Array.from(parts.flatMap((p) => [...p])))
  return [...new Uint8Array(all)].map((b) => b.toString(16).padStart(2, '0')).join('')
}

/**
 * An operator that is not asked twice for the same content: the results of the last `most` different values are kept until the
 * stream ends. Fails as the source or the operator does.
 *
 * @category operators
 * @since 0.1.0
 */
export const cached =
  <A extends object, B extends object>(operator: OperatorFunction<A, B>, most = 16): OperatorFunction<A, B> =>
  (source) =>
    defer(() => {
      const kept = new Map<string, B>()
      const keep = (key: string, b: B): B => {
        kept.set(key, b)
        const [oldest] = kept
        if (kept.size > most && oldest !== undefined) {
          drop(oldest[1])
          kept.delete(oldest[0])
        }
        return b
      }
      return new Observable<B>((subscriber) => {
        subscriber.add(() => drop([...kept.values()]))
        const answer = (a: A) => {
          let waiting: A | undefined = a
          return from(contentKey(a)).pipe(
            concatMap((key) => {
              waiting = undefined
              const known = kept.get(key)
              if (known === undefined)
                return of(a).pipe(
                  operator,
                  map((b) => keep(key, b))
                )
              drop(a)
              kept.delete(key)
              return of(keep(key, known))
            }),
            map((b) => mapTensors(b, (x) => tf.clone(x))),
            finalize(() => drop(waiting))
          )
        }
        const queued = new Set<A>()
        subscriber.add(() => drop([...queued]))
        const enters = (a: A): boolean => {
          if (subscriber.closed) drop(a)
          else queued.add(a)
          return !subscriber.closed
        }
        const leaves = (a: A) => {
          queued.delete(a)
          return answer(a)
        }
        subscriber.add(source.pipe(filter(enters), concatMap(leaves)).subscribe(subscriber))
      })
    })

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
