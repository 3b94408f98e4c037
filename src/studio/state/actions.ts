/**
 * What keys and buttons do.
 *
 * @since 0.1.0
 */
import { openHelp } from '../frame/help.js'
import type { Wish } from './keys.js'
import { running } from './live.js'
import { toggleRecording } from './recording.js'
import { recalibrate, start, stop } from './run.js'
import { type SwitchName, settings } from './settings.js'

const flip = (name: SwitchName) => () => {
  settings[name].value = !settings[name].value
}

/** Starts a session, or ends the one that goes on. */
export const toggle = (): void => {
  if (running.value) stop()
  else start()
}

/** What each wish does. */
export const actions: Readonly<Record<Wish, () => void>> = {
  start: toggle,
  recalibrate,
  align: flip('align'),
  keypoints: flip('keypoints'),
  deformed: flip('deformed'),
  flow: flip('flow'),
  mask: flip('mask'),
  alone: flip('alone'),
  record: toggleRecording,
  help: openHelp
}
