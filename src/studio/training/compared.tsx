/**
 * Runs compared in numbers.
 *
 * @since 0.1.0
 */
import { brief } from '../draw/series.js'
import { Panel } from '../parts/panel.js'
import { lossesOf } from '../state/log.js'
import { followed, pickedRuns } from '../state/runs.js'

/** The mean of the last numbers of a curve. */
const recent = (values: ReadonlyArray<number | null>): number => {
  const last = values.filter((v) => v !== null).slice(-20)
  return last.length === 0 ? Number.NaN : last.reduce((sum, v) => sum + v, 0) / last.length
}

/** What a run was begun with, as far as it differs from run to run. */
const facts = (info: unknown): Readonly<Record<string, string>> => {
  const { seed, engine, threads, fineTune } = (info ?? {}) as Readonly<Record<string, any>>
  return {
    seed: String(seed ?? '–'),
    engine: engine === undefined ? '–' : `${engine.backend} ${engine.version}`,
    threads: String(threads ?? '–'),
    'fine-tuned': fineTune === true ? 'yes' : 'no'
  }
}

/** A table of the runs that are shown: what they were begun with, and the mean of the last 20 steps of each loss. */
export const Compared = () => {
  const all = pickedRuns.value.flatMap(({ name }) => (followed.value[name] === undefined ? [] : [{ name, ...followed.value[name] }]))
  if (all.length === 0) return null
  const rows = Object.keys(facts({}))
  return (
    <Panel title="Compared">
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of the runs">
        <table class="tabled">
          <thead>
            <tr>
              <th scope="col">Run</th>
              {all.map(({ name }) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                <th scope="row">{row}</th>
                {all.map(({ name, details }) => (
                  <td key={name}>{facts(details.info)[row]}</td>
                ))}
              </tr>
            ))}
            {lossesOf(all.map(({ curves }) => curves)).map((loss) => (
              <tr key={loss}>
                <th scope="row">{loss}</th>
                {all.map(({ name, curves }) => (
                  <td key={name}>{brief(recent(curves[loss]?.y ?? []))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">Losses are means over the last 20 steps.</p>
    </Panel>
  )
}
