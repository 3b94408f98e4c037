/**
 * A result as whoever asked for it sees it.
 *
 * @since 0.1.0
 */
import type { Frame } from './animator.js'
import type { Overlay } from './control.js'
import type { Result } from './result.js'

/**
 * The frame of a result, after `latency` ms; undefined without a prediction.
 *
 * @category conversion
 * @since 0.1.0
 */
export const frameOf = ({ parts, seq: _, ...rest }: Result, latency: number): Frame | undefined => {
  const prediction = parts.find(({ what }) => what === 'prediction')
  if (prediction === undefined) return undefined
  const others = parts.filter(({ what }) => what !== 'prediction').map((part) => [part.what, part] as const)
  return {
    ...rest,
    latency,
    prediction,
    overlays: Object.fromEntries(others) as Partial<Record<Overlay, typeof prediction>>
  }
}
