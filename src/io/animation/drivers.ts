/**
 * Drivers for sources and sinks: where descriptions meet files.
 *
 * @since 0.1.0
 */
import type { Door } from '../../graphs/plan.js'
import type { Source } from '../../nodes/node.js'
import type { Drivers } from '../../streams/play.js'
import { type Limits, MediaFailure } from '../media/index.js'
import { brought } from './brought.js'
import type { DriverTables, SinkDriver, SourceDriver, Timing } from './driver.js'
import { filmSources } from './film-sources.js'
import { type Streams, streams } from './live.js'
import { receiver, type Writing } from './receiver.js'

export { batches, toBytes, toTensor } from './ticks.js'

/** How drivers read and write. */
export interface Driving {
  /** The streams of the command, where it has some. */
  readonly streams?: Streams | undefined
  /** Some frames are passed over: the others keep their times. */
  readonly skipping?: boolean
  /** The sound of streams is wanted. */
  readonly sound?: boolean
  /** Told when whoever reads standard output has left. */
  readonly gone?: () => void
  /** What opens other kinds than those of this package. */
  readonly tables?: DriverTables | undefined
}

/** What opens a kind, or the failure that nothing does. */
const opener = <D>(table: Readonly<Record<string, D>>, kind: string, path: string): D => {
  const found = Object.hasOwn(table, kind) ? table[kind] : undefined
  if (found !== undefined) return found
  const expected = `a kind that can be opened: ${Object.keys(table).join(', ')}`
  throw new MediaFailure({ _tag: 'Usage', at: path, expected, actual: kind })
}

/** The timing of a source that does not tell it. */
const untold: Timing = { rate: { num: 25, den: 1 }, audio: false, timed: true }

/**
 * Drivers that open local files, each clip once, and what else there are tables for. `limits` bound what is read.
 *
 * Their promises reject with a `MediaFailure` where a file cannot be read or written or has too few frames, and with an
 * `Error` where a sink has no source to take its timing from.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fileDrivers = (
  limits: Partial<Limits>,
  { streams: shared = streams(limits), skipping = false, sound = false, gone = () => {}, tables }: Driving = {}
): Drivers => {
  const others = Object.entries(tables?.sources ?? {}).map(
    ([kind, driver]) => [kind, brought(driver, untold, shared.signal)] as const
  )
  const sources: DriverTables['sources'] = { ...filmSources(limits, shared, sound), ...Object.fromEntries(others) }
  const writeFilm: SinkDriver<Writing> = {
    open: async (settings, { path = '', timed = false, ...timing }) =>
      receiver(settings, { ...timing, timed: skipping || timed }, path, { limits, gone })
  }
  const sinks: DriverTables['sinks'] = { writeFilm, ...tables?.sinks }
  const ofSource = ({ node, path }: Door<Source<any>>): SourceDriver => opener(sources, node.kind, path)
  const timingOf = async (door: Door<Source<any>>): Promise<Timing> =>
    (await ofSource(door).timing?.(door.node.settings, door.path)) ?? untold
  return {
    hold: async (door) => {
      const { hold } = ofSource(door)
      if (hold === undefined) throw new Error(`source ${door.path}: ${door.node.kind} is held, and nothing holds it`)
      return hold(door.node.settings, door.path)
    },
    read: async (door) => {
      const { read } = ofSource(door)
      if (read === undefined) throw new Error(`source ${door.path}: ${door.node.kind} ticks, and nothing reads it`)
      return read(door.node.settings, door.path)
    },
    write: async ({ node, path }, all) => {
      const { timing } = node.settings
      const door = all.find((d) => (timing === undefined ? d.node.pace === 'ticking' : d.path === timing))
      if (door === undefined) throw new Error(`no source ${timing} to take the timing from`)
      return opener(sinks, node.kind, path).open(node.settings, await timingOf(door))
    }
  }
}
