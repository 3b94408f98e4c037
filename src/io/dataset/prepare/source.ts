/**
 * One raw video made into clips.
 *
 * @since 0.1.0
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { badData, MediaFailure, problemOf } from '../../media/failure.js'
import { resize } from '../../media/fit.js'
import { type Clip, type Frame, type Limits, openClip, type Shape, writeFrames } from '../../media/index.js'
import { showProblem } from '../../problem/problem.js'
import type { Entry } from '../layout.js'
import { heeding } from '../pooled.js'
import type { Box, Settings, Source, Take } from './model.js'
import { type Stretch, stretches } from './shots.js'

/** The part of a picture inside a box. */
const cutOut = (frame: Frame, { x, y, width, height }: Box): Frame => {
  const data = new Uint8Array(3 * width * height)
  for (let row = 0; row < height; row++) {
    const from = 3 * ((y + row) * frame.width + x)
    data.set(frame.data.subarray(from, from + 3 * width), 3 * row * width)
  }
  return { data, height, width, time: frame.time }
}

/** The frames that a take is made of, in the size of the clips. */
async function* taken(clip: Clip, take: Take, size: Shape, fit: Settings['fit']): AsyncGenerator<Frame> {
  for await (const frame of clip.frames()) {
    if (take.end !== null && frame.time >= take.end) return
    if (frame.time < take.start) continue
    const part = take.box === null ? frame : cutOut(frame, take.box)
    yield { ...resize(part, size, fit), time: frame.time }
  }
}

const opened = async (path: string, { rate }: Settings, limits: Partial<Limits>): Promise<Clip> => {
  const clip = await openClip(path, { limits, ...(rate === null ? {} : { rate }) })()
  if (E.isLeft(clip)) throw new MediaFailure(clip.left)
  return clip.right
}

const inside = (file: string, { height, width }: Shape, { box }: Take): void => {
  if (box === null || (box.x + box.width <= width && box.y + box.height <= height)) return
  const actual = `${box.width}x${box.height} at ${box.x},${box.y}`
  throw badData(file, 'box', `a box inside the picture of ${width}x${height}`, actual)
}

const write = async (path: string, { frames }: Stretch, { rate }: Clip, limits: Partial<Limits>): Promise<void> => {
  const written = await writeFrames(path, frames, { rate, limits, quality: 95 })()
  if (E.isLeft(written)) throw new MediaFailure(written.left)
}

/** Six digits behind the point are a microsecond. */
const seconds = (n: number): number => Number(n.toFixed(6))

/**
 * Makes the clips of one video in the folder `out`, named after it and counted. What ends a take early, such as damage,
 * is put on record beside the clips that were whole by then; only an interruption and a full disk are thrown.
 *
 * @category files
 * @since 0.1.0
 */
export const prepareSource = async (
  { name, path }: Entry,
  sha256: string,
  takes: ReadonlyArray<Take>,
  settings: Settings,
  out: string,
  limits: Partial<Limits>,
  signal: AbortSignal,
  progress: (frames: number) => void
): Promise<Source> => {
  const clips: Array<Source['clips'][number]> = []
  const left: Array<Source['left'][number]> = []
  const failed: Array<string> = []
  await mkdir(out, { recursive: true })
  const stem = name.replaceAll('.', '-')
  const ending = settings.as === 'folder' ? '' : `.${settings.as}`
  for (const [n, take] of takes.entries()) {
    let writing = false
    try {
      const clip = await opened(path, settings, limits)
      inside(path, clip, take)
      const { height, width } = settings.size ?? take.box ?? clip
      const frames = heeding(taken(clip, take, { height, width }, settings.fit), signal)
      for await (const stretch of stretches(frames, settings)) {
        const { start, frames: held, motion, why } = stretch
        const span = { take: n, start: seconds(start), frames: held.length, motion: seconds(motion) }
        progress(held.length)
        if (why === undefined) {
          const clipName = `${stem}-${String(clips.length).padStart(4, '0')}${ending}`
          writing = true
          await write(join(out, clipName), stretch, clip, limits)
          writing = false
          clips.push({ name: clipName, ...span })
        } else left.push({ ...span, why })
      }
    } catch (cause) {
      const problem = problemOf(path, 'read', cause)
      if (writing || problem._tag === 'Interrupted') throw new MediaFailure(problem)
      failed.push(showProblem(problem))
    }
  }
  return { file: name, sha256, takes, clips, left, failed }
}
