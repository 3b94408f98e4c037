/**
 * Recorders: frames in, a film out.
 *
 * @since 0.1.0
 */

/** The forms of recordings. */
export type Form = 'mp4' | 'gif'

/** Something that makes a film of canvases. `add` draws on what was added before it; times are seconds from 0 and grow. */
export interface Recorder {
  readonly add: (canvas: OffscreenCanvas, seconds: number) => Promise<void>
  readonly finish: () => Promise<Blob>
  readonly abort: () => void
}
