import * as E from 'fp-ts/lib/Either.js'
import { lastValueFrom, map, take, toArray } from 'rxjs'
import { afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { graph, toNode } from '../../src/graphs/graph.js'
import { filled } from '../../src/nodes/init.js'
import { readFilm, readPicture, writeFilm } from '../../src/nodes/media.js'
import { beside } from '../../src/nodes/picture.js'
import { record } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import { type Drivers, type Played, play } from '../../src/streams/play.js'

const frame = { height: 1, width: 2, fit: 'crop', strip: null } as const
const film = readFilm({ path: 'film', batch: 2, ...frame })
const still = readPicture({ path: 'still', ...frame })
const out = (path: string, timing: string) => writeFilm({ path, timing, audio: false })

const shown = (nested = false) => {
  const made = compile(
    graph('shown', record({}), (_, { step }) => {
      const { image } = step('still', still, {})
      const inner = graph('inner', record({}), (__, draw) => draw.step('film', film, {}))
      const { frames } = nested ? step('deep', toNode(inner), {}) : step('film', film, {})
      const pair = step('beside', beside, { left: image, right: frames })
      const timing = nested ? 'deep.film' : 'film'
      step('pair', out('pair', timing), pair)
      step('plain', out('plain', timing), { frames })
      return pair
    })
  )
  if (E.isLeft(made)) throw new Error('a graph that does not compile')
  return made.right
}

/** Drivers that remember what happened, in order. */
const remembering = (ticks: number, fails = (_: string): boolean => false) => {
  const log: Array<string> = []
  const happened = (what: string): void => {
    log.push(what)
    if (fails(what)) throw new Error(what)
  }
  const drivers: Drivers = {
    hold: async ({ path }) => {
      happened(`hold ${path}`)
      return { image: tf.fill([1, 1, 2, 3], 9) }
    },
    read: async ({ path }) => {
      happened(`read ${path}`)
      return (async function* () {
        try {
          for (let i = 0; i < ticks; i++) {
            happened(`pull ${i}`)
            yield { values: { frames: tf.fill([2, 1, 2, 3], i) }, count: 2 }
          }
        } finally {
          log.push('source closed')
        }
      })()
    },
    write: async ({ path }, sources) => {
      happened(`open ${path} among ${sources.map((s) => s.path).join(' ')}`)
      return {
        write: async ({ frames }) => {
          await Promise.resolve()
          happened(`${path} ${frames!.shape.join('x')} ${frames!.dataSync().at(-1)}`)
        },
        close: async () => happened(`close ${path}`),
        abort: async () => happened(`abort ${path}`)
      }
    }
  }
  return { log, drivers }
}
const read = ({ outputs, count }: Played<{ readonly frames: tf.Tensor4D }>) => {
  const value = [outputs.frames.shape.join('x'), outputs.frames.dataSync().at(-1), count]
  outputs.frames.dispose()
  return value
}
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
/** Resolves when what was begun has ended, and what was under way then has been let go. */
const over = async (begin: (ended: () => void) => void): Promise<void> => {
  await new Promise<void>((resolve) => begin(resolve))
  await soon()
}
const opening = ['hold still', 'read film', 'open pair among still film', 'open plain among still film']

describe('a program that is played', () => {
  let before = 0
  beforeAll(() => tf.startEngine())
  beforeEach(() => {
    before = tf.memory().numTensors
  })
  afterEach(() => expect(tf.memory().numTensors).toBe(before))

  it('holds, ticks, writes its sinks in order, hands over its outputs and closes', async () => {
    const { log, drivers } = remembering(2)
    expectTypeOf(play(shown(), drivers)({})).toEqualTypeOf<
      import('rxjs').Observable<Played<{ readonly frames: tf.Tensor4D }>>
    >()
    const values = await lastValueFrom(play(shown(), drivers, { limit: 1 })({}).pipe(map(read), toArray()))
    expect(values).toEqual([
      ['2x1x4x3', 0, 2],
      ['2x1x4x3', 1, 2]
    ])
    expect(log).toEqual([
      ...opening,
      ...['pull 0', 'pair 2x1x4x3 0', 'plain 2x1x2x3 0', 'pull 1', 'pair 2x1x4x3 1', 'plain 2x1x2x3 1'],
      ...['source closed', 'close pair', 'close plain']
    ])
  })

  it('finds a source in a graph within it', async () => {
    const { log, drivers } = remembering(1)
    await lastValueFrom(play(shown(true), drivers)({}).pipe(map(read)))
    expect(log).toContain('read deep.film')
    expect(log).toContain('pair 2x1x4x3 0')
  })

  it('of no frames writes none, and closes', async () => {
    const { log, drivers } = remembering(0)
    expect(await lastValueFrom(play(shown(), drivers)({}).pipe(toArray()))).toEqual([])
    expect(log).toEqual([...opening, 'source closed', 'close pair', 'close plain'])
  })

  it.each([
    ['hold still', ['hold still']],
    ['read film', opening.slice(0, 2)],
    ['open plain among still film', [...opening, 'abort pair']],
    ['pull 0', [...opening, 'pull 0', 'source closed', 'abort plain', 'abort pair']],
    [
      'plain 2x1x2x3 0',
      [...opening, 'pull 0', 'pair 2x1x4x3 0', 'plain 2x1x2x3 0', 'source closed', 'abort plain', 'abort pair']
    ],
    [
      'close plain',
      [
        ...opening,
        'pull 0',
        'pair 2x1x4x3 0',
        'plain 2x1x2x3 0',
        'source closed',
        'close pair',
        'close plain',
        'abort plain'
      ]
    ]
  ])('fails as %s fails, and ends what was begun', async (what, expected) => {
    const { log, drivers } = remembering(1, (happened) => happened === what)
    await expect(lastValueFrom(play(shown(), drivers, { limit: 1 })({}).pipe(map(read), toArray()))).rejects.toThrow(
      what
    )
    expect([...log].sort()).toEqual([...expected].sort())
  })

  it('tells the first failure also where ending fails as well', async () => {
    const { drivers } = remembering(1, (what) => what === 'pull 0' || what.startsWith('abort'))
    await expect(lastValueFrom(play(shown(), drivers)({}))).rejects.toThrow('pull 0')
  })

  it('fails where weights are missing, and aborts its sinks', async () => {
    const { drivers, log } = remembering(1)
    const weights = { w: filled('', 1) }
    const needing = { ...shown(), weights }
    await expect(lastValueFrom(play(needing, drivers)({}))).rejects.toThrow('BadWeights at w')
    expect(log.filter((l) => l.startsWith('abort'))).toEqual(['abort plain', 'abort pair'])
  })

  it('aborts its sinks when it is left, before or after the first frame', async () => {
    const early = remembering(3)
    await over((ended) => play(shown(), early.drivers, { ended })({}).subscribe().unsubscribe())
    expect(early.log).toEqual(['hold still'])
    const late = remembering(3)
    await over((ended) => play(shown(), late.drivers, { limit: 1, ended })({}).pipe(take(1), map(read)).subscribe())
    expect(late.log.filter((l) => /abort|close/.test(l)).sort()).toEqual(['abort pair', 'abort plain', 'source closed'])
  })

  it('shows the newest of what has come meanwhile where the latest counts, and tells how many it passed over', async () => {
    const { drivers } = remembering(0)
    let given = -1
    const source = async () =>
      (async function* () {
        for (let i = 0; i < 20; i++) {
          given = i
          yield { values: { frames: tf.fill([2, 1, 2, 3], i) }, count: 2, times: [i, i + 0.5] }
          await soon()
        }
      })()
    const slow: Drivers['write'] = async () => ({
      write: async ({ frames }) => {
        const shown = frames!.dataSync().at(-1)!
        while (given < Math.min(shown + 4, 19)) await soon()
      },
      close: async () => {},
      abort: async () => {}
    })
    let passed = 0
    const options = { policy: 'latest', dropped: (count: number) => (passed += count) } as const
    const played = play(shown(), { ...drivers, read: source, write: slow }, options)({})
    const seen = await lastValueFrom(
      played.pipe(
        map(({ times, ...made }) => ({ times, value: read(made) })),
        toArray()
      )
    )
    const numbers = seen.map(({ value }) => Number(value[1]))
    expect([numbers[0], numbers.at(-1)]).toEqual([0, 19])
    numbers.slice(1, -1).forEach((n, i) => expect(n - numbers[i]!).toBeGreaterThanOrEqual(4))
    expect(seen.map(({ times }) => times)).toEqual(numbers.map((n) => [n, n + 0.5]))
    expect(2 * numbers.length + passed).toBe(40)
  })

  it('lets go of what waits where the latest counts and it is left', async () => {
    const { drivers, log } = remembering(30)
    await over((ended) => play(shown(), drivers, { policy: 'latest', ended })({}).pipe(take(1), map(read)).subscribe())
    expect(log.filter((l) => l.startsWith('abort')).length).toBe(2)
  })
})
