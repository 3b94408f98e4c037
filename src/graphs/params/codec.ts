/**
 * Codecs for sections of a configuration: defaults filled, unknown keys refused, everything that is wrong told at once.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { isObject } from '../../nodes/object.js'
import { leaf } from './leaf.js'
import { nearest } from './nearest.js'

/**
 * How a validation error says that a key is missing, or that nobody knows it; anything else is a wrong value.
 *
 * @category model
 * @since 0.1.0
 */
export const words = { missing: 'nothing', unknown: 'a key that is not known here' } as const

/**
 * A list of values of one kind, of one length if it is given.
 *
 * @category codec
 * @since 0.1.0
 */
export const list = <A>(item: t.Type<A>, length?: number): t.Type<ReadonlyArray<A>> => {
  const fits = (u: unknown): u is ReadonlyArray<unknown> =>
    Array.isArray(u) && (length === undefined || u.length === length)
  const expected = length === undefined ? `a list, each ${item.name}` : `a list of ${length}, each ${item.name}`
  return new t.Type<ReadonlyArray<A>>(
    expected,
    (u): u is ReadonlyArray<A> => fits(u) && u.every(item.is),
    (u, c) =>
      fits(u) ? all(u.map((x, i) => item.validate(x, t.appendContext(c, String(i), item, x)))) : t.failure(u, c),
    t.identity
  )
}

/**
 * A value, or null where a thing is left out.
 *
 * @category codec
 * @since 0.1.0
 */
export const nullable = <A>(codec: t.Type<A>): t.Type<A | null> =>
  new t.Type<A | null>(
    `${codec.name} or null`,
    (u): u is A | null => u === null || codec.is(u),
    (u, c) => (u === null ? t.success(null) : codec.validate(u, c)),
    t.identity
  )

/** A value that a section may leave out. */
class Optional<A> extends t.Type<A> {
  constructor(
    codec: t.Type<A>,
    readonly fallback: A
  ) {
    super(codec.name, codec.is, codec.validate, codec.encode)
  }
}

/**
 * A value that a section may leave out; then it is `fallback`.
 *
 * @category codec
 * @since 0.1.0
 */
export const optional = <A>(codec: t.Type<A>, fallback: A): t.Type<A> => new Optional(codec, fallback)

/**
 * A section that may be left out; then each of its keys has its own default.
 *
 * @category codec
 * @since 0.1.0
 */
export const filled = <A>(codec: t.Type<A>): t.Type<A> => {
  const value = codec.decode({})
  if (E.isLeft(value)) throw new Error(`${codec.name} cannot be left out: a key of it has no default`)
  return new Optional(codec, value.right)
}

/** No value: only says what was due. */
const never = (expected: string): t.Type<never> => leaf(expected, (_): _ is never => false)

type Props = Readonly<Record<string, t.Type<any>>>
type Section<P extends Props> = { readonly [K in keyof P]: t.TypeOf<P[K]> }

/** All values, or all errors. */
const all = <A>(results: ReadonlyArray<t.Validation<A>>): t.Validation<ReadonlyArray<A>> => {
  const errors = results.flatMap((r) => (E.isLeft(r) ? r.left : []))
  return errors.length > 0 ? t.failures(errors) : t.success(results.flatMap((r) => (E.isRight(r) ? [r.right] : [])))
}

/**
 * A section of a configuration. Keys that may be left out are made with `optional` or `filled`. A key that is not among
 * `props` is an error that names the nearest one, unless the section is `open`: then such keys are dropped.
 *
 * @category codec
 * @since 0.1.0
 */
export const section = <P extends Props>(name: string, props: P, open = false): t.Type<Section<P>> => {
  const known = Object.keys(props)
  const strangers = (
    u: Readonly<Record<string, unknown>>,
    c: t.Context
  ): ReadonlyArray<t.Validation<[string, unknown]>> =>
    Object.keys(u).flatMap((key) => {
      if (open || Object.hasOwn(props, key)) return []
      const due = never(nearest(key, known) ?? `one of ${known.join(', ')}`)
      return [t.failure(u[key], t.appendContext(c, key, due), words.unknown)]
    })
  return new t.Type<Section<P>>(
    name,
    (u): u is Section<P> => isObject(u) && known.every((key) => props[key]?.is(u[key]) === true),
    (u, c) => {
      if (!isObject(u)) return t.failure(u, c)
      const fields = Object.entries(props).map(([key, codec]): t.Validation<[string, unknown]> => {
        const inside = t.appendContext(c, key, codec, u[key])
        if (Object.hasOwn(u, key)) return E.map((a): [string, unknown] => [key, a])(codec.validate(u[key], inside))
        return codec instanceof Optional
          ? t.success([key, codec.fallback])
          : t.failure(undefined, inside, words.missing)
      })
      return E.map((pairs: ReadonlyArray<[string, unknown]>) => Object.fromEntries(pairs) as Section<P>)(
        all([...fields, ...strangers(u, c)])
      )
    },
    t.identity
  )
}

/**
 * What several values of a section say together that they must not; `path` leads to the one to blame.
 *
 * @category model
 * @since 0.1.0
 */
export interface Conflict {
  readonly path: ReadonlyArray<string>
  readonly expected: string
  readonly actual: unknown
}

/**
 * A codec that also looks at several values together, once each of them is sound.
 *
 * @category codec
 * @since 0.1.0
 */
export const agreeing = <A>(codec: t.Type<A>, conflicts: (a: A) => ReadonlyArray<Conflict>): t.Type<A> => {
  const errorOf = (c: t.Context, { path, expected, actual }: Conflict): t.ValidationError => ({
    value: actual,
    context:
      path.length === 0
        ? [...c.slice(0, -1), { key: c.at(-1)?.key ?? '', type: never(expected) }]
        : path.reduce((d, key) => t.appendContext(d, key, never(expected)), c)
  })
  return new t.Type<A>(
    codec.name,
    (u): u is A => codec.is(u) && conflicts(u).length === 0,
    (u, c) => {
      const value = codec.validate(u, c)
      const errors = E.isRight(value) ? conflicts(value.right).map((conflict) => errorOf(c, conflict)) : []
      return errors.length > 0 ? t.failures(errors) : value
    },
    t.identity
  )
}
