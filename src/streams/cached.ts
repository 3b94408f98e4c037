/**
 * Nothing computed twice. Every operator takes over the values that it receives and hands over
 * those that it emits; what is under way when a stream fails or is left is let go.
 *
 * @since 0.1.0
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { concatMap, defer, filter, finalize, from, map, Observable, type OperatorFunction, of } from 'rxjs'
import * as tf from '../nodes/tf.js'
import { drop, flat, mapTensors } from './nested.js'

/**
 * What tells values apart by what is in them: SHA-256 over paths, types, shapes and numbers. Of tensors of any shape; never
 * rejects but for what the engine throws.
 *
 * @since 0.1.0
 */
export const contentKey = async (values: object): Promise<string> => {
  const hash = sha256.create()
  for (const [path, x] of flat(values))
    hash.update(utf8ToBytes(`${path} ${x.dtype} ${x.shape}\0`)).update(new Uint8Array((await x.data()).slice().buffer))
  return bytesToHex(hash.digest())
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
