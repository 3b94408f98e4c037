import { from, Subject } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Picture, type Pipelines, ProblemError, pipeline, type Ready } from '../../src/io/pipeline.js'
import * as tf from '../../src/nodes/tf.js'
import { comes } from '../until.js'

const model = 'models/shapes.safetensors'
const picture = (seed: number, side = 64): Picture => ({
  data: Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * (seed + 3) * 7919) % 256),
  height: side,
  width: side
})
const film = [1, 2, 3].map((seed) => picture(seed))
const gathered = async <A>(all: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const out: Array<A> = []
  for await (const one of all) out.push(one)
  return out
}

describe('a pipeline in one call', () => {
  let animate: Ready<Pipelines['transfer']>
  let before = 0
  beforeAll(async () => {
    await tf.startEngine()
    before = tf.memory().numTensors
    animate = await pipeline('transfer', { model })
  })
  afterAll(async () => {
    await animate[Symbol.asyncDispose]()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('animates pictures from arrays, generators and Observables alike, one frame for each', async () => {
    const all = await gathered(animate(picture(0), film))
    expect(all.map(({ data, height, width, time }) => [data.length, height, width, time])).toEqual(
      film.map((_, i) => [64 * 64 * 3, 64, 64, i / 25])
    )
    async function* slowly() {
      yield* film
    }
    expect(await gathered(animate(picture(0), slowly()))).toEqual(all)
    expect(await gathered(animate(picture(0), from(film)))).toEqual(all)
  })

  it('reads films by their path and brings pictures of any size to that of the networks', async () => {
    const all = await gathered(animate('models/demo/source.png', 'models/demo/driving.mp4'))
    expect(all.length).toBeGreaterThan(1)
    const [larger] = await gathered(animate(picture(0, 100), [picture(1, 80)]))
    expect(larger).toMatchObject({ height: 64, width: 64 })
  })

  it('may be left, aborted and failed without a trace', async () => {
    const now = tf.memory().numTensors
    const endless = new Subject<Picture>()
    const running = animate(picture(0), endless)
    const first = running.next()
    await comes(() => endless.observed)
    endless.next(picture(1))
    await first
    await running.return()
    expect(endless.observed).toBe(false)
    const stop = new AbortController()
    const aborted = animate(picture(0), film, { signal: stop.signal })
    await aborted.next()
    stop.abort(new Error('enough'))
    await expect(aborted.next()).rejects.toThrow('enough')
    const failing = (async function* () {
      yield film[0]!
      throw new Error('camera unplugged')
    })()
    await expect(gathered(animate(picture(0), failing))).rejects.toThrow('camera unplugged')
    expect(tf.memory().numTensors).toBe(now)
  })

  it('may be aborted and left while it waits for a frame', async () => {
    const now = tf.memory().numTensors
    for (const policy of ['block', 'latest'] as const) {
      const [camera, stop] = [new Subject<Picture>(), new AbortController()]
      const waiting = animate(picture(0), camera, { policy, signal: stop.signal }).next()
      await comes(() => camera.observed)
      stop.abort(new Error('enough'))
      await expect(waiting).rejects.toThrow('enough')
      expect(camera.observed).toBe(false)
    }
    const camera = new Subject<Picture>()
    const shown = animate(picture(0), camera, { policy: 'latest' })
    const first = shown.next()
    await comes(() => camera.observed)
    camera.next(picture(1))
    await first
    await shown.return()
    expect(camera.observed).toBe(false)
    expect(tf.memory().numTensors).toBe(now)
  })

  it('says what is wrong as a problem', async () => {
    const short = { ...picture(1), data: new Uint8Array(5) }
    await expect(gathered(animate(picture(0), [short]))).rejects.toMatchObject({
      problem: { _tag: 'BadData', at: 'frame 0', expected: '12288 bytes of RGB', actual: '5' }
    })
    await expect(gathered(animate('no-such.png', film))).rejects.toBeInstanceOf(ProblemError)
    await expect(pipeline('transfer', { model: 'no-such.safetensors' })).rejects.toMatchObject({
      problem: { _tag: 'FileTrouble' }
    })
  })

  it('moves a picture by keypoints as by the frames that they were seen in', async () => {
    const detect = await pipeline('detect', { model })
    const [seen, driven] = [await gathered(detect(film)), await gathered(animate(picture(0), film))]
    expect(await gathered(animate(picture(0), seen))).toEqual(driven)
    expect(await gathered(animate(picture(0), from(seen)))).toEqual(driven)
    await detect[Symbol.asyncDispose]()
    const few = seen.map(({ mean, var: spread }) => ({ mean: mean.slice(2), var: spread! }))
    await expect(gathered(animate(picture(0), few))).rejects.toMatchObject({
      problem: { _tag: 'BadData', at: 'keypoints at 0 s', expected: '8 and 16 numbers', actual: '6 and 16 numbers' }
    })
  })

  it('under the policy latest, passes over what comes while somebody is busy', async () => {
    const camera = new Subject<Picture>()
    let dropped = 0
    const way = { policy: 'latest', dropped: () => dropped++ } as const
    const shown = animate(picture(0), camera, way)
    const first = shown.next()
    const sent = [0.1, 0.2, 0.3, 0.4].map((time, i) => ({ ...picture(i), time }))
    await comes(() => camera.observed)
    camera.next(sent[0]!)
    expect((await first).value).toMatchObject({ time: 0.1 })
    for (const one of sent.slice(1)) camera.next(one)
    camera.complete()
    expect(await gathered(shown)).toMatchObject([{ time: 0.4 }])
    expect(dropped).toBe(2)
  })

  it('detects the keypoints that a transfer sees', async () => {
    const detect = await pipeline('detect', { model })
    const [seen, shown] = [await gathered(detect(film)), await gathered(animate(picture(0), film))]
    expect(seen.map(({ mean }) => mean)).toEqual(shown.map((s) => s.seen.mean))
    await detect[Symbol.asyncDispose]()
  })
})
