/**
 * Recording as MP4, by the browser's own encoder.
 *
 * @since 0.1.0
 */
import {
  BufferTarget,
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  Output,
  VideoSample,
  VideoSampleSource
} from 'mediabunny'
import { trouble } from '../state/words.js'
import type { Recorder } from './recorder.js'

/**
 * A recorder of frames of a size; throws trouble where the browser has no encoder.
 *
 * @category recorders
 * @since 0.1.0
 */
export const mp4 = async (width: number, height: number): Promise<Recorder> => {
  const codec = await getFirstEncodableVideoCodec(['avc', 'hevc', 'vp9', 'av1'], { width, height })
  if (codec === null) throw trouble('This browser cannot write films.', 'Record a GIF, or take another browser.')
  const target = new BufferTarget()
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target })
  const track = new VideoSampleSource({ codec, bitrate: 2_500_000, latencyMode: 'realtime' })
  output.addVideoTrack(track)
  await output.start()
  type Held = { readonly sample: VideoSample; readonly seconds: number }
  let last: Held | undefined
  let chain = Promise.resolve()
  /** Frames come before those before them are written: each is written once, in turn. */
  const write = (held: Held | undefined, until: number): Promise<void> => {
    if (held === undefined) return chain
    const { sample, seconds } = held
    sample.setDuration(Math.max(0.001, until - seconds))
    chain = chain.then(() => track.add(sample)).finally(() => sample.close())
    return chain
  }
  return {
    // a frame is written when the next one tells how long it lasts
    add: (canvas, seconds) => {
      const before = last
      last = { sample: new VideoSample(canvas, { timestamp: seconds }), seconds }
      return write(before, seconds)
    },
    finish: async () => {
      const end = last
      last = undefined
      await write(end, (end?.seconds ?? 0) + 0.04)
      await output.finalize()
      return new Blob([target.buffer ?? new ArrayBuffer(0)], { type: 'video/mp4' })
    },
    abort: () => {
      last?.sample.close()
      output.cancel().catch(() => undefined)
    }
  }
}
