/**
 * The programs that a session runs, as they are drawn.
 *
 * @since 0.1.0
 */
import { computed, effect, signal } from '@preact/signals'
import { feeds, graphOf } from '../backend/graph.js'
import { boxesOf, type Programs } from '../draw/boxes.js'
import { layout } from '../draw/layout.js'
import { model } from './catalogue.js'
import { stats } from './live.js'
import { attempt } from './troubles.js'

/** The programs of the model that is chosen. */
const programs = signal<Programs | undefined>(undefined)
/** Whether the drawing is shown. */
export const drawn = signal(false)
/** Parts that are open. */
const open = signal<ReadonlySet<string>>(new Set())

/** The drawing without times: it moves only when parts are opened or closed. */
export const drawing = computed(() =>
  programs.value === undefined ? undefined : layout(boxesOf(programs.value, open.value, {}, feeds))
)

/** Milliseconds of nodes by program and path: a session tells paths alone, which are those of one program. */
export const times = computed(() => {
  const told = stats.value?.nodes ?? {}
  const all = Object.entries(programs.value ?? {}).flatMap(([name, { nodes }]) =>
    nodes.flatMap(({ path }) => (told[path] === undefined ? [] : [[`${name}.${path}`, told[path]] as const]))
  )
  return Object.fromEntries(all)
})

/** Opens a part or closes it, and all that is open in it. */
export const flip = (path: string): void => {
  const now = open.value
  open.value = now.has(path)
    ? new Set([...now].filter((p) => p !== path && !p.startsWith(`${path}.`)))
    : new Set([...now, path])
}

/** Parts of a program that it is opened with at most, so that the drawing stays readable. */
const few = 4

/** Takes a graph; small programs are open from the begin. */
const begin = (all: Programs): void => {
  programs.value = all
  const partsOf = (name: string) => new Set(all[name]?.nodes.map(({ path }) => path.split('.')[0])).size
  open.value = new Set(Object.keys(all).filter((name) => partsOf(name) <= few))
}

effect(() => {
  const chosen = model.value
  if (!drawn.value || chosen === undefined) return
  attempt('graph', async () => {
    const all = await graphOf(chosen)
    if (model.peek() === chosen) begin(all)
  })
})
