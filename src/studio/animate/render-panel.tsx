/**
 * A whole film, made by the server.
 *
 * @since 0.1.0
 */
import { Icon } from '../parts/icon.js'
import { Note } from '../parts/note.js'
import { Panel } from '../parts/panel.js'
import { driver, source } from '../state/chosen.js'
import { cancel, job, render, sending } from '../state/job.js'

const Standing = () => {
  const now = job.value
  const words =
    now === undefined
      ? (sending.value ?? '')
      : now.state === 'queued'
        ? `Waiting, ${now.ahead} before it`
        : `${now.progress.label}, ${now.progress.done}${now.progress.total === null ? '' : ` of ${now.progress.total}`} frames`
  const total = now?.progress.total ?? null
  return (
    <div class="progress">
      <span class="quiet figures">{words}</span>
      <progress aria-label="Rendering" max={total ?? 1} value={now === undefined || total === null ? undefined : now.progress.done} />
      <button type="button" class="button small" onClick={cancel}>
        Cancel
      </button>
    </div>
  )
}

/** The panel of the job. */
export const RenderPanel = () => {
  const busy = sending.value !== undefined || job.value?.state === 'queued' || job.value?.state === 'running'
  const ready = source.value !== undefined && driver.value !== undefined && driver.value.kind !== 'camera'
  return (
    <Panel title="Whole film">
      <p class="quiet">The server renders the film from its first to its last frame, with its sound.</p>
      {busy ? (
        <Standing />
      ) : (
        <button type="button" class="button" disabled={!ready} onClick={render}>
          <Icon name="render" />
          Render on the server
        </button>
      )}
      {job.value?.state === 'done' && job.value.result !== undefined && (
        <a class="button" href={`${job.value.result.url}?download`} download={job.value.result.name}>
          <Icon name="save" />
          Download the film
        </a>
      )}
      <Note spot="job" />
    </Panel>
  )
}
