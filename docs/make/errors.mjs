// @ts-check
/**
 * The page of all errors. Which there are is read from the sources; what to do about each stands in `remedies.mjs`.
 * An error without an entry, or an entry without an error, is a mistake that `unexplained` tells.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { showClientError, showMisread } from '../../dist/client/index.js'
import { showGraphError, showRunError } from '../../dist/graphs/index.js'
import { exitCode, showProblem } from '../../dist/io/problem/index.js'
import { showSpecError } from '../../dist/nodes/index.js'
import { cell, code, fence, table } from './markdown.mjs'
import { remedies } from './remedies.mjs'
import { refusals } from './remedies-of-sessions.mjs'
import { parsed, root, sources, variants } from './source.mjs'

/** The types of errors, in the order of the page. */
const types = ['Problem', 'GraphError', 'RunError', 'SpecError', 'JsonError', 'ClientError', 'Misread']

/** A name that says that a type is one of errors. */
const ofErrors = /(Error|Problem|Misread)$/

/** Types that look like those of errors, tagged, with the file that declares each. @returns {ReadonlyMap<string, string>} */
const found = () =>
  new Map(
    sources().flatMap((file) =>
      parsed(file).statements.flatMap((s) =>
        (ts.isInterfaceDeclaration(s) || ts.isTypeAliasDeclaration(s)) &&
        ofErrors.test(s.name.text) &&
        /readonly _tag: '/.test(s.getText())
          ? [/** @type {const} */ ([s.name.text, file])]
          : []
      )
    )
  )

/** The variants of a type of errors. @param {string} type */
const variantsOf = (type) => variants(found().get(type) ?? '', type)

/** Tags that are thrown or returned as what went wrong. */
const thrown = /(?:\bfail|new Failure|E\.left|TE\.left|ProblemError)\(\{\s*_tag: '(\w+)'/g

/** @returns {ReadonlyArray<readonly [tag: string, file: string]>} */
const used = () =>
  sources().flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(thrown)].map(
      ([, tag = '']) => /** @type {const} */ ([tag, file])
    )
  )

/** The kinds of refusals of the server, with their statuses where they are written out. */
const served = () => {
  const kinds = new Map()
  /** @param {ts.Node} node @param {string} file */
  const look = (node, file) => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'refusal') {
      const [status, kind] = node.arguments
      for (const name of words(kind)) {
        const known = kinds.get(name) ?? { statuses: new Set() }
        if (status !== undefined && ts.isNumericLiteral(status)) known.statuses.add(Number(status.text))
        kinds.set(name, known)
      }
    }
    ts.forEachChild(node, (child) => look(child, file))
  }
  for (const file of sources().filter((name) => /^src[\\/]server/.test(name))) look(parsed(file), file)
  return kinds
}

/** The strings that an expression may be. @param {ts.Expression | undefined} e @returns {ReadonlyArray<string>} */
const words = (e) => {
  if (e === undefined) return []
  if (ts.isStringLiteral(e)) return [e.text]
  return ts.isConditionalExpression(e) ? [...words(e.whenTrue), ...words(e.whenFalse)] : []
}

/** What the errors that are declared and those that are explained do not have in common. @returns {ReadonlyArray<string>} */
export const unexplained = () => {
  const strays = [...found()]
    .filter(([name]) => !types.includes(name))
    .map(([name, file]) => `${name} in ${file}: not among the types of errors`)
  const declared = types.flatMap((type) => variantsOf(type).map(({ tag }) => `${type}.${tag}`))
  const explained = Object.entries(remedies).flatMap(([type, tags]) => Object.keys(tags).map((tag) => `${type}.${tag}`))
  const tags = new Set(declared.map((name) => name.split('.')[1]))
  const kinds = [...served().keys()]
  return [
    ...strays,
    ...declared.filter((name) => !explained.includes(name)).map((name) => `${name}: declared, not explained`),
    ...explained.filter((name) => !declared.includes(name)).map((name) => `${name}: explained, not declared`),
    ...used()
      .filter(([tag]) => !tags.has(tag))
      .map(([tag, file]) => `${tag} in ${file}: of no type of errors`),
    ...kinds.filter((kind) => !(kind in refusals)).map((kind) => `refusal ${kind}: not explained`),
    ...Object.keys(refusals)
      .filter((kind) => refusals[kind]?.status === undefined && !kinds.includes(kind))
      .map((kind) => `refusal ${kind}: explained, never made`)
  ]
}

/** @param {string} type @param {import('./source.mjs').Variant} variant */
const section = (type, { tag, doc, fields }) => {
  const { cause, remedy, example } = remedies[type]?.[tag] ?? { cause: 'not explained yet', remedy: '' }
  return [
    `### ${type === 'Problem' ? '' : `${type} `}${tag}`,
    ...(doc === '' ? [] : [cell(doc)]),
    ...(example === undefined ? [] : [fence('text', shown[type]?.(example) ?? '')]),
    `**Cause.** ${cause}`,
    `**Remedy.** ${remedy}`,
    ...(type === 'Problem' && example !== undefined && tag !== 'Problems' ? [`Exit code ${exitCode(example)}.`] : []),
    `Fields: ${fields.map(({ name }) => code(name)).join(', ') || 'none'}.`
  ].join('\n\n')
}

/** How each type is shown in one line. @type {Readonly<Record<string, (e: any) => string>>} */
const shown = {
  Problem: (e) => `keyflow: ${showProblem(e).replaceAll('\n', '\nkeyflow: ')}`,
  GraphError: showGraphError,
  RunError: showRunError,
  SpecError: showSpecError,
  JsonError: String,
  ClientError: showClientError,
  Misread: showMisread
}

/** The sections of one type. @param {string} type */
const sections = (type) =>
  variantsOf(type)
    .map((v) => section(type, v))
    .join('\n\n')

export const problems = () => sections('Problem')
export const graphErrors = () => sections('GraphError')
export const runErrors = () => [sections('RunError'), sections('SpecError')].join('\n\n')
export const jsonErrors = () => sections('JsonError')
export const clientErrors = () => [sections('ClientError'), sections('Misread')].join('\n\n')

/** Exit codes, each with the problems that end with it. */
export const exitCodes = () => {
  const of = new Map()
  for (const [tag, { example }] of Object.entries(remedies.Problem ?? {}))
    if (example !== undefined && tag !== 'Problems')
      of.set(exitCode(example), [...(of.get(exitCode(example)) ?? []), tag])
  const rows = [...of]
    .sort(([a], [b]) => a - b)
    .map(([n, tags]) => [String(n), tags.map((/** @type {string} */ t) => `[${t}](#${t.toLowerCase()})`).join(', ')])
  return table(['exit code', 'problem'], [['0', 'none: the command did what was asked'], ...rows])
}

/** Refusals of the server, by kind. */
export const refusalTable = () => {
  const made = served()
  const rows = Object.entries(refusals)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, { status = [], cause, remedy }]) => {
      const all = [...new Set([...(made.get(kind)?.statuses ?? []), ...status])].sort()
      return [code(kind), all.join(', '), cell(cause), cell(remedy)]
    })
  return table(['kind', 'status', 'cause', 'remedy'], rows)
}
