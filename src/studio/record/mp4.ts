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
  let last: { readonly sample: VideoSample; readonly seconds: number } | undefined
  const write = async (until: number): Promise<void> => {
    if (last === undefined) return
    last.sample.setDuration(Math.max(0.001, until - last.seconds))
    await track.add(last.sample)
    last.sample.close()
    last = undefined
  }
  return {
    // a frame is written when the next one tells how long it lasts
    add: async (canvas, seconds) => {
      const sample = new VideoSample(canvas, { timestamp: seconds })
      await write(seconds)
      last = { sample, seconds }
    },
    finish: async () => {
      await write((last?.seconds ?? 0) + 0.04)
      await output.finalize()
      return new Blob([target.buffer ?? new ArrayBuffer(0)], { type: 'video/mp4' })
    },
    abort: () => {
      last?.sample.close()
      output.cancel().catch(() => undefined)
    }
  }
}
