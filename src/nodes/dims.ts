/**
 * Symbolic sizes: `28`, `K`, `H/2`, `2*K+1`, `floor((H-3)/2)`, `1|B`.
 *
 * A size is a polynomial over named dims. `floor(...)` of something that may be fractional is an opaque factor until
 * its names have numbers. `1|B` is a name of its own: a size that is 1 or `B`, as of a picture shared by a whole batch.
 *
 * @since 0.1.0
 */

/**
 * Monomial to coefficient: `2*K+1` is `{ K: 2, '': 1 }`. Factors of a monomial are sorted; zero terms are never stored.
 *
 * @category model
 * @since 0.1.0
 */
export type Size = ReadonlyMap<string, number>

/** What each solved name stands for. */
export type Bindings = ReadonlyMap<string, Size>

const ONE = ''
const TIMES = '·'
const FLOOR = /^floor\((.*)\)$/
const NAME = String.raw`(?:#\d+\.)?(?:\d+\|)?[A-Za-z_]\w*`
const TOKEN = new RegExp(String.raw`floor\(|${NAME}|\d+(?:\.\d+)?(?:e[-+]?\d+)?|[-+*/()]`, 'g')
const IS_NAME = new RegExp(`^${NAME}$`)

/** Whether a monomial is one name: not a product, not a `floor`. */
export const isName = (monomial: string): boolean => IS_NAME.test(monomial)

const factors = (monomial: string): ReadonlyArray<string> => (monomial === ONE ? [] : monomial.split(TIMES))

const collect = (terms: Iterable<readonly [string, number]>): Size => {
  const sum = new Map<string, number>()
  for (const [m, c] of terms) sum.set(m, (sum.get(m) ?? 0) + c)
  for (const [m, c] of sum) {
    const near = Math.round(c)
    if (Math.abs(c - near) >= 1e-9) continue // a fraction
    if (near === 0) sum.delete(m)
    else sum.set(m, near) // rounding of thirds and fifths does not make a whole number a fraction
  }
  return sum
}

export const constant = (n: number): Size => collect([[ONE, n]])
export const named = (name: string): Size => collect([[name, 1]])
export const plus = (p: Size, q: Size, scale = 1): Size =>
  collect([...p, ...[...q].map(([m, c]) => [m, c * scale] as const)])
export const multiply = (p: Size, q: Size): Size =>
  collect(
    [...p].flatMap(([m, c]) =>
      [...q].map(([n, d]) => [[...factors(m), ...factors(n)].sort().join(TIMES), c * d] as const)
    )
  )

/** The names that a size mentions, those inside `floor` too. */
export const names = (p: Size): ReadonlyArray<string> =>
  Array.from(
    new Set(
      [...p.keys()].flatMap(factors).flatMap((f) => {
        const inner = FLOOR.exec(f)
        return inner === null ? [f] : names(parse(inner[1]!))
      })
    )
  )

/** The number, when the size mentions no name. */
export const value = (p: Size): number | undefined =>
  p.size === 0 ? 0 : p.size === 1 && p.has(ONE) ? p.get(ONE)! : undefined

/**
 * The largest whole number that is not above `p`. What is whole already comes out in front and the rest is put in order, so
 * that equal sizes are the same size: `floor(3*H/2)` is `H+floor(H/2)`.
 */
export const floor = (p: Size): Size => {
  const whole = collect([...p].map(([m, c]) => [m, Math.floor(c + 1e-9)]))
  const rest = plus(p, whole, -1)
  if (value(rest) !== undefined) return whole // less than 1
  const ordered = collect([...rest].sort(([m], [n]) => (m < n ? 1 : -1)))
  return plus(whole, named(`floor(${show(ordered)})`))
}

/** Replaces every bound name. */
export const substitute = (p: Size, bindings: Bindings): Size => {
  if (bindings.size === 0 || !names(p).some((n) => bindings.has(n))) return p
  const resolve = (f: string): Size => {
    const inner = FLOOR.exec(f)
    if (inner !== null) return floor(substitute(parse(inner[1]!), bindings))
    const bound = bindings.get(f)
    return bound === undefined ? named(f) : substitute(bound, bindings)
  }
  return [...p]
    .map(([m, c]) => factors(m).reduce((acc, f) => multiply(acc, resolve(f)), constant(c)))
    .reduce((a, b) => plus(a, b), constant(0))
}

/** `1.5` as `3*` and `/2`: the smallest denominator up to 64 that makes a whole number, or the decimal itself. */
const fraction = (c: number): readonly [number, number] => {
  for (let d = 1; d <= 64; d++) if (Math.abs(c * d - Math.round(c * d)) < 1e-9) return [Math.round(c * d), d]
  return [c, 1]
}

/** The size as text that `parse` reads back. */
export const show = (p: Size): string =>
  p.size === 0
    ? '0'
    : [...p]
        .map(([m, c]) => {
          const [n, d] = fraction(c)
          const body = factors(m).join('*')
          const front = body === '' ? `${n}` : n === 1 ? body : n === -1 ? `-${body}` : `${n}*${body}`
          return d === 1 ? front : `${front}/${d}`
        })
        .join('+')
        .replaceAll('+-', '-')

/**
 * Reads one size. Throws a `SyntaxError` on malformed text, which is a mistake in source code, not in data.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parse = (text: string, rename: (name: string) => string = (n) => n): Size => {
  const tokens = text.match(TOKEN) ?? []
  if (tokens.join('') !== text) throw new SyntaxError(`not a size: ${JSON.stringify(text)}`)
  let at = 0
  const close = (inner: Size): Size => {
    if (tokens[at++] !== ')') throw new SyntaxError(`unclosed bracket in size: ${text}`)
    return inner
  }
  const divisor = (q: Size): number => {
    const n = value(q)
    if (n === undefined || n === 0) throw new SyntaxError(`a size can be divided by a number only: ${text}`)
    return n
  }
  const atom = (): Size => {
    const token = tokens[at++] ?? ''
    if (token === 'floor(') return floor(close(sum()))
    if (token === '(') return close(sum())
    if (token === '-') return plus(constant(0), atom(), -1)
    if (IS_NAME.test(token)) return named(rename(token))
    if (/\d/.test(token)) return constant(Number(token))
    throw new SyntaxError(`size ends early: ${text}`)
  }
  const product = (): Size => {
    let p = atom()
    while (tokens[at] === '*' || tokens[at] === '/') {
      const divide = tokens[at++] === '/'
      const q = atom()
      p = multiply(p, divide ? constant(1 / divisor(q)) : q)
    }
    return p
  }
  const sum = (): Size => {
    let p = product()
    while (tokens[at] === '+' || tokens[at] === '-') {
      const sign = tokens[at++] === '+' ? 1 : -1
      p = plus(p, product(), sign)
    }
    return p
  }
  const size = sum()
  if (at < tokens.length) throw new SyntaxError(`not a size: ${JSON.stringify(text)}`)
  return size
}
