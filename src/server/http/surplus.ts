/**
 * Keys that a codec does not know: decoding would leave them out without a word.
 *
 * @since 0.1.0
 */
import type * as t from 'io-ts'

type Tagged = t.Mixed & Readonly<Record<string, any>> & { readonly _tag?: string }

/** The fields of an object's codec; nothing for one that takes any, or is no object's. */
const fieldsOf = (codec: Tagged): Readonly<Record<string, Tagged>> | undefined => {
  switch (codec._tag) {
    case 'InterfaceType':
    case 'PartialType':
      return codec['props']
    case 'ExactType':
      return fieldsOf(codec['type'])
    case 'IntersectionType': {
      const parts: ReadonlyArray<ReturnType<typeof fieldsOf>> = codec['types'].map(fieldsOf)
      return parts.some((part) => part === undefined) ? undefined : Object.assign({}, ...parts)
    }
    default:
      return undefined
  }
}

/**
 * The first key of a value that its codec does not know, by its path, and those that it knows there.
 *
 * @category reading
 * @since 0.1.0
 */
export const surplus = (
  codec: t.Mixed,
  value: unknown,
  at = ''
): { readonly where: string; readonly known: ReadonlyArray<string> } | undefined => {
  const fields = fieldsOf(codec as Tagged)
  if (fields === undefined || typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const where = at === '' ? key : `${at}.${key}`
    if (!Object.hasOwn(fields, key)) return { where, known: Object.keys(fields) }
    const deeper = surplus(fields[key]!, inner, where)
    if (deeper !== undefined) return deeper
  }
  return undefined
}
