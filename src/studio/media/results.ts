/**
 * Results of a session as pictures of the page.
 *
 * @since 0.1.0
 */
import type { Frame } from '../../client/animator.js'
import { numbersOf, type Part } from '../../client/protocol.js'
import { maskOf } from '../draw/mask.js'
import { withAlpha } from '../draw/pixels.js'
import { wheelOf } from '../draw/wheel.js'
import type { Shown } from '../state/live.js'

const bitmapOf = ({ format, bytes, width, height }: Part): Promise<ImageBitmap> =>
  createImageBitmap(
    format === 'encoded' ? new Blob([bytes as BlobPart]) : new ImageData(withAlpha(bytes), width, height)
  )

const flowOf = (part: Part | undefined): ImageData | undefined => {
  const numbers = part === undefined ? undefined : numbersOf(part)
  return part === undefined || numbers === undefined
    ? undefined
    : new ImageData(wheelOf(numbers, part.width, part.height), part.width, part.height)
}

const coloured = (part: Part | undefined): ImageData | undefined => {
  const numbers = part === undefined ? undefined : numbersOf(part)
  return part === undefined || numbers === undefined
    ? undefined
    : new ImageData(maskOf(numbers, part.width, part.height, part.channels), part.width, part.height)
}

/**
 * A result to be shown, beside the driving frame that it was made of.
 *
 * @category pictures
 * @since 0.1.0
 */
export const shownOf = async (frame: Frame, driving: ImageData | undefined): Promise<Shown> => {
  const { deformed, flow, mask } = frame.overlays
  const { time, width, height, seen, aim, score, latency } = frame
  const pictures = [bitmapOf(frame.prediction), deformed === undefined ? undefined : bitmapOf(deformed)] as const
  const [prediction, bent] = await Promise.all(pictures)
  return {
    ...{ time, width, height, seen, aim, score, latency, driving, prediction },
    deformed: bent,
    flow: flowOf(flow),
    mask: coloured(mask)
  }
}
