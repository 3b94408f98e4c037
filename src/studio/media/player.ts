/**
 * The one video element that driving comes from: it plays the chosen film or the camera.
 *
 * @since 0.1.0
 */
import { effect, signal } from '@preact/signals'
import { type Driver, drive, driver } from '../state/chosen.js'
import { settings } from '../state/settings.js'
import { clear, tell } from '../state/troubles.js'
import { trouble } from '../state/words.js'
import { closeCamera, openCamera } from './camera.js'

/** The element; whoever shows it puts it into the page. */
export const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true })

/** Whether it has a picture. */
export const pictured = signal(false)

let camera: MediaStream | undefined
let turn = 0

const off = (): void => {
  if (camera !== undefined) closeCamera(camera)
  camera = undefined
  video.pause()
  video.srcObject = null
  video.removeAttribute('src')
  video.load()
  pictured.value = false
}

const on = async (next: Driver | undefined): Promise<void> => {
  const mine = ++turn
  off()
  if (next?.kind === 'film') video.src = next.url
  if (next?.kind !== 'camera') return
  const stream = await openCamera()
  if (mine !== turn) return closeCamera(stream)
  camera = stream
  video.srcObject = stream
  await video.play()
}

driver.subscribe((next) => {
  clear('driving')
  on(next).catch((cause: unknown) => {
    if ((cause as Error).name === 'AbortError') return // another driving was chosen meanwhile
    drive(undefined)
    tell('driving', cause)
  })
})

video.addEventListener('loadeddata', () => {
  pictured.value = true
})
video.addEventListener('error', () => {
  if (driver.value?.kind !== 'film' || video.error === null) return
  const { name } = driver.value
  drive(undefined)
  tell('driving', trouble(`“${name}” is no film that this browser can play.`, 'Take an MP4 (H.264) or a WebM.'))
})
effect(() => {
  video.loop = settings.loop.value
})
