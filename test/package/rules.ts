/**
 * What the documentation of an export must say, each a rule: nothing where the export keeps it, else what is missing.
 */
import ts from 'typescript'
import { checker, type Export } from './exports.js'

export type Rule = (x: Export) => ReadonlyArray<string>

/** The first sentence of a doc comment, without its marks. */
const summaryOf = (doc: string): string => wordsOf(doc).split(/\n\s*@/)[0]!.trim()

const wordsOf = (doc: string): string => doc.replace(/^\/\*\*|\*\/$/g, '').replace(/^\s*\* ?/gm, '')

const said = (x: Export): string => [...x.docs, ...x.members].map(wordsOf).join('\n')

const lacks = (holds: boolean, what: string): ReadonlyArray<string> => (holds ? [] : [what])

const typeOf = (x: Export): ts.Type =>
  x.symbol.flags & ts.SymbolFlags.Value
    ? checker.getTypeOfSymbol(x.symbol)
    : checker.getDeclaredTypeOfSymbol(x.symbol)

const written = (type: ts.Type): string =>
  checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias)

/** Everything that the type of an export is written with: of a function its parameters and its result, of a record its fields. */
export const spelt = (x: Export): string => {
  const type = typeOf(x)
  const fields = x.symbol.flags & ts.SymbolFlags.Interface ? type.getProperties() : []
  return [written(type), ...fields.map((f) => `${f.name}: ${written(checker.getTypeOfSymbol(f))}`)].join('\n')
}

export const isFunction = (x: Export): boolean => typeOf(x).getCallSignatures().length > 0

export const summary: Rule = (x) => lacks(x.docs.map(summaryOf).some((s) => /[.:]/.test(s)), 'summary')

export const since: Rule = (x) => lacks(x.docs.some((doc) => /@since \d+\.\d+\.\d+/.test(doc)), '@since')

const tensor = /\b(Tensor[1-6]?D?|Scalar|Values)\b/

export const shapes: Rule = (x) =>
  tensor.test(spelt(x)) ? lacks(/\[[^\]]+\]|\bscalars?\b|\bshapes?\b/i.test(said(x)), 'shapes') : []

const measured = /pictures?\b|frames?\b|keypoint|mean\b|flow\b|image|video|position/i
const range = /-1|0\.\.1|0 to 1|pixel|seconds?\b|\bms\b|per second|Hz/

export const ranges: Rule = (x) =>
  tensor.test(spelt(x)) && (measured.test(said(x)) || measured.test(spelt(x))) ? lacks(range.test(said(x)), 'range') : []

const failing = /\b(Either|TaskEither|ReaderTaskEither|IOEither)</

export const errors: Rule = (x) => failing.test(spelt(x)) && isFunction(x)? lacks(/\bfails?\b|error|Problem|Misread/i.test(said(x)), 'errors') : []

const throwsIn = (x: Export): boolean => {
  let found = false
  const visit = (n: ts.Node): void => {
    if (ts.isThrowStatement(n) || (ts.isCallExpression(n) && /^(fail|orThrow)$/.test(n.expression.getText()))) found = true
    ts.forEachChild(n, visit)
  }
  x.declarations.filter((d) => !ts.isSourceFile(d) && !ts.isInterfaceDeclaration(d)).forEach(visit)
  return found
}
export const thrown: Rule = (x) => throwsIn(x) ? lacks(/\bthrows?|rejects?|\berrors?|fails?\b/i.test(said(x)), 'throws') : []

const promised = /\b(Promise|Observable|AsyncIterable|AsyncGenerator|OperatorFunction)</
export const promises: Rule = (x) => promised.test(spelt(x)) && isFunction(x) && !failing.test(spelt(x)) ? lacks(/\bthrows?|rejects?|\berrors?|fails?\b|never/i.test(said(x)), 'promises') : []

const known = /^(Kind|Primitive|Source|Sink|Graph)<|=> Graph<|=> Node</
export const source: Rule = (x) => (x.file.startsWith('src/nodes') || x.file.startsWith('src/graphs')) && known.test(spelt(x)) && !!(x.symbol.flags & ts.SymbolFlags.Value) ? lacks(/Source: /.test(said(x) + x.head), 'Source:') : []

export const rules = { summary, since, shapes, ranges, errors, thrown, promises, source }
