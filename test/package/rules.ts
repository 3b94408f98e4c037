/**
 * What the documentation of an export must say, each a rule: what it lacks, or nothing where it says all that is due.
 */
import ts from 'typescript'
import { entries } from './entries.js'
import { checker, type Export, exportsOf } from './exports.js'

export type Rule = (x: Export) => string | undefined

/** A doc comment without its marks. */
const wordsOf = (doc: string): string => doc.replace(/^\/\*\*|\*\/$/g, '').replace(/^\s*\* ?/gm, '')

/** Its first part, before any tag. */
const summaryOf = (doc: string): string =>
  wordsOf(doc)
    .split(/(?:^|\n)\s*@/)[0]!
    .trim()

/** All that is said of an export and of its members, on one line. */
const said = (x: Export): string => [...x.docs, ...x.members].map(wordsOf).join(' ').replace(/\s+/g, ' ')

const unless = (holds: boolean, lack: string): string | undefined => (holds ? undefined : lack)

const isValue = ({ symbol }: Export): boolean => (symbol.flags & ts.SymbolFlags.Value) !== 0

const typeOf = (x: Export): ts.Type =>
  isValue(x) ? checker.getTypeOfSymbol(x.symbol) : checker.getDeclaredTypeOfSymbol(x.symbol)

const written = (type: ts.Type): string =>
  checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias)

const fieldsOf = (x: Export): ReadonlyArray<ts.Symbol> =>
  x.symbol.flags & ts.SymbolFlags.Interface ? typeOf(x).getProperties() : []

/** What the type of an export is written with: a function's parameters and result, the fields of an interface. */
const spelt = (x: Export): string =>
  [typeOf(x), ...fieldsOf(x).map((field) => checker.getTypeOfSymbol(field))].map(written).join('\n')

const isModule = (x: Export): boolean => x.declarations.some(ts.isSourceFile)

const isFunction = (x: Export): boolean => isValue(x) && typeOf(x).getCallSignatures().length > 0

const summary: Rule = (x) =>
  unless(
    x.docs.map(summaryOf).some((s) => /[.:]/.test(s)),
    'a summary'
  )

const since: Rule = (x) =>
  unless(
    x.docs.some((doc) => /@since \d+\.\d+\.\d+/.test(doc)),
    '@since'
  )

const tensor = /\b(Tensor([1-6]D)?|Scalar|Values)\b/

const handlesTensors = (x: Export): boolean => !isModule(x) && tensor.test(spelt(x))

/** Whatever takes or gives tensors says their shapes. */
const shapes: Rule = (x) =>
  handlesTensors(x)
    ? unless(
        /\[(\.\.\., )?[1A-Za-z][^\]]*\]|\[\]|\bscalars?\b|\bshapes?\b/.test(said(x)),
        'shapes, such as [B, H, W, C]'
      )
    : undefined

const argumentsOf = (type: ts.Type): ReadonlyArray<ts.Type> => checker.getTypeArguments(type as ts.TypeReference)

/** What calling an export gives, or what it is itself. */
const madeBy = (x: Export): ts.Type => typeOf(x).getCallSignatures()[0]?.getReturnType() ?? typeOf(x)

/** What a node or a graph takes or gives, by name; types of a name of their own tell their fields themselves. */
const valuesOf = (x: Export): ReadonlyArray<string> => {
  const made = madeBy(x)
  const specs = ['inputs', 'outputs'].flatMap((side) => made.getProperty(side) ?? [])
  const sides =
    made.symbol?.name === 'Graph'
      ? argumentsOf(made).filter(({ symbol }) => symbol?.name === '__type')
      : specs.flatMap((spec) => argumentsOf(checker.getTypeOfSymbol(spec)))
  return sides.flatMap((side) => side.getProperties().map(({ name }) => name))
}

const fromWithin = /^src\/(nodes|graphs)\//

