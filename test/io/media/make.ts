/** Media for the tests, made by the tests. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll } from 'vitest'
import {
  type Clip,
  type Frame,
  findFfmpeg,
  MediaFailure,
  openClip,
  openWriter,
  type ReadOptions,
  type WriteOptions
} from '../../../src/io/media/index.js'
import { type Problem, showProblem } from '../../../src/io/problem/problem.js'

export const shared = resolve(import.meta.dirname, '../../../../shared')
export const hasShared = existsSync(join(shared, 'media'))

/** The title of a group that needs the shared media, saying so when they are not there. */
export const needsShared = (title: string): string =>
  hasShared ? title : `${title} (skipped: no ../shared/media beside the repository)`

/** A folder for the tests of a file, gone after them. */
export const scratch = (): ((name: string) => string) => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyflow-media-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return (name) => join(folder, name)
}

const run = promisify(execFile)

export const ffmpeg = async (...args: ReadonlyArray<string>): Promise<void> => {
  const { ffmpeg: program } = await findFfmpeg()
  if (program === undefined) throw new Error('the tests of media need ffmpeg')
  await run(program, ['-nostdin', '-v', 'error', '-y', ...args])
}

export const ffmpegBytes = async (...args: ReadonlyArray<string>): Promise<Uint8Array> => {
  const { ffmpeg: program = '' } = await findFfmpeg()
  const { stdout } = await run(program, ['-nostdin', '-v', 'error', ...args], {
    encoding: 'buffer',
    maxBuffer: 2 ** 30
  })
  return stdout
}

/** The option that passes frames on as they are, which old and new versions call differently. */
export const asTheyAre = async (): Promise<ReadonlyArray<string>> => {
  const { version = '' } = await findFfmpeg()
  return /^(N-4|[234]\.)/.test(version) ? ['-vsync', '0'] : ['-fps_mode', 'passthrough']
}

export const ffprobe = async (file: string, ...args: ReadonlyArray<string>): Promise<any> => {
  const { ffprobe: program = '' } = await findFfmpeg()
  const shown = ['-show_streams', '-show_format', '-of', 'json']
  return JSON.parse((await run(program, ['-v', 'error', ...shown, ...args, file])).stdout)
}

export const opened = async (path: string, options: ReadOptions = {}): Promise<Clip> => {
  const clip = await openClip(path, options)()
  if (E.isLeft(clip)) throw new Error(showProblem(clip.left))
  return clip.right
}

export const all = async (frames: AsyncIterable<Frame>): Promise<ReadonlyArray<Frame>> => {
  const list: Array<Frame> = []
  for await (const frame of frames) list.push(frame)
  return list
}

export const read = async (path: string, options: ReadOptions = {}): Promise<ReadonlyArray<Frame>> =>
  all((await opened(path, options)).frames())

/** The problem that opening ends with, or reading after it. */
export const problem = async (path: string, options: ReadOptions = {}): Promise<Problem> => {
  const clip = await openClip(path, options)()
  if (E.isLeft(clip)) return clip.left
  return failing(all(clip.right.frames()))
}

export const failing = async (promise: Promise<unknown>): Promise<Problem> => {
  try {
    await promise
  } catch (cause) {
    if (cause instanceof MediaFailure) return cause.problem
    throw cause
  }
  throw new Error('expected a failure')
}

export const write = async (path: string, frames: ReadonlyArray<Frame>, options: Partial<WriteOptions> = {}) => {
  const { height, width } = frames[0]!
  const writer = await openWriter(path, { height, width, rate: { num: 25, den: 1 }, ...options })()
  if (E.isLeft(writer)) throw new MediaFailure(writer.left)
  for (const frame of frames) await writer.right.write(frame)
  await writer.right.close()
}

/** A frame from a function of its pixels. */
export const paint = (
  height: number,
  width: number,
  colour: (x: number, y: number) => ReadonlyArray<number>,
  time = 0
): Frame => {
  const data = new Uint8Array(height * width * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), 3 * (y * width + x))
  }
  return { data, height, width, time }
}

/** Frames that tell which they are: grey levels in steps of `step`. */
export const numbered = (count: number, height: number, width: number, step = 8): ReadonlyArray<Frame> =>
  Array.from({ length: count }, (_, n) => paint(height, width, () => [n * step, n * step, n * step], n / 25))

/** Which numbered frame this is. */
export const numberOf = (frame: Frame, step = 8): number => Math.round(mean(frame.data) / step)

export const mean = (data: Uint8Array): number => data.reduce((sum, b) => sum + b, 0) / data.length

/** The greatest and the mean difference of two pictures. */
export const apart = (a: Uint8Array, b: Uint8Array): { readonly most: number; readonly mean: number } => {
  if (a.length !== b.length) throw new Error(`lengths ${a.length} and ${b.length}`)
  let most = 0
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i]! - b[i]!)
    most = Math.max(most, d)
    sum += d
  }
  return { most, mean: sum / a.length }
}

/** Writes raw frames into a lossless video. */
export const lossless = async (path: string, frames: ReadonlyArray<Frame>, ...more: ReadonlyArray<string>) => {
  const raw = `${path}.rgb`
  await writeFile(raw, Buffer.concat(frames.map((f) => f.data)))
  const size = `${frames[0]!.width}x${frames[0]!.height}`
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', size, '-framerate', '25', '-i', raw]
  await ffmpeg(...input, '-c:v', 'libx264rgb', '-qp', '0', ...more, path)
  await rm(raw)
}

/** The processes that this one has started and that still run. */
export const children = (): ReadonlyArray<number> =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, 'x ')
          .split(' ')
        return Number(parent) === process.pid && state !== 'Z'
      } catch {
        return false
      }
    })
    .map(Number)

export const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
