/**
 * All that the handlers of a server know.
 *
 * @since 0.1.0
 */
import type { Engine } from './engine/client.js'
import type { Store } from './files/store.js'
import type { Jobs } from './jobs/queue.js'
import type { Metrics } from './metrics.js'
import type { Models } from './models.js'
import type { Runs } from './runs/runs.js'
import type { Samples } from './samples/samples.js'
import type { Bounds } from './settings.js'

/**
 * The parts of a server that runs.
 *
 * @category model
 * @since 0.1.0
 */
export interface World {
  readonly bounds: Bounds
  readonly store: Store
  readonly models: Models
  readonly samples: Samples
  readonly runs: Runs
  readonly jobs: Jobs
  readonly engine: Engine
  readonly metrics: Metrics
  readonly sessions: () => number
  readonly ending: () => boolean
}
