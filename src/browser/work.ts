/**
 * The computing end of a session in a browser, in a worker or in the page: a model, a source, the state of its motion.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Driving, Settings, Source } from '../client/animator.js'
import type { Manner } from '../client/control.js'
import { pictureOf } from '../client/source.js'
import { multiple, trainedSize } from '../io/config/purpose.js'
import { type Model, valuesOf } from '../io/model/held.js'
import { showProblem } from '../io/problem/problem.js'
import type { Values } from '../nodes/node.js'
import * as tf from '../nodes/tf.js'
import { after, aligned, type Course, fresh, recalibrated } from '../streams/course.js'
import { type Live, live, livePrograms, liveWeights, type Pose, type Still } from '../streams/live.js'
import { decoded } from './decode.js'
import type { Ask, Means, Tell } from './desk.js'
import { partsOf, tensorOf } from './maps.js'
import { fetchModel, parseModel } from './model.js'

interface Loaded {
  readonly means: Means
  readonly model: Model
  readonly live: Live
  readonly values: Values
  readonly engine: tf.Engine
}

/** The state of the session that goes on. */
interface Seat {
  readonly session: number
  settings: Settings
  still: Still | undefined
  course: Course
  /** The time of the last frame, in s. */
  seconds: number
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/**
 * A worker: hears what the page says and answers, one thing after the other. `tell` is given what can be handed over without
 * a copy.
 *
 * @category constructors
 * @since 0.1.0
 */
export const worker = (tell: (message: Tell, handed: Array<ArrayBuffer>) => void): ((ask: Ask) => void) => {
  let loaded: Loaded | undefined
  let seat: Seat | undefined
  let nodes: Record<string, number> = {}
  let last: Promise<void> = Promise.resolve()

  const load = async (means: Means): Promise<Loaded> => {
    if (loaded !== undefined && sameMeans(loaded.means, means)) return loaded
    unload()
    if (means.wasm !== undefined) tf.wasmFrom(means.wasm)
    const engine = await tf.startEngine(means.backend)
    const read = typeof means.model === 'string' ? await fetchModel(means.model)() : parseModel(means.name, means.model)
    if (E.isLeft(read)) throw new Error(showProblem(read.left))
    const { config } = read.right
    const size = means.size ?? trainedSize(config)
    const by = multiple(config)
    if (size.height % by !== 0 || size.width % by !== 0)
      throw new Error(`the size must be a multiple of ${by}, not ${size.height}x${size.width}`)
    const programs = livePrograms(config.model_params)
    const values = valuesOf(read.right, liveWeights(programs))
    const profile = (path: string, _: string, ms: number): void => {
      nodes[path] = ms
    }
    loaded = { means, model: read.right, live: live(programs, values, size, { profile }), values, engine }
    return loaded
  }
  const unload = (): void => {
    seat?.still?.dispose()
    loaded?.live.close()
    tf.dispose(loaded?.values as unknown as tf.TensorContainer)
    loaded = undefined
    seat = undefined
  }
  const mannerOf = ({ model }: Loaded, { manner }: Settings): Manner => ({
    normalisation: manner?.normalisation ?? model.config.transfer_params.normalization_params,
    strength: manner?.strength ?? 1,
    smoothing: manner?.smoothing ?? null
  })

  const begin = async (session: number, means: Means, settings: Settings): Promise<void> => {
    const ready = await load(means)
    seat?.still?.dispose()
    seat = { session, settings, still: undefined, course: fresh, seconds: Number.NEGATIVE_INFINITY }
    const { live, engine } = ready
    const facts = { session: `${session}`, model: means.name, size: live.size, keypoints: live.keypoints }
    const about = { engine: `${engine.backend} ${engine.version}`, manner: mannerOf(ready, settings) }
    tell({ type: 'ready', session, ready: { type: 'ready', ...facts, ...about } }, [])
  }
  const pictured = async ({ live, model }: Loaded, source: Source): Promise<tf.Tensor3D> => {
    const picture = await decoded(pictureOf(source), live.size)
    return tensorOf(picture, live.size, model.config.model_params.common_params.num_channels)
  }
  const look = async (ready: Loaded, at: Seat, source: Source): Promise<void> => {
    const picture = await pictured(ready, source)
    try {
      const still = ready.live.still(picture)
      at.still?.dispose()
      at.still = still
      at.course = { ...fresh, aligning: at.course.aligning }
      tell({ type: 'source', session: at.session, points: [...still.points.mean] }, [])
    } finally {
      picture.dispose()
    }
  }
  const show = async (ready: Loaded, at: Seat, seq: number, driving: Driving, came: number): Promise<void> => {
    if (at.still === undefined) throw new Error('a frame came before a source')
    const own = driving.pose === undefined ? await pictured(ready, driving.picture) : undefined
    const began = performance.now()
    nodes = {}
    const { motion, start } = at.course
    // times of a session rise, whatever the caller's clock does
    at.seconds = Math.max(driving.time / 1000, at.seconds + 0.001)
    try {
      const [shown] = ready.live.tick([
        {
          still: at.still,
          driving: own ?? poseOf(driving),
          seconds: at.seconds,
          manner: mannerOf(ready, at.settings),
          ...(motion === undefined ? {} : { motion }),
          ...(start === undefined ? {} : { start })
        }
      ])
      if (shown === undefined) return
      try {
        at.course = after(at.course, shown)
        const parts = await partsOf(shown, at.settings.overlays ?? [])
        const { seen, aim, score } = shown
        const times = { modelMs: performance.now() - began, queueMs: began - came }
        const result = { seq, time: driving.time, ...ready.live.size, ...times, score, seen, aim, parts }
        tell(
          { type: 'result', session: at.session, result, nodes },
          parts.map(({ bytes }) => bytes.buffer as ArrayBuffer)
        )
      } finally {
        tf.dispose([shown.prediction, shown.deformed, shown.flow, ...(shown.mask === undefined ? [] : [shown.mask])])
      }
    } finally {
      own?.dispose()
    }
  }

  const heard = async (ask: Ask, came: number): Promise<void> => {
    if (ask.type === 'begin') return begin(ask.session, ask.means, ask.settings)
    if (loaded === undefined || seat?.session !== ask.session) return
    switch (ask.type) {
      case 'set':
        seat.settings = ask.settings
        return
      case 'recalibrate':
        seat.course = recalibrated(seat.course)
        return
      case 'align':
        seat.course = aligned(seat.course, ask.on)
        return
      case 'source':
        return look(loaded, seat, ask.source)
      case 'frame':
        return show(loaded, seat, ask.seq, ask.driving, came)
      case 'end':
        seat.still?.dispose()
        seat = undefined
    }
  }
  const refuse = (ask: Ask, cause: unknown): void => {
    const { session } = ask
    const reason = reasonOf(cause)
    if (ask.type === 'begin') tell({ type: 'failed', session, at: 'start', reason }, [])
    else if (ask.type === 'frame') tell({ type: 'refused', session, seq: ask.seq, at: 'frame', reason }, [])
    else tell({ type: 'refused', session, at: ask.type, reason }, [])
  }
  return (ask) => {
    const came = performance.now()
    last = last.then(() => heard(ask, came)).catch((cause) => refuse(ask, cause))
  }
}

const poseOf = ({ pose }: Driving): Pose =>
  pose?.var === undefined ? { mean: pose?.mean ?? new Float32Array() } : { mean: pose.mean, var: pose.var }

const sameMeans = (a: Means, b: Means): boolean =>
  a.name === b.name &&
  (typeof a.model === 'string'
    ? a.model === b.model
    : typeof b.model !== 'string' && a.model.length === b.model.length) &&
  a.size?.height === b.size?.height &&
  a.size?.width === b.size?.width
