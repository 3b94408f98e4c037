import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { fastForms } from '../../src/graphs/fast-forms.js'
import type { Normalisation } from '../../src/graphs/normalise.js'
import { run } from '../../src/graphs/run.js'
import { transferFrames } from '../../src/graphs/transfer.js'
import { readModel, valuesOf } from '../../src/io/model/model.js'
import type { Values } from '../../src/nodes/node.js'
import * as tf from '../../src/nodes/tf.js'
import {
  type Live,
  live,
  livePrograms,
  liveWeights,
  type Manner,
  type Row,
  type Shown,
  type Still
} from '../../src/streams/live.js'

const relative: Normalisation = { move_location: true, movement_mult: true, adapt_variance: false, clip_mean: true }
const absolute: Normalisation = { ...relative, move_location: false }
const plain: Manner = { normalisation: relative, strength: 1, smoothing: null }
const side = 64

const frames = (seed: number, count: number) =>
  tf.unstack(tf.randomUniform([count, side, side, 3], 0, 1, 'float32', seed)) as Array<tf.Tensor3D>

const apart = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!)

describe('live transfer', async () => {
  const read = await readModel('models/shapes.safetensors')()
  if (E.isLeft(read)) throw new Error('no model')
  const { config } = read.right
  let values: Values
  let animator: Live
  let still: Still
  let other: Still
  const film = () => frames(5, 4)
  beforeAll(async () => {
    await tf.startEngine()
    values = valuesOf(read.right, liveWeights(livePrograms(config.model_params)))
    animator = live(livePrograms(config.model_params), values, { height: side, width: side })
    const [a, b] = frames(1, 2) as [tf.Tensor3D, tf.Tensor3D]
    still = animator.still(a)
    other = animator.still(b)
  })

  /** A session from its first frame to its last. */
  const played = (rows: ReadonlyArray<Omit<Row, 'motion'>>, from = still): ReadonlyArray<Shown> => {
    const all: Array<Shown> = []
    for (const r of rows) {
      const last = all.at(-1)
      all.push(animator.tick([{ ...r, still: from, ...(last === undefined ? {} : { motion: last.motion }) }])[0]!)
    }
    return all
  }
  const rows = (manner: Manner) => film().map((driving, i) => ({ still, driving, seconds: i / 25, manner }))

  it.each([
    ['relative', relative],
    ['absolute', absolute]
  ])('gives what the transfer of a film gives: %s', (_, normalisation) => {
    const whole = compile(transferFrames(config.model_params, normalisation), { rules: fastForms })
    if (E.isLeft(whole)) throw new Error('a graph that does not compile')
    const driving = tf.stack(film()) as tf.Tensor4D
    const initial = tf.slice(driving, 0, 1)
    const { outputs } = run(whole.right)(values, { source: still.source, driving, initial })
    const shown = played(rows({ ...plain, normalisation }))
    expect(apart(tf.stack(shown.map((s) => s.prediction)), outputs.prediction)).toBeLessThan(1e-4)
    expect(apart(tf.stack(shown.map((s) => s.deformed)), outputs.deformed)).toBeLessThan(1e-4)
  })

  it('shows several sessions in one batch as each alone', () => {
    const [a, b, c] = frames(9, 3) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D]
    const strong = { ...plain, strength: 2 }
    const at = (driving: tf.Tensor3D, of: Still, manner: Manner): Row => ({ still: of, driving, seconds: 0, manner })
    const all = [at(a, still, plain), at(b, other, strong), at(c, still, { ...plain, normalisation: absolute })]
    const together = animator.tick(all)
    all.forEach((one, i) => {
      const alone = animator.tick([one])[0]!
      expect(apart(alone.prediction, together[i]!.prediction)).toBeLessThan(1e-4)
      expect([...together[i]!.aim.mean]).toEqual([...alone.aim.mean].map((x) => expect.closeTo(x, 4)))
    })
  })

  it('does not move at strength 0, and moves more the stronger it is', () => {
    const moved = [0, 1, 2].map((strength) => {
      const { aim } = played(rows({ ...plain, strength, normalisation: { ...relative, clip_mean: false } })).at(-1)!
      return aim.mean.reduce((sum, x, i) => sum + Math.abs(x - still.points.mean[i]!), 0)
    })
    expect(moved[0]).toBeLessThan(1e-5)
    expect(moved[2]).toBeCloseTo(2 * moved[1]!, 4)
  })

  it('starts the motion anew where it is told to', () => {
    const [first, second] = rows(plain) as [Row, Row]
    const { motion } = animator.tick([first])[0]!
    const on = animator.tick([{ ...second, motion }])[0]!
    const anew = animator.tick([second])[0]!
    expect(on.motion.start).toEqual(motion.start)
    expect(anew.motion.start).toEqual(anew.seen)
    expect([...anew.aim.mean]).toEqual([...still.points.mean].map((x) => expect.closeTo(x, 5)))
    const from = animator.tick([{ ...second, motion, start: anew.seen }])[0]!
    expect(from.aim).toEqual(anew.aim)
  })

  it('follows poses as it follows the frames that they were seen in', () => {
    const seen = played(rows(plain))
    const posed = played(rows(plain).map((r, i) => ({ ...r, driving: seen[i]!.seen })))
    seen.forEach((s, i) => expect(apart(s.prediction, posed[i]!.prediction)).toBe(0))
  })

  it('holds keypoints steadier where it smooths, and passes the first frame as it is', () => {
    const smoothing = { minCutoff: 0.5, beta: 0, derivativeCutoff: 1 }
    const [raw, smooth] = [played(rows(plain)), played(rows({ ...plain, smoothing }))]
    const way = (all: ReadonlyArray<Shown>) =>
      all
        .slice(1)
        .reduce((sum, s, i) => sum + s.seen.mean.reduce((d, x, j) => d + Math.abs(x - all[i]!.seen.mean[j]!), 0), 0)
    expect(smooth[0]!.seen).toEqual(raw[0]!.seen)
    expect(way(smooth)).toBeLessThan(0.5 * way(raw))
  })

  it('leaves nothing but what it hands over', () => {
    const [frame] = frames(3, 1) as [tf.Tensor3D]
    const smoothing = { minCutoff: 1, beta: 0.1, derivativeCutoff: 1 }
    const once = () => {
      const own = animator.still(frame)
      tf.dispose(animator.tick([{ still: own, driving: frame, seconds: 0, manner: { ...plain, smoothing } }]) as never)
      own.dispose()
    }
    once()
    const before = tf.memory().numTensors
    once()
    expect(tf.memory().numTensors).toBe(before)
  })
})
