/**
 * What the public entries export, read from the sources by TypeScript's checker.
 */
import { join, relative } from 'node:path'
import ts from 'typescript'
import { type Entry, entries, root } from './entries.js'

/** Something that an entry exports: its name there, where it is declared, and what is said of it. */
export interface Export {
  readonly name: string
  readonly file: string
  /** The doc comment of each declaration: a codec and its type share one name. */
  readonly docs: ReadonlyArray<string>
  /** The doc comments of its members, where it is an interface or a record. */
  readonly members: ReadonlyArray<string>
  /** The doc comment at the head of its module. */
  readonly head: string
  readonly symbol: ts.Symbol
  readonly declarations: ReadonlyArray<ts.Declaration>
}

const host: ts.ParseConfigFileHost = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined }
const { options } = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.build.json'), {}, host)!

const { tsBuildInfoFile: _, ...checked } = { ...options, incremental: false }

const program = ts.createProgram(
  entries.map(({ source }) => source),
  checked
)

export const checker = program.getTypeChecker()

const symbolOf = (source: string): ts.Symbol => checker.getSymbolAtLocation(program.getSourceFile(source)!)!

const statementOf = (node: ts.Node): ts.Node =>
  ts.isStatement(node) || ts.isSourceFile(node) ? node : statementOf(node.parent)

const docsIn = (node: ts.Node): ReadonlyArray<string> =>
  ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((doc) => doc.getText())

const headOf = (file: ts.SourceFile): string =>
  file.statements[0] === undefined ? '' : (docsIn(file.statements[0])[0] ?? '')

const docOf = (declaration: ts.Declaration): string =>
  ts.isSourceFile(declaration) ? headOf(declaration) : (docsIn(statementOf(declaration)).at(-1) ?? '')

const membersOf = (declaration: ts.Node): ReadonlyArray<string> => {
  const docs: Array<string> = []
  const visit = (node: ts.Node): void => {
    if (ts.isTypeElement(node) || ts.isClassElement(node)) docs.push(...docsIn(node))
    ts.forEachChild(node, visit)
  }
  if (!ts.isSourceFile(declaration)) visit(declaration)
  return docs
}

const declaredAs = (exported: ts.Symbol): ts.Symbol =>
  exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported

const made = new Map<string, ReadonlyArray<Export>>()

/** What an entry exports. */
export const exportsOf = (entry: Entry): ReadonlyArray<Export> => {
  const known = made.get(entry.source) ?? readExports(entry)
  made.set(entry.source, known)
  return known
}

const readExports = (entry: Entry): ReadonlyArray<Export> =>
  checker.getExportsOfModule(symbolOf(entry.source)).map((exported) => {
    const symbol = declaredAs(exported)
    const declarations = symbol.declarations ?? []
    const file = declarations[0]?.getSourceFile()
    return {
      name: exported.name,
      file: file === undefined ? '' : relative(root, file.fileName),
      docs: declarations.map(docOf).filter((doc) => doc !== ''),
      members: declarations.flatMap(membersOf),
      head: file === undefined ? '' : headOf(file),
      symbol,
      declarations
    }
  })

/** The file whose exports a statement passes on as a whole. */
const passedOn = (statement: ts.ExportDeclaration): ts.SourceFile | undefined => {
  const passed = statement.moduleSpecifier && checker.getSymbolAtLocation(statement.moduleSpecifier)
  return passed?.declarations?.find(ts.isSourceFile)
}

/** Whether a statement passes on a room: what its index lists, or another entry. */
const passesOn = (statement: ts.ExportDeclaration): boolean => {
  const file = passedOn(statement)
  return file?.fileName.endsWith('/index.ts') === true && file.statements.every(isExplicit)
}

function isExplicit(statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement)) return true
  if (ts.isExportDeclaration(statement)) return statement.exportClause !== undefined || passesOn(statement)
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
}

/** The statements of an entry that are no explicit list; a room may be passed on as a whole, if its index is one. */
export const straysOf = (entry: Entry): ReadonlyArray<string> =>
  program
    .getSourceFile(entry.source)!
    .statements.filter((statement) => !isExplicit(statement))
    .map((statement) => statement.getText().split('\n')[0]!)
