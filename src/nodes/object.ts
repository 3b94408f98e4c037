/**
 * Data of unknown form.
 *
 * @since 0.1.0
 */

/** Whether a value is an object with keys, and no list. */
export const isObject = (u: unknown): u is Readonly<Record<string, unknown>> =>
  typeof u === 'object' && u !== null && !Array.isArray(u)

/**
 * A value in a few characters, for a message.
 *
 * @category errors
 * @since 0.1.0
 */
export const brief = (u: unknown): string => {
  const text = u === undefined ? 'nothing' : (JSON.stringify(u) ?? String(u))
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}
