/**
 * Frames, and the sound that comes with them, as one stream of bytes for an encoder: one pipe, so that nothing in it can wait for
 * what is in another.
 *
 * @since 0.1.0
 */
import { evened } from './container.js'
import { firstKnown, type Way } from './encoder.js'
import { asTheyAre } from './find-ffmpeg.js'
import { matroskaFrame, matroskaHead, matroskaSound } from './matroska.js'
import type { Frame, Shape, WriteOptions } from './model.js'
import { showRational } from './rational.js'

/**
 * What is fed to an encoder: how it is told to read it and to keep its times, the bytes of each frame, those of the sound that is
 * left after the last one, and when that ends: it is shown as long as the one before it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Packing {
  readonly input: ReadonlyArray<string>
  readonly clock: ReadonlyArray<string>
  readonly frame: (frame: Frame, index: number) => Promise<ReadonlyArray<Uint8Array>>
  readonly rest: () => Promise<ReadonlyArray<Uint8Array>>
  readonly end: () => number
}

const quick = ['-probesize', '32', '-analyzeduration', '0']

/**
 * Frames of a shape, made even where the container needs it; as bare bytes, or with their times where they have some or
 * sound goes with them. Sound is sent up to `ahead` seconds before its picture.
 *
 * @category constructors
 * @since 0.1.0
 */
export const packingOf = async (
  { height, width, rate, timed = false, sound }: Pick<WriteOptions, 'height' | 'width' | 'rate' | 'timed' | 'sound'>,
  even: boolean,
  ahead = 0
): Promise<Packing> => {
  const sized = (n: number): number => (even ? n + (n % 2) : n)
  const size: Shape = { height: sized(height), width: sized(width) }
  const dataOf = (frame: Frame): Uint8Array => (even ? evened(frame.data, frame) : frame.data)
  let [last, gap] = [0, rate.den / rate.num]
  const note = ({ time }: Frame, index: number): void => {
    if (index > 0) gap = time - last
    last = time
  }
  const end = (): number => last + gap
  if (!timed && sound === undefined) {
    const bare = ['-pix_fmt', 'rgb24', '-video_size', `${size.width}x${size.height}`, '-framerate', showRational(rate)]
    return {
      input: ['-f', 'rawvideo', ...bare],
      clock: [],
      frame: async (frame) => [dataOf(frame)],
      rest: async () => [],
      end
    }
  }
  const heard = async (picture: number, by = 0): Promise<ReadonlyArray<Uint8Array>> =>
    sound === undefined ? [] : [matroskaSound(await sound(picture, by))].filter(({ length }) => length > 0)
  const clock = timed ? ['-enc_time_base:v', '1:1000000', ...(await asTheyAre())] : ['-r', showRational(rate)]
  return {
    input: [...quick, '-f', 'matroska'],
    clock,
    frame: async (frame, index) => {
      note(frame, index)
      const head = index === 0 ? [matroskaHead(size, sound !== undefined)] : []
      return [...head, ...(await heard(frame.time, ahead)), matroskaFrame(dataOf(frame), frame.time)]
    },
    rest: () => heard(end()),
    end
  }
}

/** How many pictures an encoder may hold until there is sound to begin with. */
const held = ['-max_muxing_queue_size', '16384']

/**
 * What an encoder is told of the sound that comes with the frames.
 *
 * @category formats
 * @since 0.1.0
 */
export const voice = async (
  ffmpeg: string,
  { sound }: Pick<WriteOptions, 'sound'>,
  ways: ReadonlyArray<Way>
): Promise<ReadonlyArray<string>> =>
  sound === undefined || ways.length === 0
    ? ['-an']
    : ['-map', '0:v:0', '-map', '0:a:0', ...held, '-c:a', ...(await firstKnown(ffmpeg, ways))]
