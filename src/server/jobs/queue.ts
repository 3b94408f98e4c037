/**
 * Jobs, one at a time, in the order they came.
 *
 * @since 0.1.0
 */
import { EventEmitter } from 'node:events'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { newName, type Store } from '../files/store.js'
import { typeOf } from '../http/files.js'
import { type Refusal, refusal } from '../http/refusal.js'
import type { Job, JobOptions } from '../http/shapes.js'
import type { Bounds } from '../settings.js'
import { type Working, work } from './child.js'
import { type JobFiles, transferWords } from './command.js'

/**
 * What is to be done: files on this machine, the model's name.
 *
 * @category model
 * @since 0.1.0
 */
export interface Task {
  readonly model: string
  readonly files: Omit<JobFiles, 'out'>
  readonly options: JobOptions
}

/**
 * The jobs of a server. `follow` calls at every change until the job has ended or the returned function is called.
 *
 * @category model
 * @since 0.1.0
 */
export interface Jobs {
  readonly add: (task: Task) => E.Either<Refusal, Job>
  readonly all: () => ReadonlyArray<Job>
  readonly get: (id: string) => Job | undefined
  readonly cancel: (id: string) => Promise<Job | undefined>
  readonly follow: (id: string, next: (job: Job) => void) => () => void
  readonly waiting: () => number
  /** Whether a job that has not ended needs the file. */
  readonly needs: (path: string) => boolean
  /** Takes no more; waits `ms` for the job under way, then ends it. */
  readonly close: (ms: number) => Promise<void>
}

interface Entry {
  job: Job
  readonly task: Task
  working: Working | undefined
  cancelled: boolean
  readonly ended: Promise<void>
  readonly end: () => void
}

/** Ended jobs that are remembered. */
const remembered = 200

/**
 * Whether a job will not change any more.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const hasEnded = ({ state }: Job): boolean => state !== 'queued' && state !== 'running'

/**
 * A queue of jobs whose files lie in a store.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openJobs = (store: Store, bounds: Bounds, backend: string | undefined): Jobs => {
  const entries = new Map<string, Entry>()
  const changes = new EventEmitter().setMaxListeners(0)
  let [running, closing] = [undefined as Entry | undefined, false]
  const queue = (): ReadonlyArray<Entry> => [...entries.values()].filter(({ job }) => job.state === 'queued')
  const seen = (entry: Entry): Job =>
    entry.job.state === 'queued'
      ? { ...entry.job, ahead: queue().indexOf(entry) + (running === undefined ? 0 : 1) }
      : entry.job
  const change = (entry: Entry, more: Partial<Job>): void => {
    entry.job = { ...entry.job, ...more }
    changes.emit(entry.job.id, seen(entry))
  }
  const forget = (): void => {
    const old = [...entries.values()].filter(({ job }) => hasEnded(job))
    for (const { job } of old.slice(0, Math.max(0, old.length - remembered))) entries.delete(job.id)
  }
  const finish = (entry: Entry, more: Partial<Job>): void => {
    change(entry, { ...more, ended: new Date().toISOString() })
    entry.end()
    forget()
  }

  const perform = async (entry: Entry): Promise<Partial<Job>> => {
    const { id } = entry.job
    const { format = 'mp4' } = entry.task.options
    const folder = join(store.work, id)
    const name = `${id}.${format}`
    try {
      await mkdir(folder)
      const out = join(folder, name)
      const words = transferWords({ ...entry.task.files, out }, entry.task.options, bounds, backend)
      entry.working = work(words, (progress) => change(entry, { progress }))
      const result = await entry.working.ended
      if (entry.cancelled) return { state: 'cancelled' }
      if (E.isLeft(result)) return { state: 'failed', problem: result.left }
      await rename(out, join(store.results, name))
      const { size } = await stat(join(store.results, name))
      const url = `/api/results/${name}`
      return { state: 'done', result: { name, url, type: typeOf(name), bytes: size, kind: 'film' } }
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause)
      return { state: 'failed', problem: refusal(500, 'job-failed', 'The job failed', { detail }) }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  const next = (): void => {
    const [entry] = running === undefined && !closing ? queue() : []
    if (entry === undefined) return
    running = entry
    change(entry, { state: 'running', ahead: 0, started: new Date().toISOString() })
    for (const other of queue()) changes.emit(other.job.id, seen(other))
    void perform(entry).then((more) => {
      running = undefined
      finish(entry, more)
      next()
    })
  }

  const stop = async (entry: Entry): Promise<void> => {
    entry.cancelled = true
    if (entry.job.state === 'queued') finish(entry, { state: 'cancelled' })
    else entry.working?.stop()
    await entry.ended
    if (entry.job.result !== undefined) {
      await rm(join(store.results, entry.job.result.name), { force: true })
      const { result: _, ...job } = entry.job
      entry.job = { ...job, state: 'cancelled' }
    }
  }

  return {
    add: (task) => {
      if (closing || queue().length >= bounds.jobs)
        return E.left(refusal(503, 'busy', closing ? 'The server is about to end' : 'Too many jobs wait'))
      const id = newName()
      let end = (): void => {}
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      const progress = { label: 'queued', done: 0, total: null }
      const created = new Date().toISOString()
      const job: Job = { id, url: `/api/jobs/${id}`, state: 'queued', model: task.model, ahead: 0, progress, created }
      const entry: Entry = { job, task, working: undefined, cancelled: false, ended, end }
      entries.set(id, entry)
      next()
      return E.right(seen(entry))
    },
    all: () => [...entries.values()].map(seen).reverse(),
    get: (id) => {
      const entry = entries.get(id)
      return entry === undefined ? undefined : seen(entry)
    },
    cancel: async (id) => {
      const entry = entries.get(id)
      if (entry === undefined) return undefined
      await stop(entry)
      return entry.job
    },
    follow: (id, listener) => {
      changes.on(id, listener)
      return () => changes.off(id, listener)
    },
    waiting: () => queue().length + (running === undefined ? 0 : 1),
    needs: (path) =>
      [...entries.values()].some(
        ({ job, task: { files } }) => !hasEnded(job) && [files.source, files.driving, files.motion].includes(path)
      ),
    close: async (ms) => {
      closing = true
      const current = running
      for (const entry of queue()) await stop(entry)
      if (current === undefined) return
      const timer = setTimeout(() => void stop(current), ms)
      await current.ended
      clearTimeout(timer)
    }
  }
}
