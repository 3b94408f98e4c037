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

/** Programs by name. */
export type Programs = Readonly<
  Record<string, { readonly inputs: ReadonlyArray<string>; readonly nodes: ReadonlyArray<GraphNode> }>
>

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
 * path; inputs that share a name are one box.
 *
 * @category pictures
 * @since 0.1.0
 */
export const boxesOf = (programs: Programs, open: ReadonlySet<string>, times: Readonly<Record<string, number>>): Boxes => {
  const boxes = new Map<string, Box>()
  const arrows = new Map<string, Arrow>()
  const parent = (path: string): string => path.split('.').slice(0, -1).join('.')
  const frames = (path: string): void => {
    for (const part of chain(parent(path)))
      if (part !== '' && !boxes.has(part))
        boxes.set(part, { path: part, parent: parent(part), label: last(part), shape: 'frame', count: 0, ms: timeOf(part, times) })
  }
  for (const [name, { inputs, nodes }] of Object.entries(programs)) {
    const placed = new Map(nodes.map((node) => [node.path, standing(`${name}.${node.path}`, open)] as const))
    for (const node of nodes) {
      const at = placed.get(node.path)!
      const own = at === `${name}.${node.path}`
      const was = boxes.get(at)
      frames(at)
      boxes.set(at, {
        path: at,
        parent: parent(at),
        label: own ? node.kind : last(at),
        shape: own ? 'node' : 'part',
        count: (was?.count ?? 0) + 1,
        ms: timeOf(at, times)
      })
      for (const read of node.reads) {
        const from = placed.get(read) ?? (inputs.includes(read) ? `in ${read}` : undefined)
        if (from === undefined || from === at) continue
        if (from.startsWith('in ') && !boxes.has(from))
          boxes.set(from, { path: from, parent: '', label: read, shape: 'input', count: 1, ms: 0 })
        arrows.set(`${from}>${at}`, { from, to: at })
      }
    }
  }
  return { boxes: [...boxes.values()], arrows: [...arrows.values()] }
}

const last = (path: string): string => path.split('.').at(-1) ?? path
