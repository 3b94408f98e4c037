/**
 * YAML as plain data that remembers where it was written, read with limits: size, nesting, and what aliases unfold to.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser
} from 'yaml'
import { brief } from '../../nodes/object.js'
import { gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'

/**
 * A place in a text; lines and columns count from 1.
 *
 * @category model
 * @since 0.1.0
 */
export interface Mark {
  readonly line: number
  readonly column: number
}

/**
 * The way from the root of a document to a place inside.
 *
 * @category model
 * @since 0.1.0
 */
export type Path = ReadonlyArray<string>

/**
 * Plain data (null, booleans, numbers, strings, arrays, objects) and where its keys and values stand.
 *
 * @category model
 * @since 0.1.0
 */
export interface Located {
  readonly value: unknown
  readonly keyMark: (path: Path) => Mark
  readonly valueMark: (path: Path) => Mark
}

const longest = 2 ** 16
const deepest = 100
const mostNodes = 10_000

const start: Mark = { line: 1, column: 1 }
const keyOf = (path: Path): string => path.join('\0')

/** Types of YAML 1.1 beyond plain data: such values stay strings, or are refused where they carry a tag. */
const beyondPlain = /:(timestamp|binary|omap|pairs|set)$/

/** How deep the collections of a parsed text are nested, found without recursion. */
const depthOf = (tokens: ReadonlyArray<CST.Token>): number => {
  const open: Array<readonly [CST.Token | null | undefined, number]> = tokens.map((token) => [token, 0])
  let depth = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, at] = next
    if (token === null || token === undefined) continue
    depth = Math.max(depth, at)
    if (token.type === 'document') open.push([token.value, at + 1])
    if ('items' in token) for (const item of token.items) open.push([item.key, at + 1], [item.value, at + 1])
  }
  return depth
}

/** Turns the nodes of one document into plain data. Counts every node that it makes, those behind aliases each time. */
class Reader {
  readonly problems: Array<Problem> = []
  readonly keys = new Map<string, Mark>()
  readonly values = new Map<string, Mark>()
  private readonly anchors = new Map<string, Node>()
  private nodes = 0

  constructor(
    private readonly file: string,
    private readonly lines: LineCounter
  ) {}

  markAt(offset: number): Mark {
    const { line, col } = this.lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }

  private tell(mark: Mark, path: Path, expected: string, actual: string): undefined {
    this.problems.push({
      _tag: 'BadConfig',
      file: this.file,
      ...mark,
      at: path.join('.') || 'document',
      expected,
      actual
    })
    return undefined
  }

  private get full(): boolean {
    return this.nodes > mostNodes
  }

  /** The value of a node; `via` is the alias that led here. */
  read(node: Node | null, path: Path, via?: Mark): unknown {
    if (this.full) return undefined
    this.nodes++
    if (node === null) return null
    const mark = this.markAt(node.range?.[0] ?? 0)
    if (this.full || path.length > deepest) {
      this.nodes = mostNodes + 1
      return this.tell(via ?? mark, path.slice(0, 3), `aliases that unfold to at most ${mostNodes} values`, 'more')
    }
    if (isAlias(node)) {
      const to = this.anchors.get(node.source)
      return to === undefined
        ? this.tell(mark, path, `an anchor named ${node.source} above`, 'none')
        : this.read(to, path, via ?? mark)
    }
    if ('anchor' in node && node.anchor !== undefined) this.anchors.set(node.anchor, node)
    this.values.set(keyOf(path), mark)
    if (isScalar(node)) return this.plain(node.value, mark, path)
    if (isSeq(node)) return node.items.map((item, i) => this.read(item as Node | null, [...path, String(i)], via))
    return isMap(node) ? this.object(node.items as ReadonlyArray<Entry>, path, via) : null
  }

  private plain(value: unknown, mark: Mark, path: Path): unknown {
    const fits = value === null || ['string', 'number', 'boolean'].includes(typeof value)
    return fits ? value : this.tell(mark, path, 'plain data', brief(String(value)))
  }

  private object(items: ReadonlyArray<Entry>, path: Path, via: Mark | undefined): Readonly<Record<string, unknown>> {
    const own = new Map<string, unknown>()
    const merged = new Map<string, unknown>()
    for (const { key, value } of items) {
      const mark = this.markAt(key?.range?.[0] ?? 0)
      if (!isScalar(key)) {
        this.tell(mark, path, 'a plain key', key === null ? 'none' : 'a collection or an alias')
      } else if (typeof key.value === 'symbol') {
        const sources = this.read(value, path, via)
        for (const source of Array.isArray(sources) ? sources : [sources]) {
          if (typeof source === 'object' && source !== null) {
            for (const [name, u] of Object.entries(source)) if (!merged.has(name)) merged.set(name, u)
          } else if (!this.full) this.tell(mark, path, 'a mapping to merge', brief(source))
        }
      } else {
        const name = String(key.value)
        const inside = [...path, name]
        if (own.has(name)) this.tell(mark, inside, 'every key once', 'the key again')
        this.keys.set(keyOf(inside), mark)
        own.set(name, this.read(value, inside, via))
      }
    }
    return Object.fromEntries([...merged, ...own])
  }
}

interface Entry {
  readonly key: Node | null
  readonly value: Node | null
}

/**
 * Reads one YAML document (1.1, as the original's configurations use it), or says everything that is wrong with it.
 *
 * Takes a bounded time and amount of memory whatever the text: at most 65,536 characters, 100 levels, 10,000 values after every
 * alias is unfolded.
 *
 * @category codec
 * @since 0.1.0
 */
export const parseYaml = (file: string, text: string): E.Either<Problem, Located> => {
  const bad = (mark: Mark, expected: string, actual: string): Problem => {
    return { _tag: 'BadConfig', file, ...mark, at: 'document', expected, actual }
  }
  if (text.length > longest) return E.left(bad(start, `at most ${longest} characters`, `${text.length}`))
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const depth = depthOf(tokens)
  if (depth > deepest) return E.left(bad(start, `at most ${deepest} levels of nesting`, `${depth}`))
  const composer = new Composer({
    version: '1.1',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !beyondPlain.test(tag.tag)),
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent'
  })
  const documents: ReadonlyArray<Document> = [...composer.compose(tokens, true, text.length)] as Array<Document>
  const reader = new Reader(file, lines)
  const wrong = documents.flatMap((document) =>
    [...document.errors, ...document.warnings].map((e) => bad(reader.markAt(e.pos[0]), 'well-formed YAML', e.message))
  )
  const [only, second] = documents
  if (second !== undefined)
    wrong.push(bad(reader.markAt(second.range?.[0] ?? 0), 'one document', `${documents.length}`))
  const value = only === undefined ? null : reader.read(only.contents as Node | null, [])
  const [first, ...rest] = [...wrong, ...reader.problems]
  return first === undefined
    ? E.right({
        value,
        keyMark: (path) => reader.keys.get(keyOf(path)) ?? start,
        valueMark: (path) => reader.values.get(keyOf(path)) ?? start
      })
    : E.left(gather(first, rest))
}
