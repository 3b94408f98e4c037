/**
 * Driving frames, one after the other.
 *
 * @since 0.1.0
 */
import { Observable } from 'rxjs'
import type { Driving } from '../../client/animator.js'
import { withoutAlpha } from '../draw/pixels.js'
import { rgbaAt } from './pictures.js'
import type { Template } from './template.js'

/** A driving frame, with its pixels as the page shows them where it has some. */
export interface Shot {
  readonly driving: Driving
  readonly image: ImageData | undefined
}

/** How pictures of a video become frames. */
export interface Shooting {
  readonly size: { readonly height: number; readonly width: number }
  readonly mirror: () => boolean
}

/** Times that never go back, although a film begins again. */
const onward = () => {
  let [base, last] = [0, -1]
  return (seconds: number): number => {
    if (base + seconds <= last) base = last + 0.001 - seconds + (seconds < 0.5 ? 0.04 : 0)
    last = base + seconds
    return 1000 * last
  }
}

/**
 * The frames of a playing video as they are shown, from its begin where it has one, until it ends.
 *
 * @category media
 * @since 0.1.0
 */
export const filmed = (video: HTMLVideoElement, { size, mirror }: Shooting): Observable<Shot> =>
  new Observable((subscriber) => {
    const time = onward()
    let handle = 0
    const shoot = (now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      handle = video.requestVideoFrameCallback(shoot)
      if (video.videoWidth === 0) return
      const image = rgbaAt(video, { width: video.videoWidth, height: video.videoHeight }, size, mirror())
      const picture = { format: 'raw' as const, ...size, bytes: withoutAlpha(image.data) }
      subscriber.next({ driving: { time: video.srcObject === null ? time(mediaTime) : now, picture }, image })
    }
    const ended = () => subscriber.complete()
    handle = video.requestVideoFrameCallback(shoot)
    video.addEventListener('ended', ended)
    if (video.srcObject === null) video.currentTime = 0
    video.play().catch((cause: unknown) => {
      if ((cause as Error).name !== 'AbortError') subscriber.error(cause)
    })
    return () => {
      video.cancelVideoFrameCallback(handle)
      video.removeEventListener('ended', ended)
      if (video.srcObject === null) video.pause()
    }
  })

/**
 * The poses of a template at their times, again from the begin while `loop` says so.
 *
 * @category media
 * @since 0.1.0
 */
export const posed = (t: Template, loop: () => boolean): Observable<Shot> =>
  new Observable((subscriber) => {
    const [each, variances] = [2 * t.keypoints, (t.var?.length ?? 0) / t.frames]
    const length = (t.times.at(-1) ?? 0) - (t.times[0] ?? 0) + 1 / t.rate
    const begin = performance.now()
    let [i, rounds] = [0, 0]
    let timer: ReturnType<typeof setTimeout>
    const due = () => 1000 * (rounds * length + (t.times[i] ?? 0) - (t.times[0] ?? 0))
    const next = () => {
      const mean = t.mean.slice(i * each, (i + 1) * each)
      const pose = { mean, var: t.var?.slice(i * variances, (i + 1) * variances) }
      subscriber.next({ driving: { time: due(), pose }, image: undefined })
      if (++i === t.frames) {
        if (!loop()) return subscriber.complete()
        ;[i, rounds] = [0, rounds + 1]
      }
      timer = setTimeout(next, Math.max(0, begin + due() - performance.now()))
    }
    timer = setTimeout(next)
    return () => clearTimeout(timer)
  })
