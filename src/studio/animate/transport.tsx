/**
 * Start, recalibrate, record, save.
 *
 * @since 0.1.0
 */
import { Icon } from '../parts/icon.js'
import { download } from '../record/download.js'
import type { Form } from '../record/recorder.js'
import { toggle } from '../state/actions.js'
import { phase, running } from '../state/live.js'
import { form, recorded, toggleRecording } from '../state/recording.js'
import { recalibrate } from '../state/run.js'
import { template, tracked } from '../state/track.js'

const Record = () => {
  const on = recorded.value !== undefined
  return (
    <>
      <button type="button" class={`button${on ? ' live' : ''}`} disabled={phase.value !== 'live' && !on} onClick={toggleRecording}>
        <Icon name={on ? 'stop' : 'record'} />
        {on ? <span class="figures">End, {recorded.value?.toFixed(1)} s</span> : 'Record'}
      </button>
      <label class="choice inline">
        <span class="unseen">Form of the recording</span>
        <select
          value={form.value}
          disabled={on}
          onChange={(e) => {
            form.value = e.currentTarget.value as Form
          }}
        >
          <option value="mp4">MP4</option>
          <option value="gif">GIF</option>
        </select>
      </label>
    </>
  )
}

/** The buttons under the pictures. */
export const Transport = () => (
  <div class="transport" role="group" aria-label="Session">
    <button type="button" class="button first" onClick={toggle}>
      <Icon name={running.value ? 'stop' : 'play'} />
      {phase.value === 'starting' ? 'Starting' : running.value ? 'Stop' : 'Start'}
    </button>
    <button type="button" class="button" disabled={phase.value !== 'live'} onClick={recalibrate}>
      <Icon name="again" />
      Recalibrate
    </button>
    <Record />
    <button type="button" class="button rest" disabled={tracked.value === 0} onClick={() => download(template(), 'motion.safetensors')}>
      <Icon name="save" />
      Save motion
    </button>
    <p class="unseen" role="status">
      {phase.value === 'starting' ? 'The session starts.' : phase.value === 'live' ? 'The session runs.' : 'The session has ended.'}
    </p>
  </div>
)
