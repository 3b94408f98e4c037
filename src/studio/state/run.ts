/**
 * Starting and stopping a session, and what is changed while it goes on.
 *
 * @since 0.1.0
 */
import { effect } from '@preact/signals'
import { concatMap, map, Observable, type Subscription, tap } from 'rxjs'
import type { Animator, Frame, Settings, Source } from '../../client/animator.js'
import type { Overlay } from '../../client/protocol.js'
import { openAnimator } from '../backend/open.js'
import { withoutAlpha } from '../draw/pixels.js'
import { rgbaAt } from '../media/pictures.js'
import { video } from '../media/player.js'
import { shownOf } from '../media/results.js'
import { filmed, posed, type Shot } from '../media/shots.js'
import { smoothingOf } from '../media/smoothing.js'
import { waiting } from '../media/waiting.js'
import { model, where } from './catalogue.js'
import { type Driver, driver, source } from './chosen.js'
import { phase, ready, show, sourcePoints, stats } from './live.js'
import { measure } from './meters.js'
import { settings } from './settings.js'
import { arrived } from './intake.js'
import { forget, keep } from './track.js'
import { clear, tell } from './troubles.js'
import { trouble } from './words.js'

type Size = { readonly height: number; readonly width: number }

/** What is set now, as a session takes it. */
const wished = (): Settings => {
  const overlays = (['deformed', 'flow', 'mask'] as const).filter((name: Overlay) => settings[name].value)
  const own = model.value?.normalisation ?? {}
  const normalisation = {
    movement_mult: own['movement_mult'] ?? false,
    adapt_variance: own['adapt_variance'] ?? false,
    clip_mean: own['clip_mean'] ?? false,
    move_location: settings.motion.value === 'relative'
  }
  return {
    manner: { normalisation, strength: settings.strength.value, smoothing: smoothingOf(settings.calm.value) },
    overlays
  }
}

/** Each source that is chosen while it goes on, at the model's size. */
const sources = (size: Size): Observable<Source> =>
  new Observable((subscriber) =>
    source.subscribe((chosen) => {
      if (chosen === undefined) return
      const { data } = rgbaAt(chosen.bitmap, chosen.bitmap, size)
      subscriber.next({ format: 'raw', ...size, bytes: withoutAlpha(data) })
    })
  )

const shotsOf = (from: Driver, size: Size): Observable<Shot> =>
  from.kind === 'motion'
    ? posed(from.template, () => settings.loop.value)
    : filmed(video, { size, mirror: () => from.kind === 'camera' && settings.mirror.value })

/** Driving frames on their way, and their pixels until the result is there. */
const frames = (from: Driver, size: Size, took: () => void) => {
  const pixels = new Map<number, ImageData>()
  const all = shotsOf(from, size).pipe(
    tap(({ driving, image }) => {
      took()
      if (image !== undefined) pixels.set(driving.time, image)
      if (pixels.size > 64) pixels.delete(pixels.keys().next().value!)
    }),
    map(({ driving }) => driving)
  )
  const film = { hold: () => video.pause(), go: () => void video.play().catch(() => undefined) }
  const still = { hold: () => {}, go: () => {} }
  const taken = (time: number): ImageData | undefined => {
    const image = pixels.get(time)
    for (const t of pixels.keys()) if (t <= time) pixels.delete(t)
    return image
  }
  const paced = settings.policy.value === 'block' ? waiting(all, from.kind === 'film' ? film : still) : all
  return { paced, taken }
}

let session: { readonly animator: Animator; readonly end: () => void } | undefined
let asked = 0

/** Ends the session, if one goes on. What it showed last stays. */
export const stop = (): void => {
  asked++
  session?.end()
  session = undefined
  phase.value = 'idle'
}

/** What must be chosen before a session can begin. */
const chosen = () => {
  if (source.value === undefined) throw trouble('There is no picture yet.', 'Choose a source: a file, a snapshot or a sample.')
  if (driver.value === undefined) throw trouble('Nothing moves it yet.', 'Choose a driving: the camera, a film or a motion.')
  if (model.value === undefined) throw trouble('There is no model.', 'Load the page anew, or start the server with a model.')
  return { from: driver.value, using: model.value }
}

const follow = (animator: Animator, results: Observable<Frame>, taken: (time: number) => ImageData | undefined) => {
  const meter = measure()
  const all: Array<Subscription> = [
    animator.ready.subscribe((told) => {
      ready.value = told
      phase.value = 'live'
    }),
    animator.sources.subscribe((points) => {
      sourcePoints.value = points
    }),
    animator.stats.subscribe((told) => {
      stats.value = told
    }),
    animator.refusals.subscribe((error) => tell('stage', error)),
    results
      .pipe(
        tap((frame) => {
          meter.gave(frame.latency)
          keep(frame)
        }),
        concatMap((frame) => shownOf(frame, taken(frame.time)))
      )
      .subscribe({
        next: show,
        error: (cause) => {
          stop()
          tell('stage', cause)
        },
        complete: stop
      })
  ]
  return { meter, leave: () => all.forEach((s) => s.unsubscribe()) }
}

/**
 * Begins a session with what is chosen; what hinders it is told at the stage.
 *
 * @category state
 * @since 0.1.0
 */
export const start = async (): Promise<void> => {
  stop()
  clear('stage')
  const mine = asked
  try {
    phase.value = 'starting'
    await arrived()
    if (mine !== asked) return
    const { from, using } = chosen()
    forget()
    sourcePoints.value = undefined
    stats.value = undefined
    const small = using.size.width * using.size.height <= 128 * 128
    const options = { model: using, policy: settings.policy.value, reply: small ? ('raw' as const) : ('jpeg' as const) }
    const { animator, close } = await openAnimator(where.value, { ...options, ...wished() })
    if (mine !== asked) return close()
    animator.align(settings.align.value)
    let took = () => {}
    const { paced, taken } = frames(from, using.size, () => took())
    const { meter, leave } = follow(animator, animator.animate(sources(using.size), paced), taken)
    took = meter.took
    const unset = effect(() => animator.set(wished()))
    const unaligned = settings.align.subscribe((on) => animator.align(on))
    session = {
      animator,
      end: () => {
        for (const end of [unset, unaligned, leave, meter.stop, close]) end()
      }
    }
  } catch (cause) {
    if (mine !== asked) return
    stop()
    tell('stage', cause)
  }
}

/** The motion starts at the next frame. */
export const recalibrate = (): void => session?.animator.recalibrate()

// what a session cannot change begins a new one
const again = () => {
  if (phase.peek() !== 'idle') start()
}
let first = true
effect(() => {
  void [driver.value, model.value?.name, where.value, settings.engine.value, settings.policy.value]
  if (!first) queueMicrotask(again)
  first = false
})
