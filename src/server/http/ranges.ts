/**
 * The header `Range`, one range of bytes at a time (RFC 9110, section 14).
 *
 * @since 0.1.0
 */

/**
 * The first and last byte that are wanted; `whole` for no range or one that is not understood; `outside` for one past the end.
 *
 * @category model
 * @since 0.1.0
 */
export type Wanted = 'whole' | 'outside' | { readonly first: number; readonly last: number }

/**
 * What a `Range` header wants of so many bytes. Several ranges at once are answered with the whole, as the standard allows.
 *
 * @category codec
 * @since 0.1.0
 */
export const rangeOf = (header: string | undefined, size: number): Wanted => {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return 'whole'
  if (from === '')
    return Number(to) === 0 || size === 0 ? 'outside' : { first: Math.max(0, size - Number(to)), last: size - 1 }
  const [first, last] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)]
  if (to !== '' && Number(to) < first) return 'whole'
  return first >= size ? 'outside' : { first, last }
}
