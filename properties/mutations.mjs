// @ts-check
/**
 * How many mistakes the tests notice: changes `src/nodes` in one place at a time, in a copy, and runs the tests that know of
 * the changed file, then all of them. Prints the score and every change that nobody noticed.
 *
 *     node properties/mutations.mjs [--sample N] [--seed N] [--jobs N] [--minutes N] [--json FILE] [--list] [FILE...]
 *
 * A change: a sign, an operator, a comparison, a constant, a neighbouring function (sum for difference, floor for ceiling), a
 * dropped term, x for y, height for width, one operand for the other. It is no part of `npm test`.
 */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = 'src/nodes'
/** What has nothing to get wrong: descriptions, the engine's door. */
const left = new Set(['media.ts', 'catalogue.ts', 'tf.ts', 'quietly.ts'])

/** @typedef {{ file: string, line: number, start: number, end: number, from: string, to: string }} Mutant */

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    minutes: { type: 'string', default: '60' },
    json: { type: 'string' },
    list: { type: 'boolean', default: false }
  }
})

/** Functions of tfjs and `Math` for which another one is an easy mistake. */
const neighbours = {
  ...{
    add: 'sub',
    sub: 'add',
    mul: 'div',
    div: 'mul',
    floor: 'ceil',
    round: 'floor',
    maximum: 'minimum',
    minimum: 'maximum'
  },
  ...{ less: 'lessEqual', lessEqual: 'less', greater: 'greaterEqual', greaterEqual: 'greater', equal: 'notEqual' },
  ...{ max: 'min', min: 'max', sum: 'mean', mean: 'sum', square: 'abs', sqrt: 'square', rsqrt: 'sqrt', exp: 'sigmoid' },
  ...{ neg: 'abs', abs: 'neg', zeros: 'ones', ones: 'zeros', zerosLike: 'onesLike', onesLike: 'zerosLike' },
  ...{ sigmoid: 'tanh', tanh: 'sigmoid', softmax: 'sigmoid', relu: 'abs', logicalAnd: 'logicalOr', ceil: 'floor' }
}
/** Names that are easily taken for each other. */
const pairs = [
  ...[
    ['x', 'y'],
    ['dx', 'dy'],
    ['h', 'w'],
    ['toH', 'toW'],
    ['height', 'width'],
    ['gx', 'gy'],
    ['left', 'top']
  ],
  ...[
    ['meanX', 'meanY'],
    ['alongX', 'alongY'],
    ['shareX', 'shareY'],
    ['signX', 'signY'],
    ['xx', 'yy'],
    ['column', 'line']
  ],
  ...[
    ['a', 'd'],
    ['b', 'c'],
    ['high', 'low'],
    ['upper', 'lower'],
    ['source', 'driving'],
    ['initial', 'driving']
  ],
  ...[
    ['from', 'to'],
    ['weight', 'bias'],
    ['scale', 'shift'],
    ['running_mean', 'running_var'],
    ['rows', 'columns']
  ],
  ...[
    ['down', 'right'],
    ['along', 'across'],
    ['reset', 'keep'],
    ['xr', 'xz'],
    ['hr', 'hz'],
    ['mean', 'variance']
  ],
  ...[
    ['left_', 'right_'],
    ['p', 'q'],
    ['n', 'b'],
    ['k', 'c'],
    ['rightShare', 'lowerShare'],
    ['middle', 'half']
  ]
]
const partner = new Map(
  pairs.flatMap(([p, q]) => [
    [p, q],
    [q, p]
  ])
)
const operators = new Map([
  ...[
    ['+', '-'],
    ['-', '+'],
    ['*', '/'],
    ['/', '*'],
    ['<', '<='],
    ['<=', '<'],
    ['>', '>='],
    ['>=', '>']
  ],
  ...[
    ['===', '!=='],
    ['!==', '==='],
    ['&&', '||'],
    ['||', '&&'],
    ['%', '*'],
    ['??', '&&']
  ]
])

