/** Films and terminals for the tests of measures, made by the tests. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Terminal } from '../../../src/io/cli/command.js'
import { declarations, type RunOf } from '../../../src/io/cli/declarations.js'
import { writeTruth } from '../../../src/io/measures/truth.js'
import { openWriter } from '../../../src/io/media/index.js'
import type { Problem } from '../../../src/io/problem/problem.js'
import { temporaryFolder } from '../../temporary.js'

/** A folder of its own. */
export const folder = (): string => temporaryFolder('measures')

/** The result of a task that must not fail. */
export const right = async <A>(task: TE.TaskEither<Problem, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

/** The problem of a task that must fail. */
export const left = async <A>(task: TE.TaskEither<Problem, A>): Promise<Problem> => {
  const result = await task()
  if (E.isRight(result)) throw new Error(`no problem but ${JSON.stringify(result.right)}`)
  return result.left
}

/** The centre of a disc of `film` in a frame, in pixels: it moves on a line of its own. */
export const centre = (film: number, t: number): readonly [number, number] => [
  14 + 2 * t + film,
  20 + ((3 * film) % 20) + t
]

/** The bytes of a frame of 64x64: black, with a coloured disc. */
export const disc = ([cx, cy]: readonly [number, number], radius = 7): Uint8Array => {
  const data = new Uint8Array(64 * 64 * 3)
  for (let y = 0; y < 64; y++)
    for (let x = 0; x < 64; x++) if (Math.hypot(x - cx, y - cy) <= radius) data.set([220, 120, 60], 3 * (64 * y + x))
  return data
}

/** Writes frames of 64x64 as a strip. */
export const strip = async (path: string, frames: ReadonlyArray<Uint8Array>): Promise<void> => {
  const writer = await right(openWriter(path, { height: 64, width: 64, rate: { num: 25, den: 1 } }))
  for (const data of frames) await writer.write({ data, height: 64, width: 64, time: 0 })
  await writer.close()
}

/** A terminal that keeps what is said. */
export const heard = (): Terminal & { readonly lines: Array<string>; readonly abort: () => void } => {
  const [lines, control]: [Array<string>, AbortController] = [[], new AbortController()]
  return {
    lines,
    abort: () => control.abort('SIGINT'),
    say: (line) => lines.push(line),
    progress: () => ({ advance: () => {}, end: () => {} }),
    signal: control.signal
  }
}

/** A measure's value by its name. */
export const value = (report: object, name: string): number | null => {
  const { measures } = report as { measures: ReadonlyArray<{ name: string; value: number | null }> }
  const found = measures.find((m) => m.name === name)
  if (found === undefined) throw new Error(`no measure ${name} among ${measures.map((m) => m.name).join(', ')}`)
  return found.value
}

/** The flags of a command: what is given, and what it takes otherwise. */
export const flags = <K extends keyof typeof declarations>(command: K, given: object): Parameters<RunOf<K>>[0] =>
  ({
    ...Object.fromEntries(Object.entries(declarations[command].options).map(([name, o]) => [name, o.fallback])),
    ...given
  }) as Parameters<RunOf<K>>[0]

/** Writes ground truth of one joint beside a film: the places of a disc's centre. */
export const truthBeside = async (
  dir: string,
  name: string,
  centres: ReadonlyArray<readonly [number, number]>
): Promise<void> => {
  const position = Float32Array.from(centres.flatMap(([x, y]) => [(2 * x) / 63 - 1, (2 * y) / 63 - 1]))
  const visible = new Float32Array(centres.length).fill(1)
  await right(
    writeTruth({ name, path: join(dir, `${name}.png`) }, { joints: 1, frames: centres.length, position, visible })
  )
}
