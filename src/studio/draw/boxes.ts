/**
 * The programs of a session as boxes and arrows: what lies in a closed box is drawn as one.
 *
 * @since 0.1.0
 */

/** A node of a program: its path, its kind, and the paths or inputs that it reads. */
export interface GraphNode {
  readonly path: string
  readonly kind: string
  readonly reads: ReadonlyArray<string>
}

/** Programs by name: what they are given (`in.` and a name), their nodes, and the nodes or inputs that they give. */
export type Programs = Readonly<
  Record<
    string,
    {
      readonly inputs: ReadonlyArray<string>
      readonly nodes: ReadonlyArray<GraphNode>
      readonly outputs: ReadonlyArray<string>
    }
  >
>

/** Which program an input of another one comes from; undefined for what comes from outside. */
export type Feeds = (program: string, input: string) => string | undefined

/** A box: a node, an input, or a part of the graph that is closed (`opens`) or open (`frame`). */
export interface Box {
  /** The program, then the path in it, with dots between. */
  readonly path: string
  /** The open part that it lies in; empty for none. */
  readonly parent: string
  readonly label: string
  readonly shape: 'node' | 'part' | 'frame' | 'input'
  /** Nodes inside; 1 for a node. */
  readonly count: number
  /** Milliseconds of the last second's frames, of all nodes inside. */
  readonly ms: number
}

/** An arrow between two boxes that are drawn. */
export interface Arrow {
  readonly from: string
  readonly to: string
}

/** What is drawn. */
export interface Boxes {
  readonly boxes: ReadonlyArray<Box>
  readonly arrows: ReadonlyArray<Arrow>
}

/** A path and all that it lies in, the outermost first. */
const chain = (path: string): ReadonlyArray<string> =>
  path.split('.').map((_, i, words) => words.slice(0, i + 1).join('.'))

/** Whether a path is another one or lies in it. */
const within = (path: string, part: string): boolean => path === part || path.startsWith(`${part}.`)

/**
 * Milliseconds of a path: its own and those of all that lies in it.
 *
 * @category pictures
 * @since 0.1.0
 */
export const timeOf = (path: string, nodes: Readonly<Record<string, number>>): number =>
  Object.entries(nodes).reduce((sum, [at, ms]) => (within(at, path) ? sum + ms : sum), 0)

/** The box that stands for a node: the outermost part around it that is closed, else itself. */
const standing = (path: string, open: ReadonlySet<string>): string =>
  chain(path).find((part) => part !== path && !open.has(part)) ?? path

/**
 * The boxes and arrows of programs, of which the parts in `open` are drawn with what they hold. `times` are milliseconds by
 * path; `feeds` joins programs; inputs that share a name are one box.
 *
 * @category pictures
 * @since 0.1.0
 */
export const boxesOf = (
  programs: Programs,
  open: ReadonlySet<string>,
  times: Readonly<Record<string, number>> = {},
  feeds: Feeds = () => undefined
): Boxes => {
  const boxes = new Map<string, Box>()
  const arrows = new Map<string, Arrow>()
  const put = (path: string, shape: Box['shape'], label: string, count: number): void => {
    boxes.set(path, { path, parent: parent(path), label, shape, count, ms: timeOf(path, times) })
  }
  /** Where a wire comes from: a box of the same program, of the one that feeds it, or an input. */
  const origins = (program: string, read: string): ReadonlyArray<string> => {
    const { nodes, inputs } = programs[program]!
    if (nodes.some(({ path }) => path === read)) return [standing(`${program}.${read}`, open)]
    if (!inputs.includes(read)) return []
    const feeder = feeds(program, read)
    const fed = feeder === undefined ? undefined : programs[feeder]
    if (feeder === undefined || fed === undefined) return [`in ${read.replace(/^in\./, '')}`]
    const made = fed.nodes.map(({ path }) => path).filter((path) => fed.outputs.includes(path))
    return made.map((path) => standing(`${feeder}.${path}`, open))
  }
  for (const [name, { nodes }] of Object.entries(programs))
    for (const node of nodes) {
      const own = `${name}.${node.path}`
      const at = standing(own, open)
      for (const part of chain(parent(at))) if (part !== '' && !boxes.has(part)) put(part, 'frame', last(part), 0)
      put(at, at === own ? 'node' : 'part', at === own ? node.kind : last(at), (boxes.get(at)?.count ?? 0) + 1)
      for (const from of node.reads.flatMap((read) => origins(name, read))) {
        if (from === at) continue
        if (from.startsWith('in ')) boxes.set(from, { path: from, parent: '', label: from.slice(3), shape: 'input', count: 1, ms: 0 })
        arrows.set(`${from}>${at}`, { from, to: at })
      }
    }
  return { boxes: [...boxes.values()], arrows: [...arrows.values()] }
}

const parent = (path: string): string => path.split('.').slice(0, -1).join('.')

const last = (path: string): string => path.split('.').at(-1) ?? path
