/**
 * MP4, WebM and GIF through ffmpeg, raw frames by its standard input.
 *
 * @since 0.1.0
 */
import { type Child, reason, start } from './child.js'
import { type Container, containers } from './container.js'
import { firstKnown } from './encoder.js'
import { MediaFailure } from './failure.js'
import { need } from './find-ffmpeg.js'
import type { WriteOptions } from './model.js'
import { packingOf, voice } from './packing.js'
import { probe, type Sound } from './probe.js'
import { toNumber } from './rational.js'
import { headOf } from './regular.js'
import { type Demuxer, sniff, sniffed } from './sniff.js'
import { type Temporary, temporaryFile } from './temporary.js'
import type { Format } from './writer.js'

const quiet = ['-hide_banner', '-v', 'error', '-y']
const local = ['-protocol_whitelist', 'file,pipe']

/** What ffmpeg says while it writes (a full disk, a lost folder) is trouble with the file. */
const trouble = (path: string, why: string): MediaFailure =>
  new MediaFailure({ _tag: 'FileTrouble', file: path, doing: 'write', cause: why })

/** Older versions end as if all were well when the last bytes found no room. */
const lost = /error (writing|closing|muxing)|av_interleaved_write_frame|no space left|file too large/i

/** Audio to be added: the file it is in and how it goes into the container. */
interface Track extends Sound {
  readonly file: string
  readonly demuxer: Demuxer
  readonly from: number
  readonly encoder: ReadonlyArray<string>
}

/** Audio may begin this many seconds before the picture: less than a frame, and the delay that codecs have. */
const unheard = 0.04

const trackOf = async (ffmpeg: string, to: Container, options: WriteOptions): Promise<Track | undefined> => {
  const { audioFrom: file, audioStart = 0 } = options
  if (file === undefined || to.audio.length === 0) return undefined
  const content = sniff((await headOf(file, sniffed)).bytes)
  if (content?._tag !== 'Video') return undefined
  const { sound } = await probe(file, content.demuxer)
  if (sound === undefined) return undefined
  const encoder = to.copied.has(sound.codec) ? ['copy'] : await firstKnown(ffmpeg, to.audio)
  return {
    ...sound,
    file,
    demuxer: content.demuxer,
    from: audioStart + (sound.lead < unheard ? 0 : sound.lead),
    encoder
  }
}

/** Copies the picture and adds the audio, from where the picture begins to where it ends. */
const mixing = (picture: string, track: Track, seconds: number, to: Container, out: string): ReadonlyArray<string> => [
  ...[...quiet, '-nostdin', ...local, '-i', `file:${picture}`],
  ...[...local, '-f', track.demuxer, ...(track.from > 0 ? ['-ss', String(track.from)] : [])],
  ...['-t', String(seconds), '-i', `file:${track.file}`, '-map', '0:v:0', '-map', `1:${track.index}`],
  ...['-map_metadata', '-1', '-c:v', 'copy', '-c:a', ...track.encoder, ...to.more, '-f', to.muxer, `file:${out}`]
]

/**
 * A video file. The picture is encoded as frames come, and with it the sound that comes along; audio of another file is
 * added at the end, when the length is known, by copying the picture into a second file.
 *
 * @category writing
 * @since 0.1.0
 */
export const videoFormat = async (path: string, muxer: Container['muxer'], options: WriteOptions): Promise<Format> => {
  const to = containers[muxer]
  const ffmpeg = await need('ffmpeg')
  const encoder = await firstKnown(ffmpeg, to.video(options.quality ?? 80))
  const track = await trackOf(ffmpeg, to, options)
  const rate = to.rate(options.rate)
  const packing = await packingOf({ ...options, rate }, to.even)
  const sound = await voice(ffmpeg, options, to.audio)
  const picture = await temporaryFile(path)

  const timed = options.timed === true
  // the last frame has no length of its own, and an edit list would cut it off
  const uncut = muxer === 'mp4' ? ['-use_editlist', '0'] : []
  let child: Child = start(ffmpeg, [
    ...[...quiet, ...local, ...packing.input, '-i', 'pipe:0', ...sound, '-vf', to.filter, '-c:v', ...encoder],
    ...[...packing.clock, ...(timed ? ['-bf', '0', ...uncut] : []), ...to.more, '-f', muxer, `file:${picture.path}`]
  ])
  child.output.resume()
  const { input } = child
  let mixed: Temporary | undefined
  let dropped = false

  const ended = async (): Promise<void> => {
    const ending = await child.ended
    if (ending.code !== 0 || lost.test(child.said())) throw trouble(path, reason(ending, child.said()))
  }
  const drop = async (): Promise<void> => {
    dropped = true
    await child.stop()
    await Promise.all([picture.drop(), mixed?.drop()])
  }

  const feed = (data: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      input.write(data, (error) => {
        if (error === null || error === undefined) resolve()
        else ended().then(() => reject(error), reject)
      })
    })
  return {
    drop,
    put: async (frame, index) => {
      for (const part of await packing.frame(frame, index)) await feed(part)
    },
    finish: async (frames) => {
      for (const part of await packing.rest()) await feed(part)
      input.end()
      await ended()
      if (track === undefined) return picture.keep()
      mixed = await temporaryFile(path)
      if (dropped) throw trouble(path, 'given up')
      child = start(
        ffmpeg,
        mixing(picture.path, track, timed ? packing.end() : frames / toNumber(rate), to, mixed.path)
      )
      child.input.end()
      child.output.resume()
      await ended()
      await picture.drop()
      await mixed.keep()
    }
  }
}
