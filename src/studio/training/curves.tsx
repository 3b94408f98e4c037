/**
 * Curves of losses that grow.
 *
 * @since 0.1.0
 */
import { aligned, brief, none, type Series, smoothed, thinned } from '../draw/series.js'
import { Chart } from '../parts/chart.js'
import { Panel } from '../parts/panel.js'
import { Segments } from '../parts/segments.js'
import { Slider } from '../parts/slider.js'
import { colourOfRun, lossesOf } from '../state/log.js'
import { followed, pickedRuns, runs, scale, window } from '../state/runs.js'

/** Points of a curve that are drawn at most. */
const most = 2000

const colour = (name: string): string => colourOfRun((runs.value ?? []).findIndex((run) => run.name === name))

/** A loss of each run that is shown, as it is drawn. */
const drawn = (loss: string): ReadonlyArray<Series> =>
  pickedRuns.value.map(({ name }) => {
    const { x, y } = followed.value[name]?.curves[loss] ?? none
    return thinned({ x, y: smoothed(y, Math.max(1, window.value)) }, most)
  })

const Curve = ({ loss }: { readonly loss: string }) => {
  const last = drawn(loss).map(({ y }) => y.at(-1) ?? Number.NaN)
  const told = pickedRuns.value.map(({ name }, i) => `${name} ${brief(last[i] ?? Number.NaN)}`).join(', ')
  return (
    <figure class="chart">
      <figcaption>
        <span>{loss}</span>
        <span class="figures">{told}</span>
      </figcaption>
      <Chart
        height={190}
        label={`${loss} over the steps: ${told}`}
        logarithmic={() => scale.value === 'log'}
        lines={() => pickedRuns.value.map(({ name }) => ({ label: name, colour: colour(name) }))}
        data={() => {
          const { x, ys } = aligned(drawn(loss))
          return [[...x], ...ys.map((y) => [...y])]
        }}
      />
    </figure>
  )
}

/** The curves of the runs that are shown. */
export const CurvesPanel = () => (
  <Panel title="Losses">
    <div class="tools">
      <Segments label="Axis" name="scale" value={scale} choices={{ linear: 'Linear', log: 'Logarithmic' }} />
      <Slider label="Mean over" value={window} most={200} step={1} words={(n) => (n <= 1 ? 'each step' : `${n} steps`)} />
    </div>
    <div class="curves">
      {lossesOf(pickedRuns.value.map(({ name }) => followed.value[name]?.curves ?? {})).map((loss) => (
        <Curve key={loss} loss={loss} />
      ))}
    </div>
  </Panel>
)
