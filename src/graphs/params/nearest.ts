/**
 * What somebody probably meant.
 *
 * @since 0.1.0
 */

/** How many letters must be put in, taken out or changed to make one word of the other. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/**
 * The known name that is most like a misspelt one, if any is near.
 *
 * @category errors
 * @since 0.1.0
 */
export const nearest = (key: string, known: ReadonlyArray<string>): string | undefined => {
  if (key.length > 60) return undefined
  const ranked = known.map((name) => ({ name, steps: distance(key, name) })).sort((a, b) => a.steps - b.steps)
  return ranked[0] !== undefined && ranked[0].steps <= Math.max(2, key.length / 3) ? ranked[0].name : undefined
}

/** Names in a row, the first dozen of many. */
const listed = (names: ReadonlyArray<string>): string =>
  names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`

/**
 * What was due where a name is not known: the one that was probably meant, or those that are.
 *
 * @category errors
 * @since 0.1.0
 */
export const rather = (key: string, known: ReadonlyArray<string>): string => {
  const meant = nearest(key, known)
  return meant === undefined ? `one of ${listed(known)}` : `${meant}, perhaps`
}
