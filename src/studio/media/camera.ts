/**
 * The camera.
 *
 * @since 0.1.0
 */
import { trouble } from '../state/words.js'

/**
 * Turns the camera on. Whoever gets the stream stops its tracks.
 *
 * @category media
 * @since 0.1.0
 */
export const openCamera = async (): Promise<MediaStream> => {
  if (navigator.mediaDevices === undefined)
    throw trouble('The browser gives the camera to safe addresses only.', 'Open the page with https or on 127.0.0.1.')
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 }, facingMode: 'user' }
  })
}

/**
 * Turns it off.
 *
 * @category media
 * @since 0.1.0
 */
export const closeCamera = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop()
}
