/**
 * The sound of a film that comes as it is made: bare samples beside its pictures, counted from the first picture.
 *
 * Whoever decodes gives pictures and sound in the order of the film and stops while either is not taken. So sound is always
 * taken, and kept here until the picture it belongs to is written: pictures alone hold the decoder back, and nothing can wait
 * for the other. What is kept is bounded, and so is how long a picture's sound is waited for; what is missing is silence. Containers
 * may have the sound of many seconds behind their pictures, so that being late alone says little: late while the stream waits
 * for its source does.
 *
 * @since 0.1.0
 */

/**
 * 16-bit little-endian stereo at this many samples a second.
 *
 * @category formats
 * @since 0.1.0
 */
export const sampleRate = 48_000

/** Bytes of one sample. */
const wide = 4

/** Sound is handed on in whole milliseconds, so that its times are exact. */
const grain = wide * (sampleRate / 1000)

/** How much sound may be ahead of its picture: 64 MB, five and a half minutes. What comes beyond is lost, and silence instead. */
const most = 64_000_000

/** How many seconds sound may be behind its picture at most; then silence stands for it, and what comes for that time is lost. */
const latest = 30

/** How many seconds it may be behind without being late. */
const loose = 0.5

/** How many milliseconds a stream may wait for its source while its sound is late. */
const patience = 2000

/**
 * Samples in one piece, from `time` on, in seconds from the first picture.
 *
 * @category model
 * @since 0.1.0
 */
export interface Heard {
  readonly time: number
  readonly data: Uint8Array
}

/**
 * Takes sound behind one another: all from where the last piece ended until `ahead` seconds after a picture, as far as it has
 * come.
 *
 * @category model
 * @since 0.1.0
 */
export type Listener = (picture: number, ahead?: number) => Heard | Promise<Heard>

/**
 * Sound on its way from a decoder to those who write it. All listen before the first one takes.
 *
 * @category model
 * @since 0.1.0
 */
export interface Sound {
  readonly push: (data: Uint8Array) => void
  /** No more comes. */
  readonly end: () => void
  /** Whether all until a time has come. */
  readonly reaches: (seconds: number) => boolean
  readonly listen: () => (picture: number, ahead?: number) => Heard
}

const whole = (bytes: number): number => Math.max(0, Math.floor(bytes / grain) * grain)

/** Where a time is, in bytes. */
const place = (seconds: number): number => whole(Math.round(seconds * 1000) * grain)

/**
 * Sound of which nothing has come yet; at most `room` bytes are kept. `waited` tells how many milliseconds the stream has
 * waited for its source.
 *
 * @category constructors
 * @since 0.1.0
 */
export const soundOf = (waited: () => number, room: number = most): Sound => {
  const kept: Array<{ readonly at: number; readonly data: Uint8Array }> = []
  const places: Array<{ at: number }> = []
  let [come, size, since, over] = [0, 0, 0, false]
  /** Lets go of what everybody has taken. */
  const forget = (): void => {
    const first = Math.min(...places.map(({ at }) => at))
    for (let old = kept[0]; old !== undefined && old.at + old.data.length <= first; old = kept[0]) {
      size -= old.data.length
      kept.shift()
    }
  }
  return {
    push: (data) => {
      if (size + data.length <= room) {
        kept.push({ at: come, data })
        size += data.length
      }
      come += data.length
      since = waited()
    },
    end: () => {
      over = true
    },
    reaches: (seconds) => come >= place(seconds),
    listen: () => {
      const own = { at: 0 }
      places.push(own)
      return (picture, ahead = 0) => {
        const from = own.at
        if (come >= place(picture - loose)) since = waited()
        const silent = waited() - since > patience ? place(picture) : place(picture - latest)
        const to = Math.max(from, Math.min(place(picture + ahead), whole(come)), over ? 0 : silent)
        const out = Buffer.alloc(to - from)
        for (const { at, data } of kept) {
          if (at >= to) break
          if (at + data.length > from) out.set(data.subarray(Math.max(0, from - at), to - at), Math.max(0, at - from))
        }
        own.at = to
        forget()
        return { time: from / wide / sampleRate, data: out }
      }
    }
  }
}

/**
 * What ffmpeg is told to give the sound of its first input, beside the pictures in a pipe of its own unless another is named:
 * from the first picture on, which begins `lead` seconds after the file, with silence where there is none.
 *
 * @category reading
 * @since 0.1.0
 */
export const besides = (
  { index, lead }: { readonly index: number; readonly lead: number },
  to = 'pipe:3'
): ReadonlyArray<string> => {
  const cut = lead > 0 ? [`atrim=start=${lead}`, `asetpts=PTS-${lead}/TB`] : []
  const filter = [...cut, `aresample=${sampleRate}:async=1:first_pts=0`].join(',')
  return [
    ...['-map', `0:${index}`, '-vn', '-sn', '-dn', '-af', filter, '-ac', '2', '-ar', `${sampleRate}`],
    ...['-flush_packets', '1', '-f', 's16le', to]
  ]
}
