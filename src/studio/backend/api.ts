/**
 * What the page asks over HTTP: of a server, or of the folder that it lies in.
 *
 * @since 0.1.0
 */
import { signal } from '@preact/signals'
import { alone } from '../state/place.js'
import { fromDetails, Troubled, trouble } from '../state/words.js'

/** Whether the server wants a token. */
export const locked = signal(false)

/** A model that can be chosen. */
export interface Model {
  readonly name: string
  readonly size: { readonly height: number; readonly width: number }
  readonly keypoints: number
  readonly url: string
  readonly normalisation: Readonly<Record<string, boolean>>
}
/** A sample that can be chosen. */
export interface Sample {
  readonly name: string
  readonly title: string
  readonly kind: 'picture' | 'film'
  readonly url: string
}
/** A file that the server keeps. */
export interface Stored {
  readonly name: string
  readonly url: string
}
/** A job of the server. */
export interface Job {
  readonly id: string
  readonly url: string
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  readonly ahead: number
  readonly progress: { readonly label: string; readonly done: number; readonly total: number | null }
  readonly result?: Stored
  readonly problem?: { readonly title: string; readonly status: number; readonly detail?: string }
}
/** One node of a program: its path, kind, and the paths or inputs that it reads. */
export interface Drawn {
  readonly path: string
  readonly kind: string
  readonly reads: ReadonlyArray<string>
  readonly size: string
}
/** The programs of a live session. */
export interface LiveGraph {
  readonly programs: Readonly<
    Record<
      string,
      {
        readonly inputs: ReadonlyArray<string>
        readonly nodes: ReadonlyArray<Drawn>
        readonly outputs: ReadonlyArray<string>
      }
    >
  >
}
/** A training run. */
export interface Run {
  readonly name: string
  readonly url: string
  readonly changed: string
  readonly steps: number
}
/** A training run with its files. */
export interface RunDetails extends Run {
  readonly info: unknown
  readonly pictures: ReadonlyArray<{ readonly name: string; readonly url: string; readonly step: number }>
  readonly log: string
}

const refused = async (answer: Response): Promise<Troubled> => {
  if (answer.status === 401) locked.value = true
  const body: unknown = await answer.json().catch(() => undefined)
  const told = typeof body === 'object' && body !== null && 'title' in body
  return new Troubled(fromDetails(told ? (body as never) : { title: answer.statusText, status: answer.status }))
}

/**
 * Asks; throws trouble where the answer is a refusal or there is none.
 *
 * @category requests
 * @since 0.1.0
 */
export const ask = async (url: string, how: RequestInit = {}): Promise<Response> => {
  const answer = await fetch(url, how).catch((cause: unknown) => {
    if ((cause as Error).name === 'AbortError') throw cause
    throw trouble('The server does not answer.', 'See whether it still runs and whether you are connected to it.')
  })
  if (!answer.ok) throw await refused(answer)
  return answer
}

const json = async <A>(url: string, how?: RequestInit): Promise<A> => (await ask(url, how)).json() as Promise<A>

/** On a static host, lists are files of the folder. */
const list = (name: string): string => (alone ? `${name}.json` : `/api/${name}`)

/**
 * The requests.
 *
 * @category requests
 * @since 0.1.0
 */
export const api = {
  models: () => json<ReadonlyArray<Model>>(list('models')),
  samples: () => json<ReadonlyArray<Sample>>(list('samples')),
  graph: (model: string) =>
    json<LiveGraph>(alone ? `models/${model}.json` : `/api/graph?model=${encodeURIComponent(model)}`),
  login: (token: string) => ask('/api/login', { method: 'POST', headers: { authorization: `Bearer ${token}` } }),
  upload: (body: Blob, signal: AbortSignal) => json<Stored>('/api/uploads', { method: 'POST', body, signal }),
  start: (job: object) =>
    json<Job>('/api/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(job)
    }),
  cancel: (job: Job) => ask(job.url, { method: 'DELETE' }),
  runs: () => json<ReadonlyArray<Run>>('/api/runs'),
  run: (url: string) => json<RunDetails>(url),
  /** Whole lines from a byte on, and the byte to go on from. */
  log: async (url: string, from: number) => {
    const answer = await ask(`${url}?from=${from}`)
    const text = await answer.text()
    return { text, next: Number(answer.headers.get('keyflow-next') ?? from + text.length) }
  }
} as const
