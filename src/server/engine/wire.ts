/**
 * What server and engine say to each other: plain data that can be cloned from process to process.
 *
 * @since 0.1.0
 */
import type { Overlay } from '../../client/protocol.js'
import type { Problem } from '../../io/problem/problem.js'
import type { Manner, Pose } from '../../streams/live.js'

/** RGB bytes of a picture of the model's size, or keypoints that stand for one. */
export type Driving = { readonly pixels: Uint8Array } | { readonly pose: Pose }

/**
 * What the engine is told. `id` counts frames of all sessions. Of frames of a session that keeps the `latest`, the newest alone
 * is computed.
 *
 * @category model
 * @since 0.1.0
 */
export type ToEngine =
  | { readonly tag: 'open'; readonly session: string; readonly model: string }
  | { readonly tag: 'source'; readonly session: string; readonly id: number; readonly pixels: Uint8Array }
  | {
      readonly tag: 'frame'
      readonly session: string
      readonly id: number
      readonly seconds: number
      readonly driving: Driving
      readonly manner: Manner
      readonly overlays: ReadonlyArray<Overlay>
      readonly latest: boolean
    }
  | { readonly tag: 'recalibrate'; readonly session: string }
  | { readonly tag: 'align'; readonly session: string; readonly on: boolean }
  | { readonly tag: 'close'; readonly session: string }

/** A picture or map of a result: bytes as they go to the client, pictures as RGB bytes. */
export interface Layer {
  readonly what: 'prediction' | 'deformed' | 'flow' | 'mask'
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly bytes: Uint8Array
}

/**
 * What was made of a frame. `model` is the milliseconds of the batch it was computed in, `batch` how many frames that had.
 *
 * @category model
 * @since 0.1.0
 */
export interface Computed {
  readonly tag: 'computed'
  readonly session: string
  readonly id: number
  readonly score: number
  readonly seen: Pose
  readonly aim: Pose
  readonly maps: ReadonlyArray<Layer>
  readonly model: number
  readonly batch: number
}

/** What nodes took, by the program that they are in and their path. */
export type NodeTimes = Readonly<
  Record<string, Readonly<Record<string, readonly [milliseconds: number, runs: number]>>>
>

/** How the engine is, and what each node of each model has taken since the last time. */
export interface Vitals {
  readonly tag: 'vitals'
  readonly tensors: number
  readonly tensorBytes: number
  readonly resident: number
  readonly nodes: Readonly<Record<string, NodeTimes>>
}

/**
 * What the engine tells. A frame is `begun` when its batch is about to be computed.
 *
 * @category model
 * @since 0.1.0
 */
export type FromEngine =
  | { readonly tag: 'started'; readonly backend: string; readonly version: string }
  | { readonly tag: 'broken'; readonly problem: Problem }
  | { readonly tag: 'opened'; readonly session: string }
  | { readonly tag: 'source'; readonly session: string; readonly id: number; readonly points: ReadonlyArray<number> }
  | { readonly tag: 'begun'; readonly frames: ReadonlyArray<readonly [session: string, id: number]> }
  | { readonly tag: 'dropped'; readonly session: string; readonly id: number }
  | { readonly tag: 'failed'; readonly session: string; readonly id?: number; readonly problem: Problem }
  | Computed
  | Vitals
