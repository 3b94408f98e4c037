/**
 * Frames a second, latency, drops.
 *
 * @since 0.1.0
 */
import type { ReadonlySignal } from '@preact/signals'
import { brief, type Series } from '../draw/series.js'
import { Chart } from '../parts/chart.js'
import { dropped, drops, latencies, rates } from '../state/meters.js'

interface Props {
  readonly title: string
  readonly unit: string
  readonly series: ReadonlySignal<Series>
  readonly value: () => number | null | undefined
}

const Meter = ({ title, unit, series, value }: Props) => {
  const now = value()
  const told = now === null || now === undefined ? '–' : brief(now)
  return (
    <figure class="chart">
      <figcaption>
        {title}
        <strong>
          {told} <span class="quiet">{unit}</span>
        </strong>
      </figcaption>
      <Chart
        bare
        height={48}
        least={0}
        label={`${title} over the last minute, now ${told} ${unit}`}
        lines={() => [{ label: title, colour: '--accent' }]}
        data={() => [[...series.value.x], [...series.value.y]]}
      />
    </figure>
  )
}

/** The charts of a session. */
export const MeterPanel = () => (
  <section class="panel meters" aria-label="Speed">
    <Meter title="Rate" unit="frames/s" series={rates} value={() => rates.value.y.at(-1)} />
    <Meter title="Latency" unit="ms" series={latencies} value={() => latencies.value.y.at(-1)} />
    <Meter title="Dropped" unit="frames" series={drops} value={() => dropped.value} />
  </section>
)
