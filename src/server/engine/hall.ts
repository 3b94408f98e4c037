/**
 * The sessions inside the engine: what each has open, whose frames are computed next.
 *
 * @since 0.1.0
 */
import type { Problem } from '../../io/problem/problem.js'
import { problemFrom } from '../../io/run/compute.js'
import * as tf from '../../nodes/tf.js'
import type { Pose, Row, Shown, Still } from '../../streams/live.js'
import { after, aligned, type Course, fresh, recalibrated } from './motion.js'
import { mapsOf, pictureOf } from './pixels.js'
import { openShelf, type Shelf } from './shelf.js'
import { turns, type Waiting } from './turns.js'
import type { FromEngine, ToEngine } from './wire.js'

type Frame = ToEngine & { readonly tag: 'frame' }
interface Own {
  readonly own: Array<tf.Tensor>
}
interface Seat {
  readonly model: string
  still: Still | undefined
  course: Course
}

/** Most frames of one batch. */
const most = 8

/** Computes what waits, a turn at a time, and hears what comes between turns. */
export interface Hall {
  readonly hear: (message: ToEngine) => void
}

/**
 * The hall of an engine that has been started.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openHall = (tell: (message: FromEngine) => void): Hall => {
  const shelf: Shelf = openShelf()
  const seats = new Map<string, Seat>()
  const queue = turns<Frame>(most)
  /** Sessions whose model is being loaded. */
  const coming = new Set<string>()
  let running = false

  const failed = (session: string, problem: Problem, id?: number): void =>
    tell({ tag: 'failed', session, problem, ...(id === undefined ? {} : { id }) })

  const leave = (session: string): void => {
    coming.delete(session)
    const seat = seats.get(session)
    if (seat === undefined) return
    seats.delete(session)
    queue.leave(session)
    seat.still?.dispose()
    shelf.back(seat.model)
  }

  /** A frame with the state of its session's motion; `own` is to be disposed. */
  const rowOf = ({ course, still, model }: Seat, { driving, seconds, manner }: Frame): Row & Own => {
    const { size, channels } = shelf.get(model)!
    const image = 'pixels' in driving ? pictureOf(driving.pixels, size.height, size.width, channels) : undefined
    return {
      still: still!,
      driving: image ?? (driving as { readonly pose: Pose }).pose,
      seconds,
      manner,
      ...(course.motion === undefined ? {} : { motion: course.motion }),
      ...(course.start === undefined ? {} : { start: course.start }),
      own: image === undefined ? [] : [image]
    }
  }

  const told = ({ session, frame }: Waiting<Frame>, shown: Shown, model: number, batch: number): void => {
    const seat = seats.get(session)
    if (seat === undefined) return
    seat.course = after(seat.course, shown)
    const { score, seen, aim } = shown
    tell({
      tag: 'computed',
      session,
      id: frame.id,
      score,
      seen,
      aim,
      maps: mapsOf(shown, frame.overlays),
      model,
      batch
    })
  }

  const compute = (turn: ReadonlyArray<Waiting<Frame>>): void => {
    const rows = turn.map(({ session, frame }) => rowOf(seats.get(session)!, frame))
    const began = performance.now()
    try {
      const shown = shelf.get(turn[0]!.model)!.tick(rows)
      const took = performance.now() - began
      try {
        turn.forEach((waiting, i) => told(waiting, shown[i]!, took, turn.length))
      } finally {
        for (const { prediction, deformed, flow, mask } of shown)
          tf.dispose([prediction, deformed, flow, ...(mask === undefined ? [] : [mask])])
      }
    } catch (cause) {
      for (const { session, frame } of turn) failed(session, problemFrom(cause), frame.id)
    } finally {
      tf.dispose(rows.flatMap(({ own }) => own))
    }
  }

  /** One turn, then whatever came meanwhile, then the next. */
  const run = (): void => {
    const turn = queue.next()
    running = turn.length > 0
    if (!running) return
    tell({ tag: 'begun', frames: turn.map(({ session, frame }) => [session, frame.id]) })
    compute(turn)
    setImmediate(() => setImmediate(run))
  }
  const wake = (): void => {
    if (running) return
    running = true
    setImmediate(run)
  }

  const open = async (session: string, model: string): Promise<void> => {
    coming.add(session)
    const loaded = await shelf.take(model)
    const wanted = coming.delete(session)
    if (loaded._tag === 'Left') {
      if (wanted) failed(session, loaded.left)
    } else if (wanted) {
      seats.set(session, { model, still: undefined, course: fresh })
      tell({ tag: 'opened', session })
    } else shelf.back(model)
  }

  const source = (session: string, id: number, pixels: Uint8Array): void => {
    const seat = seats.get(session)
    if (seat === undefined) return
    const live = shelf.get(seat.model)!
    const picture = pictureOf(pixels, live.size.height, live.size.width, live.channels)
    try {
      const still = live.still(picture)
      seat.still?.dispose()
      seat.still = still
      seat.course = { ...fresh, aligning: seat.course.aligning }
      tell({ tag: 'source', session, id, points: [...still.points.mean] })
    } catch (cause) {
      failed(session, problemFrom(cause), id)
    } finally {
      picture.dispose()
    }
  }

  const frame = (message: Frame): void => {
    const { session, id, latest } = message
    const seat = seats.get(session)
    if (seat?.still === undefined) {
      tell({ tag: 'dropped', session, id })
      return
    }
    for (const gone of queue.put({ session, model: seat.model, frame: message }, latest))
      tell({ tag: 'dropped', session, id: gone.id })
    wake()
  }

  const steer = (session: string, how: (course: Course) => Course): void => {
    const seat = seats.get(session)
    if (seat !== undefined) seat.course = how(seat.course)
  }

  const hear = (message: ToEngine): void => {
    switch (message.tag) {
      case 'open':
        void open(message.session, message.model)
        return
      case 'source':
        source(message.session, message.id, message.pixels)
        return
      case 'frame':
        frame(message)
        return
      case 'recalibrate':
        steer(message.session, recalibrated)
        return
      case 'align':
        steer(message.session, (course) => aligned(course, message.on))
        return
      case 'close':
        leave(message.session)
    }
  }

  setInterval(() => {
    const { numTensors, numBytes } = tf.memory()
    const resident = process.memoryUsage.rss()
    tell({ tag: 'vitals', tensors: numTensors, tensorBytes: numBytes, resident, nodes: shelf.profile() })
  }, 1000).unref()
  return { hear }
}
