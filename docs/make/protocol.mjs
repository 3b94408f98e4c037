// @ts-check
/**
 * The tables of the live protocol, from its codecs and constants (src/client).
 */
import { clientMessages, serverMessages } from '../../dist/client/control.js'
import { formats, headerBytes, kinds, limits, livePath, subjects, subprotocol } from '../../dist/client/index.js'
import { cell, code, fence, table } from './markdown.mjs'
import { fieldDocs, moduleDoc } from './source.mjs'

/** A codec in words: what a value may be. @param {any} codec @returns {string} */
const shown = (codec) => {
  switch (codec._tag) {
    case 'LiteralType':
      return JSON.stringify(codec.value)
    case 'KeyofType':
      return Object.keys(codec.keys)
        .map((k) => JSON.stringify(k))
        .join(' or ')
    case 'ArrayType':
      return `list of ${shown(codec.type)}`
    case 'DictionaryType':
      return `record of ${shown(codec.codomain)}`
    case 'UnionType':
      return codec.types.map(shown).join(' or ')
    case 'NullType':
      return 'null'
    case 'BooleanType':
      return 'true or false'
    case 'StringType':
      return 'text'
    case 'ExactType':
    case 'InterfaceType':
    case 'PartialType':
    case 'IntersectionType':
      return `{ ${fieldsOf(codec)
        .map(({ name, codec: c, due }) => `${name}${due ? '' : '?'}: ${shown(c)}`)
        .join(', ')} }`
    default:
      return codec.name
  }
}

/** The fields of a record. @param {any} codec @param {boolean} [due] @returns {ReadonlyArray<{ name: string, codec: any, due: boolean }>} */
const fieldsOf = (codec, due = true) => {
  if (codec._tag === 'ExactType') return fieldsOf(codec.type, due)
  if (codec._tag === 'IntersectionType') return codec.types.flatMap((/** @type {any} */ c) => fieldsOf(c, due))
  const needed = due && codec._tag !== 'PartialType'
  return Object.entries(codec.props).map(([name, c]) => ({ name, codec: c, due: needed }))
}

/** @param {Readonly<Record<string, any>>} messages @param {string} constant */
const control = (messages, constant) => {
  const docs = fieldDocs('src/client/control.ts', constant)
  return Object.entries(messages)
    .map(([name, codec]) =>
      [
        `### ${name}`,
        cell(docs[name] ?? ''),
        table(
          ['field', 'value', ''],
          fieldsOf(codec).map(({ name: field, codec: c, due }) => [
            code(field),
            code(shown(c)),
            due ? '' : 'may be left out'
          ])
        )
      ].join('\n\n')
    )
    .join('\n\n')
}

export const clientSays = () => control(clientMessages, 'clientMessages')
export const serverSays = () => control(serverMessages, 'serverMessages')

/** @param {Readonly<Record<string, number>>} numbers */
const numbered = (numbers) =>
  table(
    ['name', 'number'],
    Object.entries(numbers).map(([name, n]) => [code(name), String(n)])
  )

/** The header's layout stands in the comment of the module that reads and writes it. */
const layoutOf = (/** @type {string} */ file) =>
  moduleDoc(file)
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.slice(4))
    .join('\n')

export const binary = () =>
  [
    `Every binary message begins with ${headerBytes} bytes, little-endian:`,
    fence('text', layoutOf('src/client/bytes.ts')),
    'Kinds:',
    numbered(kinds),
    'Formats:',
    numbered(formats),
    'What a part of a result shows:',
    numbered(subjects),
    moduleDoc('src/client/result.ts').split('\n\n').slice(1).join('\n\n')
  ].join('\n\n')

export const limitTable = () => {
  const docs = fieldDocs('src/client/limits.ts', 'limits')
  return table(
    ['limit', 'value', 'meaning'],
    Object.entries(limits).map(([k, n]) => [code(k), n.toLocaleString('en'), cell(docs[k] ?? '')])
  )
}

export const names = () =>
  table(
    ['', ''],
    [
      ['path', code(livePath)],
      ['subprotocol', code(subprotocol)]
    ]
  )
