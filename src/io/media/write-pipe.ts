/**
 * Films written to standard output as they are made, for whoever reads it on the other side of a pipe.
 *
 * @since 0.1.0
 */
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { type Child, reason, start } from './child.js'
import { containers } from './container.js'
import { firstKnown, promptVideo } from './encoder.js'
import { MediaFailure } from './failure.js'
import { soundOfFile } from './file-sound.js'
import { need } from './find-ffmpeg.js'
import type { PipeFormat, WriteOptions } from './model.js'
import { type Packing, packingOf, voice } from './packing.js'
import type { Format } from './writer.js'

/** Standard output, written without holding up what else goes on. */
const standardOutput = (): Writable => createWriteStream('', { fd: 1, autoClose: false })

const isClosed = (cause: unknown): boolean => (cause as NodeJS.ErrnoException | null)?.code === 'EPIPE'

/**
 * Writes to the other side, which may go away. Who writes is then told to be quiet: what is written comes nowhere, and
 * `gone` is called once.
 */
const outlet = (out: Writable, gone: () => void) => {
  let closed = false
  let failure: Error | undefined
  const note = (error: Error): void => {
    if (isClosed(error) && !closed) gone()
    if (isClosed(error)) closed = true
    else failure ??= error
  }
  out.on('error', note)
  const write = (data: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      if (closed) return resolve()
      if (failure !== undefined) return reject(failure)
      out.write(data, (error) => {
        if (error !== null && error !== undefined) note(error)
        if (failure === undefined) resolve()
        else reject(failure)
      })
    })
  return { write, closed: () => closed }
}

/** Frames as JPEG pictures behind one another, or as bare bytes. */
const plain = (out: ReturnType<typeof outlet>, jpeg: boolean, quality: number): Format => ({
  put: async ({ data, height, width }) => {
    if (!jpeg) return out.write(data)
    const { default: sharp } = await import('sharp')
    const picture = sharp(data, { raw: { height, width, channels: 3 } })
    await out.write(
      await picture.jpeg({ quality: Math.max(1, Math.round(quality)), chromaSubsampling: '4:4:4' }).toBuffer()
    )
  },
  finish: async () => {},
  drop: async () => {}
})

/** Cut into pieces of one frame, so that every frame can be shown at once. */
const pieces: Readonly<Record<'mp4' | 'webm', ReadonlyArray<string>>> = {
  mp4: ['-movflags', 'frag_every_frame+empty_moov+default_base_moof'],
  webm: ['-cluster_time_limit', '0']
}

/** Sound goes ahead of its picture by so many seconds: a container holds a picture back until there is sound to go with it. */
const ahead = 0.2

/** What is asked of ffmpeg to pack frames for the other side of a pipe. */
const command = (
  muxer: 'mp4' | 'webm',
  encoder: ReadonlyArray<string>,
  sound: ReadonlyArray<string>,
  { input, clock }: Packing
): ReadonlyArray<string> => {
  const { filter, more } = containers[muxer]
  const kept = more.filter((word) => word !== '-movflags' && word !== '+faststart')
  return [
    ...['-hide_banner', '-v', 'error', '-protocol_whitelist', 'pipe', ...input, '-i', 'pipe:0'],
    ...[...sound, '-vf', filter, '-c:v', ...encoder, ...clock, ...kept, ...pieces[muxer], '-flush_packets', '1'],
    ...['-f', muxer, 'pipe:1']
  ]
}

/** An encoder whose output goes out as it comes. */
const packed = async (out: ReturnType<typeof outlet>, muxer: 'mp4' | 'webm', asked: WriteOptions): Promise<Format> => {
  const ffmpeg = await need('ffmpeg')
  const { audioFrom, audioStart } = asked
  const film =
    asked.sound === undefined && audioFrom !== undefined ? await soundOfFile(audioFrom, audioStart) : undefined
  const options = film === undefined ? asked : { ...asked, sound: film.sound }
  const encoder = await firstKnown(ffmpeg, promptVideo[muxer](options.quality ?? 80))
  const packing = await packingOf(options, true, ahead)
  const sound = await voice(ffmpeg, options, containers[muxer].audio)
  const child: Child = start(ffmpeg, command(muxer, encoder, sound, packing))
  const sent = (async () => {
    for await (const chunk of child.output as AsyncIterable<Uint8Array>) await out.write(chunk)
  })()
  sent.catch(() => {})
  const ended = async (): Promise<void> => {
    const ending = await child.ended
    if (ending.code !== 0 && !out.closed())
      throw new MediaFailure({
        _tag: 'FileTrouble',
        file: 'standard output',
        doing: 'write',
        cause: reason(ending, child.said())
      })
  }
  const feed = (data: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      child.input.write(data, (error) => {
        if (error === null || error === undefined || out.closed()) resolve()
        else ended().then(() => reject(error), reject)
      })
    })
  return {
    put: async (frame, index) => {
      for (const part of await packing.frame(frame, index)) await feed(part)
    },
    finish: async () => {
      for (const part of await packing.rest()) await feed(part)
      child.input.end()
      await film?.stop()
      await sent
      await ended()
    },
    drop: async () => void (await Promise.all([film?.stop(), child.stop()]))
  }
}

/**
 * A film on standard output: fragmented MP4, WebM, JPEG pictures behind one another or bare rgb24 frames, each sent when it is
 * made. Whoever reads may leave at any time: what is still written is thrown away, and `gone` is called.
 *
 * @category writing
 * @since 0.1.0
 */
export const pipeFormat = async (
  format: PipeFormat,
  options: WriteOptions,
  to: Writable = standardOutput()
): Promise<Format> => {
  const out = outlet(to, options.gone ?? (() => {}))
  return format === 'mp4' || format === 'webm'
    ? packed(out, format, options)
    : plain(out, format === 'mjpeg', options.quality ?? 80)
}
