/**
 * What a running session shows.
 *
 * @since 0.1.0
 */
import { computed, signal } from '@preact/signals'
import type { Pose } from '../../client/protocol.js'
import type { Ready, Stats } from '../../client/animator.js'

/** A result as the page shows it. The pictures are let go when the next one is there. */
export interface Shown {
  /** Capture time, ms. */
  readonly time: number
  readonly width: number
  readonly height: number
  readonly driving: ImageData | undefined
  readonly prediction: ImageBitmap
  readonly deformed: ImageBitmap | undefined
  readonly flow: ImageData | undefined
  readonly mask: ImageData | undefined
  readonly seen: Pose
  readonly aim: Pose
  readonly score: number
  readonly latency: number
}

/** How far a session is. */
export const phase = signal<'idle' | 'starting' | 'live'>('idle')
/** The newest result. */
export const shown = signal<Shown | undefined>(undefined)
/** Keypoints of the source, x and y one after the other. */
export const sourcePoints = signal<ReadonlyArray<number> | undefined>(undefined)
/** The facts of the session. */
export const ready = signal<Ready | undefined>(undefined)
/** Counts and times of the last second. */
export const stats = signal<Stats | undefined>(undefined)
/** Whether a session runs or is about to. */
export const running = computed(() => phase.value !== 'idle')

/** Shows a result in the place of the one before. */
export const show = (next: Shown | undefined): void => {
  const was = shown.value
  shown.value = next
  was?.prediction.close()
  was?.deformed?.close()
}
