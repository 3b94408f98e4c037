/** `keyflow dataset synth`: draws videos whose every joint is known. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunOf } from '../cli/declarations.js'
import type { Problem } from '../problem/index.js'
import { type SynthSettings, synthesise, synthFile } from '../synth/index.js'

const usage = (at: string, expected: string, actual: string): Problem => ({ _tag: 'Usage', at, expected, actual })

/** The shortest and longest side, in pixels, and the most frames of a video. */
const sides = { least: 16, most: 1024 }
const longest = 1000

const judged = (settings: SynthSettings): TE.TaskEither<Problem, SynthSettings> => {
  const { height, width } = settings.size
  if (Math.min(height, width) < sides.least || Math.max(height, width) > sides.most)
    return TE.left(usage('--size', `sides from ${sides.least} to ${sides.most}`, `${height}x${width}`))
  if (Math.max(height, width) > 2 * Math.min(height, width))
    return TE.left(usage('--size', 'no side above twice the other', `${height}x${width}`))
  const { least, most } = settings.frames
  return most > longest
    ? TE.left(usage('--frames', `at most ${longest} frames`, `${least}-${most}`))
    : TE.right(settings)
}

export const run: RunOf<'dataset synth'> = (o, terminal) => {
  const { kind, seed = 0, videos = 100 } = o
  if (kind === undefined) return TE.left(usage('--kind', 'one of shapes, creatures', 'nothing'))
  const settings: SynthSettings = {
    kind,
    seed,
    size: o.size ?? { height: 64, width: 64 },
    frames: o.frames ?? (kind === 'shapes' ? { least: 32, most: 32 } : { least: 16, most: 32 }),
    oneInTest: o.test ?? 10,
    format: o.format ?? 'png',
    videos
  }
  return pipe(
    judged(settings),
    TE.flatMap(() => {
      const bar = terminal.progress('synth', videos)
      return pipe(
        synthesise(o.out, settings, { signal: terminal.signal, advance: bar.advance }),
        TE.tapIO(() => bar.end),
        TE.tapError((problem) => {
          bar.end()
          if (problem._tag === 'Interrupted') terminal.say('the same command goes on from here')
          return TE.right(undefined)
        })
      )
    }),
    TE.map((drawn) => ({
      json: { path: `${o.out}/${synthFile}`, settings, drawn },
      text: `${o.out}: ${videos} videos of ${kind}, ${drawn} of them drawn now`
    }))
  )
}
