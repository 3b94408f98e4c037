/**
 * What the server counts, for Prometheus.
 *
 * @since 0.1.0
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/**
 * What is read when somebody asks.
 *
 * @category model
 * @since 0.1.0
 */
export interface Gauges {
  readonly sessions: () => number
  readonly queues: () => Readonly<Record<string, number>>
  readonly engine: () => { readonly tensors: number; readonly tensorBytes: number; readonly resident: number }
}

const milliseconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/** The counters of a server. */
export type Metrics = ReturnType<typeof openMetrics>

/**
 * Counters of its own for each server of a process.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openMetrics = (gauges: Gauges) => {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const frames = new Counter({
    name: 'keyflow_frames_total',
    help: 'frames by what became of them',
    labelNames: ['state'] as const,
    registers
  })
  const seconds = new Histogram({
    name: 'keyflow_frame_seconds',
    help: 'time of a frame in each stage; added is all but queue and model',
    labelNames: ['stage'] as const,
    buckets: milliseconds,
    registers
  })
  const nodes = new Counter({
    name: 'keyflow_node_seconds_total',
    help: 'time in each node of the live graph',
    labelNames: ['model', 'program', 'node'] as const,
    registers
  })
  const runs = new Counter({
    name: 'keyflow_node_runs_total',
    help: 'runs of each node of the live graph',
    labelNames: ['model', 'program', 'node'] as const,
    registers
  })
  const errors = new Counter({
    name: 'keyflow_session_errors_total',
    help: 'errors told to sessions, by kind',
    labelNames: ['kind'] as const,
    registers
  })
  const batches = new Histogram({
    name: 'keyflow_batch_frames',
    help: 'frames computed at once',
    buckets: [1, 2, 3, 4, 6, 8, 12, 16],
    registers
  })
  const restarts = new Counter({
    name: 'keyflow_engine_restarts_total',
    help: 'engines that were started again',
    registers
  })
  const reports = new Counter({
    name: 'keyflow_engine_reports_total',
    help: 'times that the engine told of itself: about once a second, unless it is stuck',
    registers
  })
  new Gauge({
    name: 'keyflow_sessions',
    help: 'live sessions',
    registers,
    collect() {
      this.set(gauges.sessions())
    }
  })
  new Gauge({
    name: 'keyflow_queue_length',
    help: 'what waits, by where',
    labelNames: ['queue'] as const,
    registers,
    collect() {
      for (const [queue, length] of Object.entries(gauges.queues())) this.set({ queue }, length)
    }
  })
  new Gauge({
    name: 'keyflow_tensors',
    help: 'tensors alive in the engine',
    registers,
    collect() {
      this.set(gauges.engine().tensors)
    }
  })
  new Gauge({
    name: 'keyflow_tensor_bytes',
    help: 'bytes of the tensors alive in the engine',
    registers,
    collect() {
      this.set(gauges.engine().tensorBytes)
    }
  })
  new Gauge({
    name: 'keyflow_engine_resident_memory_bytes',
    help: 'resident memory of the engine',
    registers,
    collect() {
      this.set(gauges.engine().resident)
    }
  })
  return { register, frames, seconds, nodes, runs, errors, batches, restarts, reports }
}
