/**
 * One picture of the stage.
 *
 * @since 0.1.0
 */
import type { ComponentChildren } from 'preact'
import { Canvas } from '../parts/canvas.js'

interface Props {
  readonly title: string
  readonly kind: string
  /** Stands at the other end of the title. */
  readonly aside?: ComponentChildren
  /** Says what to do while there is nothing to show. */
  readonly empty?: string | false
  readonly paint: (canvas: HTMLCanvasElement) => void
  /** Paints keypoints over the picture. */
  readonly points?: (canvas: HTMLCanvasElement) => void
  readonly children?: ComponentChildren
}

/** A picture with its name, keypoints over it. */
export const Tile = ({ title, kind, aside, empty = false, paint, points, children }: Props) => (
  <figure class={`tile ${kind}`}>
    <div class="face">
      {children}
      <Canvas id={`${kind}-canvas`} label={title} paint={paint} />
      {points !== undefined && <Canvas paint={points} />}
      {empty !== false && <p class="empty">{empty}</p>}
    </div>
    <figcaption>
      <span>{title}</span>
      {aside}
    </figcaption>
  </figure>
)
