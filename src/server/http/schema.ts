/**
 * Codecs as JSON Schema, by walking what io-ts knows of them.
 *
 * @since 0.1.0
 */
import type * as t from 'io-ts'

/** A JSON Schema, as far as it is needed here. */
export type Schema = Readonly<Record<string, unknown>>

type Tagged = t.Mixed & Readonly<Record<string, any>> & { readonly _tag?: string }

const record = (props: Readonly<Record<string, Tagged>>): Schema =>
  Object.fromEntries(Object.entries(props).map(([key, codec]) => [key, schemaOf(codec)]))

const walks: Readonly<Record<string, (codec: Tagged) => Schema>> = {
  StringType: () => ({ type: 'string' }),
  NumberType: () => ({ type: 'number' }),
  BooleanType: () => ({ type: 'boolean' }),
  NullType: () => ({ type: 'null' }),
  UnknownType: () => ({}),
  LiteralType: (c) => ({ const: c['value'] }),
  KeyofType: (c) => ({ enum: Object.keys(c['keys']) }),
  ArrayType: (c) => ({ type: 'array', items: schemaOf(c['type']) }),
  ReadonlyArrayType: (c) => ({ type: 'array', items: schemaOf(c['type']) }),
  DictionaryType: (c) => ({ type: 'object', additionalProperties: schemaOf(c['codomain']) }),
  InterfaceType: (c) => ({ type: 'object', properties: record(c['props']), required: Object.keys(c['props']) }),
  PartialType: (c) => ({ type: 'object', properties: record(c['props']) }),
  ExactType: (c) => schemaOf(c['type']),
  RefinementType: (c) => (c.name === 'Int' ? { type: 'integer' } : schemaOf(c['type'])),
  UnionType: (c) => ({ anyOf: c['types'].map(schemaOf) }),
  IntersectionType: (c) => ({ allOf: c['types'].map(schemaOf) })
}

/**
 * The JSON Schema of a codec; what only its own code knows is told in words.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const schemaOf = (codec: t.Mixed): Schema => {
  const tagged = codec as Tagged
  return walks[tagged._tag ?? '']?.(tagged) ?? { description: codec.name }
}
