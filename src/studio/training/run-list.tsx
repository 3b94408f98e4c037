/**
 * Choosing the runs that are shown.
 *
 * @since 0.1.0
 */
import { Panel } from '../parts/panel.js'
import { colourOfRun } from '../state/log.js'
import { pick, picked, runs } from '../state/runs.js'

const ago = (time: string): string => {
  const minutes = Math.round((Date.now() - Date.parse(time)) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 90) return `${minutes} min ago`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`
}

/** The list of the runs. */
export const RunList = () => (
  <Panel title="Runs">
    <div class="runs" role="group" aria-label="Runs that are shown">
      {(runs.value ?? []).map(({ name, steps, changed }, i) => (
        <label class="run" key={name}>
          <input type="checkbox" checked={picked.value.has(name)} onChange={() => pick(name)} />
          <svg class="swatch" viewBox="0 0 14 14" aria-hidden="true">
            <rect width="14" height="14" rx="4" fill={colourOfRun(i)} />
          </svg>
          <span class="name">{name}</span>
          <span class="quiet figures">
            step {steps}, {ago(changed)}
          </span>
        </label>
      ))}
    </div>
  </Panel>
)
