/**
 * A canvas that is painted anew whenever what it shows changes.
 *
 * @since 0.1.0
 */
import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'

interface Props {
  /** Paints; reads the signals that it depends on. */
  readonly paint: (canvas: HTMLCanvasElement) => void
  /** What it shows, for who cannot see it; decoration without it. */
  readonly label?: string
  readonly id?: string
}

/** A painted canvas. */
export const Canvas = ({ paint, label, id }: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  useSignalEffect(() => {
    if (canvas.current !== null) paint(canvas.current)
  })
  const told = label === undefined ? { 'aria-hidden': 'true' as const } : { role: 'img' as const, 'aria-label': label }
  return <canvas ref={canvas} id={id} {...told} />
}