/** Every change of one file. @param {string} file @returns {ReadonlyArray<Mutant>} */
const mutantsOf = (file) => {
  const text = readFileSync(join(root, folder, file), 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  /** @type {Array<Mutant>} */
  const found = []
  /** @param {ts.Node} node @param {string} to */
  const change = (node, to) => {
    const [start, end] = [node.getStart(source), node.getEnd()]
    const from = text.slice(start, end)
    const line = source.getLineAndCharacterOfPosition(start).line + 1
    if (from !== to) found.push({ file, line, start, end, from, to })
  }
  /** @param {ts.Node} node @returns {boolean} whether a name in this place is a variable that is read */
  const isRead = (node) => {
    const { parent } = node
    if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
    if (ts.isBindingElement(parent) || ts.isParameter(parent) || ts.isVariableDeclaration(parent))
      return /** @type {any} */ (parent).initializer === node
    return !(ts.isPropertyAssignment(parent) && parent.name === node) && !ts.isShorthandPropertyAssignment(parent)
  }
  /** @param {ts.Node} node @returns {ReadonlySet<string>} names declared in the functions around a node */
  const inScope = (node) => {
    /** @type {Set<string>} */
    const names = new Set()
    /** @param {ts.Node} n */
    const declared = (n) => {
      if (ts.isBindingElement(n) || ts.isParameter(n) || ts.isVariableDeclaration(n)) {
        if (ts.isIdentifier(n.name)) names.add(n.name.text)
      }
      ts.forEachChild(n, declared)
    }
    for (let n = node.parent; n !== undefined; n = n.parent) if (ts.isFunctionLike(n)) declared(n)
    return names
  }
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || ts.isInterfaceDeclaration(node)) return
    if (ts.isTypeAliasDeclaration(node)) return
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression
      const owner = expression.getText(source)
      const other = neighbours[/** @type {keyof typeof neighbours} */ (name.text)]
      if ((owner === 'tf' || owner === 'Math') && other !== undefined && (owner === 'tf' || other in Math))
        change(name, other)
      if (owner === 'tf' && ['add', 'sub', 'mul', 'div', 'maximum', 'minimum'].includes(name.text))
        for (const argument of node.arguments)
          if (!ts.isNumericLiteral(argument)) change(node, argument.getText(source))
      if (owner === 'tf' && ['abs', 'relu', 'neg', 'square', 'floor', 'transpose', 'reverse'].includes(name.text))
        change(node, node.arguments[0]?.getText(source) ?? '')
      if (owner === 'tf' && ['sub', 'div'].includes(name.text) && node.arguments.length === 2)
        change(node, `tf.${name.text}(${node.arguments[1]?.getText(source)}, ${node.arguments[0]?.getText(source)})`)
    }
    if (ts.isNumericLiteral(node)) {
      const n = Number(node.text)
      const others = Number.isInteger(n) && n < 1000 ? (n === 0 ? [1] : [n - 1, n + 1]) : [n * 2]
      for (const other of others) change(node, String(other))
    }
    if (ts.isBinaryExpression(node)) {
      const other = operators.get(node.operatorToken.getText(source))
      if (other !== undefined) change(node.operatorToken, other)
    }
    if (ts.isPrefixUnaryExpression(node) && ['-', '!'].includes(ts.tokenToString(node.operator) ?? ''))
      change(node, node.operand.getText(source))
    if (node.kind === ts.SyntaxKind.TrueKeyword) change(node, 'false')
    if (node.kind === ts.SyntaxKind.FalseKeyword) change(node, 'true')
    if (ts.isConditionalExpression(node))
      for (const branch of [node.whenTrue, node.whenFalse]) change(node, `(${branch.getText(source)})`)
    if (ts.isIdentifier(node) && partner.has(node.text) && isRead(node)) {
      const other = /** @type {string} */ (partner.get(node.text))
      if (inScope(node).has(other)) change(node, other)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Numbers from 0 to 1 with a seed. @param {number} seed */
const numbers = (seed) => () => {
  seed = (seed * 1664525 + 1013904223) >>> 0
  return seed / 2 ** 32
}

/** Tests that name a file of `src/nodes`, the narrowest first: those run before all others. @param {string} file */
const relatedTo = (file) => {
  const name = `/${basename(file, '.ts')}.js'`
  const reads = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8').includes(`nodes${name}`)
  return tests.filter(reads)
}
const filesIn = (/** @type {string} */ path, /** @type {string} */ end) =>
  readdirSync(join(root, path))
    .filter((f) => f.endsWith(end))
    .map((f) => `${path}/${f}`)
const tests = [
  ...['test/nodes/values.test.ts', 'test/nodes/dims.test.ts', 'test/nodes/spec.test.ts'],
  ...filesIn('properties', '.property.ts'),
  ...['test/nodes/primitives.test.ts', ...filesIn('test/graphs', '.test.ts')]
].filter((f) => existsSync(join(root, f)))

/** A copy of what the tests read. */
const copy = () => {
  const place = mkdtempSync(join(tmpdir(), 'keyflow-mutations-'))
  const at = join(place, 'copy')
  for (const part of ['src', 'properties', 'test', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(at, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(at, 'node_modules'))
  const shared = join(root, '..', 'shared')
  if (existsSync(shared)) symlinkSync(shared, join(place, 'shared'))
  // a counterexample is enough: nobody reads the smallest one
  writeFileSync(join(at, 'setup.ts'), "import * as fc from 'fast-check'\nfc.configureGlobal({ endOnFailure: true })\n")
  writeFileSync(
    join(at, 'vitest.config.ts'),
    `export default { test: { include: ['test/**/*.test.ts', 'properties/**/*.property.ts'], pool: 'forks', maxWorkers: 1, isolate: false, testTimeout: 60000, bail: 1, setupFiles: ['./setup.ts'] } }\n`
  )
  return { at, remove: () => rmSync(place, { recursive: true, force: true }) }
}

/** Whether tests pass. @param {string} at @param {ReadonlyArray<string>} files */
const pass = (at, files) =>
  new Promise((resolve) => {
    const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--bail', '1', '--silent=true', ...files]
    const child = spawn(process.execPath, args, {
      cwd: at,
      stdio: 'ignore',
      env: { ...process.env, NO_COLOR: '1' },
      detached: true
    })
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), 180_000)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0)
    })
  })

