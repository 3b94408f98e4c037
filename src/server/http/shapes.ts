/**
 * The JSON that goes over HTTP, as codecs.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { Refusal } from './refusal.js'

/** Whole numbers, without a brand of their own. */
const int = t.Int as t.Mixed as t.Type<number>

const Size = t.strict({ height: int, width: int })

/** A file that is here: its address, its media type, how large it is. */
export const Stored = t.intersection([
  t.strict({
    name: t.string,
    url: t.string,
    type: t.string,
    bytes: t.number,
    kind: t.keyof({ picture: null, film: null, motion: null })
  }),
  t.partial({ height: int, width: int, frames: int, rate: t.number })
])
/** A file that is here. */
export type Stored = t.TypeOf<typeof Stored>

/** What a job may be asked for, beside its files. */
export const JobOptions = t.exact(
  t.partial({
    relative: t.boolean,
    absolute: t.boolean,
    adaptScale: t.boolean,
    adaptVariance: t.boolean,
    clip: t.boolean,
    bestFrame: t.boolean,
    compare: t.boolean,
    noAudio: t.boolean,
    /** Times relative motion; 1 is as driven. */
    strength: t.number,
    /** The one-euro filter of keypoints, with its cut-off in Hz and its factor of speed. */
    smooth: t.boolean,
    minCutoff: t.number,
    beta: t.number,
    fit: t.keyof({ crop: null, pad: null, stretch: null }),
    size: Size,
    format: t.keyof({ mp4: null, webm: null, gif: null, webp: null, png: null })
  })
)
/** What a job may be asked for, beside its files. */
export type JobOptions = t.TypeOf<typeof JobOptions>

/** A job as it is asked for: addresses of uploads or samples here, a model by name; `driving` or `motion`, one of them. */
export const JobRequest = t.exact(
  t.intersection([
    t.type({ source: t.string }),
    t.partial({ driving: t.string, motion: t.string, model: t.string, options: JobOptions })
  ])
)
/** A job as it is asked for. */
export type JobRequest = t.TypeOf<typeof JobRequest>

/** A job as it stands. */
export const Job = t.intersection([
  t.strict({
    id: t.string,
    url: t.string,
    state: t.keyof({ queued: null, running: null, done: null, failed: null, cancelled: null }),
    model: t.string,
    /** Jobs that come before it. */
    ahead: int,
    /** Frames done, and of how many, where that is known; `label` is what is being done. */
    progress: t.strict({ label: t.string, done: t.number, total: t.union([t.number, t.null]) }),
    created: t.string
  }),
  t.partial({ started: t.string, ended: t.string, result: Stored, problem: Refusal })
])
/** A job as it stands. */
export type Job = t.TypeOf<typeof Job>

/** A model that is served. */
export const ServedModel = t.strict({
  name: t.string,
  size: Size,
  channels: int,
  keypoints: int,
  bytes: t.number,
  url: t.string,
  normalisation: t.record(t.string, t.boolean)
})
/** A model that is served. */
export type ServedModel = t.TypeOf<typeof ServedModel>

/** A sample: a picture to move, or a film that drives. */
export const Sample = t.strict({
  name: t.string,
  title: t.string,
  kind: t.keyof({ picture: null, film: null }),
  type: t.string,
  url: t.string
})
/** A sample. */
export type Sample = t.TypeOf<typeof Sample>

/** A training run in short. */
export const Run = t.intersection([
  t.strict({ name: t.string, url: t.string, changed: t.string, steps: int }),
  t.partial({ epoch: t.number, losses: t.record(t.string, t.number) })
])
/** A training run in short. */
export type Run = t.TypeOf<typeof Run>

/** A training run: what it began with, and the files that it has made. */
export const RunDetails = t.intersection([
  Run,
  t.strict({
    info: t.unknown,
    pictures: t.array(t.strict({ name: t.string, url: t.string, step: int })),
    checkpoints: t.array(t.strict({ name: t.string, bytes: t.number })),
    log: t.string,
    times: t.string,
    curves: t.union([t.string, t.null])
  })
])
/** A training run with its files. */
export type RunDetails = t.TypeOf<typeof RunDetails>

/** One node of a drawn program: its path, its kind, and the paths (or inputs) that it reads. */
const Drawn = t.strict({ path: t.string, kind: t.string, reads: t.array(t.string), size: t.string })

/** The programs of a live session, to be drawn: `encode` runs once per source, the others with each frame. */
export const LiveGraph = t.strict({
  model: t.string,
  programs: t.record(
    t.string,
    t.strict({ inputs: t.array(t.string), nodes: t.array(Drawn), outputs: t.array(t.string) })
  )
})
/** The programs of a live session. */
export type LiveGraph = t.TypeOf<typeof LiveGraph>

/** How the server is. */
export const Health = t.strict({
  status: t.string,
  engine: t.string,
  sessions: int,
  restarts: int
})
