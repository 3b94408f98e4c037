/**
 * The public entries of the package, read from its sources by TypeScript's parser alone.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly files: ReadonlyArray<string>
  readonly dependencies: Readonly<Record<string, string>>
  readonly version: string
}

/** An entry as users write it, and the module that lists what is in it. */
export interface Entry {
  readonly name: string
  readonly source: string
}

/** `./dist/nodes/index.js` is made from `src/nodes/index.ts`. */
const sourceOf = (built: string): string =>
  join(root, built.replace(/^\.\/dist\//, 'src/').replace(/(\.d\.ts|\.js)$/, '.ts'))

export const entries: ReadonlyArray<Entry> = Object.entries(manifest.exports).flatMap(([path, to]) =>
  typeof to === 'string' ? [] : [{ name: join('keyflow', path), source: sourceOf(to.default) }]
)

/** Something that an entry exports: under which name, and its declarations (a codec and its type share one name). */
export interface Export {
  readonly name: string
  readonly file: string
  readonly docs: ReadonlyArray<string>
}

const parsed = new Map<string, ts.SourceFile>()

const parse = (file: string): ts.SourceFile => {
  const known = parsed.get(file)
  if (known !== undefined) return known
  const made = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  parsed.set(file, made)
  return made
}

const exported = (s: ts.Statement): boolean =>
  ts.canHaveModifiers(s) && (ts.getModifiers(s) ?? []).some((m) => m.kind === ts.SyntaxKind.ExportKeyword)

const namesOf = (s: ts.Statement): ReadonlyArray<string> => {
  if (ts.isVariableStatement(s))
    return s.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : name.elements.map((e) => ('name' in e ? e.name.getText() : ''))
    )
  const named = s as ts.Statement & { readonly name?: ts.Identifier }
  return named.name === undefined ? [] : [named.name.text]
}

const docOf = (s: ts.Statement): string => {
  const docs = ts.getJSDocCommentsAndTags(s).filter(ts.isJSDoc)
  return docs.at(-1)?.getText() ?? ''
}

const beside = (file: string, specifier: string): string =>
  specifier === '#engine'
    ? join(root, 'src/nodes/engine-node.ts')
    : join(dirname(file), specifier.replace(/\.js$/, '.ts'))

/** A module as a namespace: what it says of itself at its head. */
const moduleDoc = (file: string): Omit<Export, 'name'> => ({
  file: relative(root, file),
  docs: ts
    .getJSDocCommentsAndTags(parse(file).statements[0]!)
    .filter(ts.isJSDoc)
    .slice(0, 1)
    .map((doc) => doc.getText())
})

/** The declarations that a name of a module comes from, however often it was passed on. */
const declared = (file: string, name: string): ReadonlyArray<Omit<Export, 'name'>> => {
  const here = parse(file).statements.filter((s) => exported(s) && namesOf(s).includes(name))
  if (here.length > 0) return [{ file: relative(root, file), docs: here.map(docOf) }]
  return parse(file).statements.flatMap((s) => {
    if (!ts.isExportDeclaration(s) || s.moduleSpecifier === undefined) return []
    const to = beside(file, (s.moduleSpecifier as ts.StringLiteral).text)
    if (s.exportClause === undefined) return to.endsWith('.ts') && existsSync(to) ? declared(to, name) : []
    if (ts.isNamespaceExport(s.exportClause)) return s.exportClause.name.text === name ? [moduleDoc(to)] : []
    return s.exportClause.elements
      .filter((e) => e.name.text === name)
      .flatMap((e) => (existsSync(to) ? declared(to, (e.propertyName ?? e.name).text) : []))
  })
}

/** The entry that a statement passes on as a whole. */
const otherEntry = (file: string, s: ts.Statement): Entry | undefined => {
  if (!ts.isExportDeclaration(s) || s.moduleSpecifier === undefined || s.exportClause !== undefined) return undefined
  const to = beside(file, (s.moduleSpecifier as ts.StringLiteral).text)
  return entries.find(({ source }) => source === to)
}

/** What an entry exports, each with where it is declared; `strays` are the statements that are no explicit list; another
 * entry may be passed on as a whole. */
export const exportsOf = (
  entry: Entry
): { readonly all: ReadonlyArray<Export>; readonly strays: ReadonlyArray<string> } => {
  const strays: Array<string> = []
  const all = parse(entry.source).statements.flatMap((s): ReadonlyArray<Export> => {
    const whole = otherEntry(entry.source, s)
    if (whole !== undefined) return exportsOf(whole).all
    if (ts.isExportDeclaration(s) && s.moduleSpecifier !== undefined && s.exportClause !== undefined) {
      const specifier = (s.moduleSpecifier as ts.StringLiteral).text
      if (ts.isNamespaceExport(s.exportClause))
        return [{ name: s.exportClause.name.text, ...moduleDoc(beside(entry.source, specifier)) }]
      return s.exportClause.elements.map((e) => {
        const to = beside(entry.source, specifier)
        const [found] = declared(to, (e.propertyName ?? e.name).text)
        return { name: e.name.text, file: found?.file ?? '', docs: found?.docs ?? [] }
      })
    }
    if (ts.isImportDeclaration(s) || !exported(s)) {
      if (!ts.isImportDeclaration(s)) strays.push(s.getText().split('\n')[0]!)
      return []
    }
    return namesOf(s).map((name) => ({ name, file: relative(root, entry.source), docs: [docOf(s)] }))
  })
  return { all, strays }
}
