// @ts-check
/**
 * What the sources declare, read by TypeScript's parser: tagged types with their comments, and tables of constants.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** @type {Map<string, ts.SourceFile>} */
const known = new Map()

/** @param {string} file a path from the root @returns {ts.SourceFile} */
export const parsed = (file) => {
  const made =
    known.get(file) ?? ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
  known.set(file, made)
  return made
}

/** Every source, as a path from the root. */
export const sources = () =>
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name))
    .sort()

/** A doc comment without its marks and tags. @param {string} comment @returns {string} */
const untagged = (comment) =>
  (
    comment
      .replace(/^\/\*\*|\*\/$/g, '')
      .replace(/^\s*\* ?/gm, '')
      .split(/\n\s*@/)[0] ?? ''
  ).trim()

/** The comment before a node, as one line of text. @param {ts.Node} node @returns {string} */
const docOf = (node) => {
  const ranges = ts.getLeadingCommentRanges(node.getSourceFile().text, node.getFullStart()) ?? []
  const last = ranges
    .map(({ pos, end }) => node.getSourceFile().text.slice(pos, end))
    .filter((c) => c.startsWith('/**'))
  return untagged(last.at(-1) ?? '').replaceAll(/\s+/g, ' ')
}

/**
 * @typedef {object} Variant one tag of a tagged type
 * @property {string} tag
 * @property {string} doc
 * @property {ReadonlyArray<{ readonly name: string, readonly type: string }>} fields
 */

/** @param {ts.TypeNode | undefined} type @returns {ReadonlyArray<string>} */
const literals = (type) => {
  if (type === undefined) return []
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(literals)
  return ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : []
}

/** @param {ts.NodeArray<ts.TypeElement>} members @param {string} doc @returns {ReadonlyArray<Variant>} */
const variant = (members, doc) => {
  const properties = members.filter(ts.isPropertySignature)
  const fields = properties
    .map((p) => ({ name: p.name.getText(), type: p.type?.getText() ?? '' }))
    .filter(({ name }) => name !== '_tag')
  const tag = properties.find((p) => p.name.getText() === '_tag')
  return literals(tag?.type).map((name) => ({ tag: name, doc, fields }))
}

/** The comment of a branch stands before its bar, or behind it. @param {ts.UnionTypeNode} union @param {ts.TypeNode} branch */
const docOfBranch = (union, branch) => {
  const text = union.getSourceFile().text.slice(union.getFullStart(), branch.getStart())
  const before = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\|?\s*$/.exec(text)
  return (before?.[1] ?? '').replaceAll(/\s+/g, ' ').trim()
}

/** The variants of a tagged type of a file. @param {string} file @param {string} name @returns {ReadonlyArray<Variant>} */
export const variants = (file, name) => {
  for (const s of parsed(file).statements) {
    if (ts.isInterfaceDeclaration(s) && s.name.text === name) return variant(s.members, docOf(s))
    if (!ts.isTypeAliasDeclaration(s) || s.name.text !== name) continue
    if (ts.isTypeLiteralNode(s.type)) return variant(s.type.members, docOf(s))
    const { type } = s
    if (ts.isUnionTypeNode(type))
      return type.types.flatMap((branch) =>
        ts.isTypeLiteralNode(branch) ? variant(branch.members, docOfBranch(type, branch)) : []
      )
  }
  throw new Error(`${file} has no type ${name}`)
}

/** The comments of the fields of a constant of a file, by name. @param {string} file @param {string} name @returns {Readonly<Record<string, string>>} */
export const fieldDocs = (file, name) => {
  /** @param {ts.Expression | undefined} e @returns {ts.ObjectLiteralExpression | undefined} */
  const object = (e) => {
    if (e === undefined) return undefined
    if (ts.isObjectLiteralExpression(e)) return e
    return ts.isAsExpression(e) || ts.isSatisfiesExpression(e) ? object(e.expression) : undefined
  }
  for (const s of parsed(file).statements)
    if (ts.isVariableStatement(s))
      for (const d of s.declarationList.declarations) {
        const literal = d.name.getText() === name ? object(d.initializer) : undefined
        if (literal !== undefined)
          return Object.fromEntries(literal.properties.map((p) => [p.name?.getText() ?? '', docOf(p)]))
      }
  throw new Error(`${file} has no constant ${name}`)
}

/** The first lines of a module: its comment as it is laid out. @param {string} file */
export const moduleDoc = (file) =>
  untagged(/^\/\*\*[\s\S]*?\*\//.exec(readFileSync(join(root, file), 'utf8'))?.[0] ?? '')
