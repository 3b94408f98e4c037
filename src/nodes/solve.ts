/**
 * The one algorithm that compares sizes: on names against names when a graph is compiled, on names against numbers
 * when a value is checked.
 *
 * @since 0.1.0
 */
import type { Bindings, Size } from './dims.js'
import { constant, isName, named, names, plus, substitute, value } from './dims.js'

/**
 * Two sizes that must agree, and where the demand comes from.
 *
 * @category model
 * @since 0.1.0
 */
export interface Equation {
  readonly at: string
  readonly left: Size
  readonly right: Size
}

/** What the equations say: names with their sizes, contradictions, and what could not be decided. */
export interface Solution {
  readonly bindings: Bindings
  readonly conflicts: ReadonlyArray<Equation>
  readonly open: ReadonlyArray<Equation>
}

/** A size that mentions no name must be a whole number, zero or more. */
const possible = (p: Size): boolean => {
  const n = value(p)
  return n === undefined || (Number.isInteger(n) && n >= 0)
}

/** A free name that occurs once, alone and linearly, in `difference = 0`, with the size it must have. */
const isolate = (difference: Size, isFree: (name: string) => boolean): readonly [string, Size] | undefined => {
  for (const [m, c] of difference) {
    if (!isName(m) || !isFree(m)) continue
    const rest = plus(difference, named(m), -c)
    if (!names(rest).includes(m)) return [m, plus(constant(0), rest, -1 / c)]
  }
  return undefined
}

/**
 * Solves a set of equations over the free names; every other name is rigid, that is, any size at all.
 *
 * A conflict is always a real one: a difference that no binding of the free names can make zero for every value of
 * the rigid ones. What cannot be decided (a product of two free names) is returned in `open`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const solve =
  (isFree: (name: string) => boolean) =>
  (equations: ReadonlyArray<Equation>): Solution => {
    const bindings = new Map<string, Size>()
    const conflicts: Array<Equation> = []
    const pending: Array<readonly [at: string, name: string]> = [] // bound to a size that is not known yet
    let todo = equations
    for (let moved = true; moved; ) {
      moved = false
      const open: Array<Equation> = []
      for (const { at, ...eq } of todo) {
        const left = substitute(eq.left, bindings)
        const right = substitute(eq.right, bindings)
        const difference = plus(left, right, -1)
        if (difference.size === 0) continue
        const found = isolate(difference, isFree)
        if (found !== undefined && possible(found[1])) {
          bindings.set(...found)
          if (names(found[1]).some(isFree)) pending.push([at, found[0]])
          moved = true
        } else if (found !== undefined || !names(difference).some(isFree)) conflicts.push({ at, left, right })
        else open.push({ at, left, right })
      }
      todo = open
    }
    for (const [at, name] of pending) {
      const size = substitute(named(name), bindings)
      bindings.set(name, size)
      if (!possible(size)) conflicts.push({ at, left: named(name), right: size })
    }
    return { bindings, conflicts, open: todo }
  }
