/**
 * Recording what is shown.
 *
 * @since 0.1.0
 */
import { effect, signal } from '@preact/signals'
import { type Composed, compose, sizeOf } from '../record/compose.js'
import { download } from '../record/download.js'
import type { Form, Recorder } from '../record/recorder.js'
import { source } from './chosen.js'
import { running, shown, sourcePoints } from './live.js'
import { settings } from './settings.js'
import { attempt, tell } from './troubles.js'

/** The form of the next recording. */
export const form = signal<Form>('mp4')
/** Seconds of the recording that goes on; undefined while there is none. */
export const recorded = signal<number | undefined>(undefined)

/** Longest recording in seconds: it is kept in memory. */
const longest = 600

let end: (() => Promise<void>) | undefined

const open = async (width: number, height: number): Promise<Recorder> =>
  form.value === 'mp4' ? (await import('../record/mp4.js')).mp4(width, height) : (await import('../record/gif.js')).gif(width, height)

const begin = async (): Promise<void> => {
  const first = shown.value
  if (first === undefined) return
  const alone = settings.alone.value
  const { width, height } = sizeOf(alone, first)
  const recorder = await open(width, height)
  const [ending, canvas, from] = [form.value, new OffscreenCanvas(width, height), first.time]
  let work = Promise.resolve()
  let failed = false
  recorded.value = 0
  const unwatch = effect(() => {
    const now = shown.value
    const seconds = ((now?.time ?? from) - from) / 1000
    if (now === undefined || failed || seconds < 0) return
    const composed: Composed = {
      shown: now,
      source: source.peek()?.bitmap,
      points: sourcePoints.peek(),
      alone,
      keypoints: settings.keypoints.peek()
    }
    compose(canvas, composed)
    // the canvas is read before the next frame is drawn on it
    const added = recorder.add(canvas, seconds)
    work = Promise.all([work, added]).then(
      () => undefined,
      (cause: unknown) => {
        failed = true
        tell('record', cause)
      }
    )
    recorded.value = seconds
    if (seconds > longest) queueMicrotask(toggleRecording)
  })
  end = async () => {
    unwatch()
    recorded.value = undefined
    await work
    if (failed) return recorder.abort()
    download(await recorder.finish(), `keyflow.${ending}`)
  }
}

/** Begins to record, or ends the recording and gives it away. */
export const toggleRecording = (): void => {
  const ending = end
  end = undefined
  if (ending !== undefined) attempt('record', ending)
  else if (running.value) attempt('record', begin)
}

effect(() => {
  if (!running.value && end !== undefined) queueMicrotask(toggleRecording)
})
