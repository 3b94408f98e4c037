/**
 * What page and worker say to each other; all of it can be cloned.
 *
 * @since 0.1.0
 */
import type { Driving, Ready, Settings, Source } from '../client/animator.js'
import type { Result } from '../client/result.js'

/** What is to be computed with. */
export interface Means {
  /** The model's name and its bytes or address. */
  readonly name: string
  readonly model: Uint8Array | string
  readonly backend: string | undefined
  readonly wasm: string | undefined
  readonly size: { readonly height: number; readonly width: number } | undefined
}

/** What the page says. `session` counts up: what belongs to an older one is passed over. */
export type Ask =
  | { readonly type: 'begin'; readonly session: number; readonly means: Means; readonly settings: Settings }
  | { readonly type: 'set'; readonly session: number; readonly settings: Settings }
  | { readonly type: 'source'; readonly session: number; readonly source: Source }
  | { readonly type: 'frame'; readonly session: number; readonly seq: number; readonly driving: Driving }
  | { readonly type: 'recalibrate'; readonly session: number }
  | { readonly type: 'align'; readonly session: number; readonly on: boolean }
  | { readonly type: 'end'; readonly session: number }

/** What the worker says. */
export type Tell =
  | { readonly type: 'ready'; readonly session: number; readonly ready: Ready }
  | { readonly type: 'source'; readonly session: number; readonly points: ReadonlyArray<number> }
  | {
      readonly type: 'result'
      readonly session: number
      readonly result: Result
      /** Milliseconds by node. */
      readonly nodes: Readonly<Record<string, number>>
    }
  | {
      readonly type: 'refused'
      readonly session: number
      readonly seq?: number
      readonly at: string
      readonly reason: string
    }
  | { readonly type: 'failed'; readonly session: number; readonly at: string; readonly reason: string }

/** One end of the line. */
export interface Port {
  readonly post: (ask: Ask) => void
  readonly close: () => void
}

/** Opens the line: `hear` is told what the other end says. */
export type PortMaker = (hear: (tell: Tell) => void, broken: (reason: string) => void) => Port
