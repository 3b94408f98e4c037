/** `keyflow dataset prepare`: raw videos cut into training clips, with a record of what was left out and why. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { limitsOf } from '../animation/index.js'
import type { RunOf } from '../cli/declarations.js'
import { type PrepareSettings, prepare, preparedFile, readTakes, type Take, videosOf } from '../dataset/index.js'
import type { Problem } from '../problem/index.js'

const both: Problem = { _tag: 'Usage', at: '--box', expected: 'one of --box and --boxes', actual: 'both' }

export const run: RunOf<'dataset prepare'> = (o, terminal) => {
  if (o.box !== undefined && o.boxes !== undefined) return TE.left(both)
  const settings: PrepareSettings = {
    size: o.size ?? null,
    fit: o.fit ?? 'crop',
    least: o.frames?.least ?? 16,
    most: o.frames?.most ?? 128,
    rate: o.fps ?? null,
    cut: o.cut ?? 0.15,
    still: o.skipStatic ?? 0,
    as: o.as ?? 'png'
  }
  const all: ReadonlyArray<Take> = [{ box: o.box ?? null, start: 0, end: null }]
  const { boxes } = o
  const bar = terminal.progress('prepare')
  return pipe(
    TE.Do,
    TE.bind('videos', () => videosOf(o.raw)),
    TE.bind('takes', ({ videos }) =>
      boxes === undefined
        ? TE.right(() => all)
        : pipe(
            readTakes(
              boxes,
              videos.map(({ name }) => name)
            ),
            TE.map((table) => (name: string) => table.get(name) ?? [])
          )
    ),
    TE.bind('record', ({ videos, takes }) =>
      prepare({
        out: o.out,
        settings,
        videos,
        takes,
        limits: limitsOf(o),
        signal: terminal.signal,
        progress: bar.advance
      })
    ),
    TE.tapIO(() => bar.end),
    TE.tapError((problem) => {
      bar.end()
      if (problem._tag === 'Interrupted') terminal.say('the same command goes on from here')
      return TE.right(undefined)
    }),
    TE.map(({ record: { sources } }) => {
      const clips = sources.flatMap((source) => source.clips)
      const frames = clips.reduce((n, clip) => n + clip.frames, 0)
      const left = sources.flatMap(({ file, left: stretches, takes, failed }) => [
        ...(takes.length === 0 ? [`${file}: no box`] : []),
        ...stretches.map(({ start, frames: n, why }) => `${file}: ${n} frames from ${start} s on: ${why}`),
        ...failed
      ])
      return {
        json: { path: `${o.out}/${preparedFile}`, settings, clips: clips.length, frames, sources },
        text: [
          ...left.map((line) => `left out: ${line}`),
          `${o.out}: ${clips.length} clips, ${frames} frames, from ${sources.length} videos`
        ].join('\n'),
        code: clips.length === 0 ? 1 : 0
      }
    })
  )
}
