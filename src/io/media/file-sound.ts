/**
 * The sound of a file for a film that is written to a pipe: decoded no faster than its pictures are.
 *
 * @since 0.1.0
 */
import { type Child, start } from './child.js'
import { need } from './find-ffmpeg.js'
import { probe } from './probe.js'
import { headOf } from './regular.js'
import { sniff, sniffed } from './sniff.js'
import { besides, type Listener, soundOf } from './sound.js'

/** The sound of a file, and the end of its decoder. */
export interface FileSound {
  readonly sound: Listener
  readonly stop: () => Promise<void>
}

/**
 * Reads from a decoder, which begins with the first picture, as much as each picture needs. What cannot be decoded is the end of
 * the sound.
 */
const listening = (begin: () => Child): FileSound => {
  const heard = soundOf(() => 0)
  const take = heard.listen()
  let child: Child | undefined
  let chunks: AsyncIterator<Uint8Array> | undefined
  let over = false
  const next = async (): Promise<void> => {
    child ??= begin()
    chunks ??= (child.output as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
    const got = await chunks.next().catch(() => undefined)
    over = got === undefined || got.done === true
    if (got === undefined || got.done === true) heard.end()
    else heard.push(got.value)
  }
  return {
    sound: async (picture, ahead = 0) => {
      while (!over && !heard.reaches(picture + ahead)) await next()
      return take(picture, ahead)
    },
    stop: async () => {
      over = true
      await child?.stop()
    }
  }
}

/**
 * The sound of a local video from `from` seconds after its first picture on; nothing for a file that has none.
 *
 * @category reading
 * @since 0.1.0
 */
export const soundOfFile = async (file: string, from = 0): Promise<FileSound | undefined> => {
  const content = sniff((await headOf(file, sniffed)).bytes)
  if (content?._tag !== 'Video') return undefined
  const [{ sound }, ffmpeg] = [await probe(file, content.demuxer), await need('ffmpeg')]
  if (sound === undefined) return undefined
  const local = ['-nostdin', '-hide_banner', '-v', 'error', '-protocol_whitelist', 'file,pipe', '-f', content.demuxer]
  const heard = besides({ index: sound.index, lead: sound.lead + from }, 'pipe:1')
  return listening(() => {
    const child = start(ffmpeg, [...local, '-i', `file:${file}`, ...heard])
    child.input.end()
    return child
  })
}