const files = readdirSync(join(root, folder)).filter(
  (f) =>
    f.endsWith('.ts') &&
    !left.has(f) &&
    (positionals.length === 0 || positionals.some((p) => basename(p, '.ts') === basename(f, '.ts')))
)
const all = files.flatMap(mutantsOf)
const next = numbers(Number(flags.seed))
const sample = all
  .map((m) => ({ m, key: next() }))
  .sort((p, q) => p.key - q.key)
  .slice(0, Number(flags.sample))
  .map(({ m }) => m)

const show = (/** @type {Mutant} */ m) =>
  `${folder}/${m.file}:${m.line}  ${m.from.replaceAll(/\s+/g, ' ').slice(0, 70)}  ->  ${m.to.replaceAll(/\s+/g, ' ').slice(0, 70)}`

if (flags.list) {
  for (const m of sample) console.log(show(m))
  console.log(`${all.length} changes in ${files.length} files`)
  process.exit(0)
}

const began = Date.now()
/** @type {Array<Mutant>} */
const survivors = []
let [done, killed] = [0, 0]
const queue = [...sample]
const worker = async (/** @type {boolean} */ first) => {
  const { at, remove } = copy()
  try {
    if (!(await pass(at, first ? tests : tests.slice(0, 1)))) {
      queue.length = 0
      throw new Error('the tests fail before anything is changed')
    }
    for (let m = queue.shift(); m !== undefined; m = queue.shift()) {
      if (Date.now() - began > Number(flags.minutes) * 60_000) break
      const path = join(at, folder, m.file)
      const text = readFileSync(path, 'utf8')
      if (text.slice(m.start, m.end) !== m.from) continue // the file was changed before it was copied
      writeFileSync(path, text.slice(0, m.start) + m.to + text.slice(m.end))
      const near = relatedTo(m.file)
      const rest = tests.filter((t) => !near.includes(t))
      const survived = (near.length === 0 || (await pass(at, near))) && (await pass(at, rest))
      writeFileSync(path, text)
      done += 1
      if (survived) survivors.push(m)
      else killed += 1
      console.error(`${done}/${sample.length} ${survived ? 'SURVIVED' : 'noticed '} ${show(m)}`)
    }
  } finally {
    remove()
  }
}
const ended = await Promise.allSettled(Array.from({ length: Number(flags.jobs) }, (_, i) => worker(i === 0)))
for (const one of ended) if (one.status === 'rejected') throw one.reason

const score = done === 0 ? 0 : Math.round((1000 * killed) / done) / 10
const result = {
  score,
  noticed: killed,
  tried: done,
  possible: all.length,
  seed: Number(flags.seed),
  survivors: survivors.map(show)
}
for (const s of result.survivors) console.log(s)
console.log(`${killed} of ${done} changes noticed, ${score} % (${all.length} possible ones in ${files.length} files)`)
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`)
