/**
 * Data of unknown form.
 *
 * @since 0.1.0
 */

/** Whether a value is an object with keys, and no list. */
export const isObject = (u: unknown): u is Readonly<Record<string, unknown>> =>
  typeof u === 'object' && u !== null && !Array.isArray(u)