/** Nodes and graphs say the name of each of their inputs and outputs, which is what a wire is drawn to. */
const values: Rule = (x) => {
  if (!isValue(x) || isModule(x) || !fromWithin.test(x.file)) return undefined
  const quoted = (said(x).match(/`[^`]+`/g) ?? []).join(' ')
  const unnamed = valuesOf(x).filter((name) => !new RegExp(`\\b${name}\\b`).test(quoted))
  return unnamed.length === 0 ? undefined : `what \`${unnamed.join('`, `')}\` ${unnamed.length === 1 ? 'is' : 'are'}`
}

const measurable = /\b(pictures?|frames?|films?|keypoints?|positions?|flows?)\b/i
const unit = /-1|\b0 to (1|255)\b|\b0\.\.1\b|\(0, 1\]|pixels?\b|\bseconds?\b|\bms\b|per second|\bHz\b|\brange\b/

/** Tensors that are pictures or places in them say from where to where they go, or in what they are counted. */
const ranges: Rule = (x) =>
  handlesTensors(x) && measurable.test(`${said(x)} ${spelt(x)}`)
    ? unless(unit.test(said(x)), 'a range or a unit')
    : undefined

const clock = /^(time|times|seconds|duration|latency|delay|timeout|interval|fps|patience)$/i

const numbersOf = (x: Export): ReadonlyArray<string> => {
  const parameters = isValue(x)
    ? typeOf(x)
        .getCallSignatures()
        .flatMap((s) => s.getParameters())
    : []
  return [...parameters, ...fieldsOf(x)]
    .filter((s) => /\bnumber\b/.test(written(checker.getTypeOfSymbol(s))))
    .map((s) => s.name)
}

/** Times say in what they are counted. */
const units: Rule = (x) => {
  const [time] = numbersOf(x).filter((name) => clock.test(name))
  return time === undefined ? undefined : unless(unit.test(said(x)), `the unit of ${time}`)
}

const everything = entries.flatMap(exportsOf)

/** What tells the members of an exported union apart. */
const tagsOf = (x: Export): ReadonlyArray<string> => {
  const type = isModule(x) ? undefined : checker.getDeclaredTypeOfSymbol(x.symbol)
  return (type?.isUnion() ? type.types : []).flatMap((member) => {
    const tag = member.getProperty('_tag')
    const is = tag === undefined ? undefined : checker.getTypeOfSymbol(tag)
    return (is?.isUnion() ? is.types : [is]).flatMap((one) => (one?.isStringLiteral() ? [one.value] : []))
  })
}

const problems = everything.filter(({ name }) => name === 'Problem').flatMap(tagsOf)

const lefts = (x: Export): ReadonlyArray<string> =>
  [...spelt(x).matchAll(/\b(?:Task)?Either<(?:readonly |NonEmptyArray<|ReadonlyArray<)?(\w+)/g)].map(
    ([, left]) => left!
  )

/** Whoever can fail says with what: the name of the error, or the tags of the problem. */
const errors: Rule = (x) => {
  const [left] = !isModule(x) ? lefts(x).filter((name) => /^[A-Z]\w/.test(name)) : []
  if (left === undefined) return undefined
  const named = left === 'Problem' ? ['Problem', ...problems] : [left]
  return unless(
    named.some((name) => said(x).includes(`\`${name}\``)),
    left === 'Problem' ? 'with which problem it fails, by tag' : `with which ${left} it fails`
  )
}

const ours = new Set(['Error', ...everything.flatMap((x) => [x.name, ...tagsOf(x)])])

/** What it is said to fail with is there: something that is exported, or a tag of it. */
const names: Rule = (x) => {
  const sentences = said(x).match(/\b(Fails?|Throws|Rejects?) (with|a|an|as) [^.]*/g) ?? []
  const unknown = sentences
    .flatMap((sentence) => [...sentence.matchAll(/`(\w+)(<\w+>)?`/g)].map(([, name]) => name!))
    .find((name) => /^[A-Z]/.test(name) && !ours.has(name))
  return unknown === undefined ? undefined : `${unknown} otherwise: there is no such error`
}

/** Whether the body of an export throws, itself or by the helpers that do nothing else. */
const throwsInside = (x: Export): boolean => {
  const thrown = (node: ts.Node): boolean =>
    ts.isThrowStatement(node) ||
    (ts.isCallExpression(node) && /^(fail|orThrow)$/.test(node.expression.getText())) ||
    (ts.forEachChild(node, (child) => thrown(child) || undefined) ?? false)
  return !isModule(x) && x.declarations.some(thrown)
}

const trouble = /\b(throws?|thrown|rejects?|rejection|refused|errors?|fails?|never)\b/i

/** Whoever throws says so, unless what is thrown comes out as a left. */
const thrown: Rule = (x) =>
  isFunction(x) && lefts(x).length === 0 && throwsInside(x)
    ? unless(trouble.test(said(x)), 'what it throws, and when')
    : undefined

const promised = /\b(Promise|Observable|AsyncIterable|AsyncGenerator|OperatorFunction)</

/** Promises and streams say with what they fail, or that they never do. */
const promises: Rule = (x) =>
  isFunction(x) && lefts(x).length === 0 && promised.test(spelt(x))
    ? unless(trouble.test(said(x)), 'with what it rejects or fails')
    : undefined

const wired = ['Primitive', 'Source', 'Sink', 'Graph']

/** Nodes and graphs name the paper, the method or the code that they come from, or that they are of our own. */
const source: Rule = (x) =>
  isValue(x) &&
  fromWithin.test(x.file) &&
  !/@category constructors/.test(said(x)) &&
  wired.includes(madeBy(x).symbol?.name)
    ? unless(/\bSource: /.test(`${said(x)} ${x.head}`), 'its source')
    : undefined

export const rules: Readonly<Record<string, Rule>> = {
  summary,
  since,
  shapes,
  values,
  ranges,
  units,
  errors,
  names,
  thrown,
  promises,
  source
}
