/**
 * The programs that a session runs, as they are drawn.
 *
 * @since 0.1.0
 */
import { computed, effect, signal } from '@preact/signals'
import { graphOf } from '../backend/graph.js'
import { boxesOf, type Programs } from '../draw/boxes.js'
import { layout } from '../draw/layout.js'
import { model } from './catalogue.js'
import { stats } from './live.js'
import { attempt } from './troubles.js'

/** The programs of the model that is chosen. */
export const programs = signal<Programs | undefined>(undefined)
/** Whether the drawing is shown. */
export const drawn = signal(false)
/** Parts that are open. */
export const open = signal<ReadonlySet<string>>(new Set())

/** The drawing without times: it moves only when parts are opened or closed. */
export const drawing = computed(() =>
  programs.value === undefined ? undefined : layout(boxesOf(programs.value, open.value, {}))
)

/** Milliseconds of nodes by path. */
export const times = computed(() => stats.value?.nodes ?? {})

/** Opens a part or closes it, and all that is open in it. */
export const flip = (path: string): void => {
  const now = open.value
  open.value = now.has(path)
    ? new Set([...now].filter((p) => p !== path && !p.startsWith(`${path}.`)))
    : new Set([...now, path])
}

/** Opens the programs of a graph, so that their parts are seen. */
const begin = (all: Programs): void => {
  programs.value = all
  open.value = new Set(Object.keys(all))
}

effect(() => {
  const chosen = model.value
  if (!drawn.value || chosen === undefined) return
  attempt('graph', async () => {
    const all = await graphOf(chosen)
    if (model.peek() === chosen) begin(all)
  })
})
