/**
 * A program of one's own, as the beginning that is written: a picture moved by a film, its motion made stronger or weaker.
 *
 * @since 0.1.0
 */
import type { Names } from './names.js'

/**
 * The pipeline as a function.
 *
 * @category files
 * @since 0.1.0
 */
export const pipeline = ({
  value,
  words
}: Names): string => `import { type Animated, type Pictures, pipeline } from 'keyflow'

/** How it goes: strength 0 keeps the picture still, 1 moves it as the film moves. */
export interface Options {
  readonly model: string
  readonly strength: number
  readonly signal?: AbortSignal
}

/**
 * The ${words}: what it does, in one sentence. (Here: a picture moved by a film, as strongly as wanted.)
 *
 * \`source\` is the path of a picture, \`frames\` the path of a film or pictures in any stream; frames come out as they are made, one for
 * each that went in, in RGB bytes at the size of the model. Rejects with a \`ProblemError\` that says where and why.
 *
 * @category pipelines
 * @since 0.1.0
 */
export async function* ${value}(
  source: string,
  frames: Pictures,
  { model, strength, signal }: Options
): AsyncGenerator<Animated, void, void> {
  const animate = await pipeline('transfer', { model })
  try {
    yield* animate(source, frames, { strength, ...(signal === undefined ? {} : { signal }) })
  } finally {
    await animate[Symbol.asyncDispose]()
  }
}
`

/**
 * What holds for every input.
 *
 * @category files
 * @since 0.1.0
 */
export const laws = ({ file, value }: Names): string => `import fc from 'fast-check'
import type { Animated, Picture } from 'keyflow'
import { type Options, ${value} } from './${file}.js'

/** A few pictures of noise, drawn from a seed. */
export const films: fc.Arbitrary<ReadonlyArray<Picture>> = fc
  .record({ length: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 8, max: 40 }), grey: fc.nat(255) })
  .map(({ length, size, grey }) =>
    Array.from({ length }, (_, t) => ({
      data: new Uint8Array(size * size * 3).map((_, i) => (grey + 31 * t + 7 * i) % 256),
      height: size,
      width: size
    }))
  )

/** All frames that come of some. */
export const all = async (source: string, film: ReadonlyArray<Picture>, options: Options): Promise<Array<Animated>> => {
  const made: Array<Animated> = []
  for await (const frame of ${value}(source, film, options)) made.push(frame)
  return made
}

type Law = (film: ReadonlyArray<Picture>, made: ReadonlyArray<Animated>) => boolean

/** Each says whether it holds for what was made of a film. */
export const laws: Readonly<Record<string, Law>> = {
  'a frame comes out for each that goes in': (film, made) => made.length === film.length,
  'every frame is whole': (_, made) => made.every(({ data, height, width }) => data.length === height * width * 3),
  'time goes on': (_, made) => made.every(({ time }, i) => i === 0 || time > made[i - 1]!.time)
}
`

/**
 * Its test: the laws for a few films, and that it can be left early.
 *
 * @category files
 * @since 0.1.0
 */
export const test = ({ file, value }: Names): string => `import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { all, films, laws } from './${file}.laws.js'
import { ${value} } from './${file}.js'

vi.setConfig({ testTimeout: 60_000 }) // a model is loaded

const inPackage = (path: string): string =>
  fileURLToPath(new URL(path, import.meta.resolve('keyflow/package.json')))
const model = inPackage('models/shapes.safetensors')
const source = inPackage('models/demo/source.png')
const driving = inPackage('models/demo/driving.mp4')

describe('${value}', () => {
  it.each(Object.entries(laws))('%s', async (_, law) => {
    const holds = async (film: Parameters<typeof law>[0]) => law(film, await all(source, film, { model, strength: 1 }))
    await fc.assert(fc.asyncProperty(films, holds), { numRuns: 3 })
  })

  it('can be left early', async () => {
    for await (const { score } of ${value}(source, driving, { model, strength: 1 })) {
      expect(score).toBeGreaterThanOrEqual(0)
      break
    }
  })

  it('stops when asked to', async () => {
    const stop = AbortSignal.abort(new Error('enough'))
    const run = ${value}(source, driving, { model, strength: 1, signal: stop }).next()
    await expect(run).rejects.toThrow('enough')
  })
})
`
