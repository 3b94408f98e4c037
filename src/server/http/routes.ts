/**
 * Every route of the server.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import type { Carried, Route } from './route.js'
import * as S from './shapes.js'

const json = <C extends t.Mixed>(codec: C) => ({ type: 'application/json', codec })
const file = (about: string): Record<number, Carried & { readonly about: string }> => ({
  200: { about, type: 'application/octet-stream' },
  206: { about: 'a part of it', type: 'application/octet-stream' }
})
const gone = { 204: { about: 'done', type: '' } }

/** Holds a table to the form of routes and keeps its own types. */
const declared = <const R extends Readonly<Record<string, Route>>>(routes: R): R => routes

/**
 * Every route, by the name of what it does.
 *
 * @category model
 * @since 0.1.0
 */
export const routes = declared({
  login: {
    method: 'post',
    path: '/api/login',
    summary: 'keep the token of this request in a cookie of the page',
    gives: gone,
    refuses: [401, 403]
  },
  models: {
    method: 'get',
    path: '/api/models',
    summary: 'the models that are served; the first is meant where none is named',
    gives: { 200: { about: 'models', ...json(t.array(S.ServedModel)) } },
    refuses: [401]
  },
  modelFile: {
    method: 'get',
    path: '/api/models/{name}',
    summary: 'the file of a model (.safetensors)',
    gives: file('the model'),
    refuses: [401, 404, 416]
  },
  samples: {
    method: 'get',
    path: '/api/samples',
    summary: 'pictures to move, and films that drive',
    gives: { 200: { about: 'samples', ...json(t.array(S.Sample)) } },
    refuses: [401]
  },
  sample: {
    method: 'get',
    path: '/api/samples/{name}',
    summary: 'one sample',
    gives: file('the sample'),
    refuses: [401, 404, 416]
  },
  graph: {
    method: 'get',
    path: '/api/graph',
    summary: 'the programs that a live session runs',
    query: { model: 'name of a model' },
    gives: { 200: { about: 'programs', ...json(S.LiveGraph) } },
    refuses: [401, 404, 503]
  },
  upload: {
    method: 'post',
    path: '/api/uploads',
    summary: 'a picture, film or motion template, as the bytes of the file; what it is, is told from them alone',
    takes: { type: 'application/octet-stream' },
    gives: { 201: { about: 'what it was taken for', ...json(S.Stored) } },
    refuses: [400, 401, 403, 413, 415, 422, 429, 507]
  },
  uploaded: {
    method: 'get',
    path: '/api/uploads/{name}',
    summary: 'an upload',
    gives: file('the file'),
    refuses: [401, 404, 416]
  },
  forget: {
    method: 'delete',
    path: '/api/uploads/{name}',
    summary: 'remove an upload',
    gives: gone,
    refuses: [401, 403, 404]
  },
  jobs: {
    method: 'get',
    path: '/api/jobs',
    summary: 'all jobs, the newest first',
    gives: { 200: { about: 'jobs', ...json(t.array(S.Job)) } },
    refuses: [401]
  },
  start: {
    method: 'post',
    path: '/api/jobs',
    summary:
      'transfer the motion of a film or template to a picture; jobs wait for one another; unknown keys are refused',
    takes: json(S.JobRequest),
    gives: { 202: { about: 'taken; it stands at Location', ...json(S.Job) } },
    refuses: [400, 401, 403, 404, 413, 415, 422, 429, 503]
  },
  job: {
    method: 'get',
    path: '/api/jobs/{id}',
    summary: 'a job as it stands',
    gives: { 200: { about: 'the job', ...json(S.Job) } },
    refuses: [401, 404]
  },
  events: {
    method: 'get',
    path: '/api/jobs/{id}/events',
    summary: 'a job as server-sent events, each the whole job, until it has ended',
    gives: { 200: { about: 'events', type: 'text/event-stream', codec: S.Job } },
    refuses: [401, 404]
  },
  cancel: {
    method: 'delete',
    path: '/api/jobs/{id}',
    summary: 'end a job and remove its files',
    gives: { 200: { about: 'the job as it ended', ...json(S.Job) } },
    refuses: [401, 403, 404]
  },
  result: {
    method: 'get',
    path: '/api/results/{name}',
    summary: 'the result of a job',
    query: { download: 'given: to be saved under its name' },
    gives: file('the film'),
    refuses: [401, 404, 416]
  },
  runs: {
    method: 'get',
    path: '/api/runs',
    summary: 'training runs, the last changed first',
    gives: { 200: { about: 'runs', ...json(t.array(S.Run)) } },
    refuses: [401]
  },
  run: {
    method: 'get',
    path: '/api/runs/{run}',
    summary: 'a training run and the files it has made',
    gives: { 200: { about: 'the run', ...json(S.RunDetails) } },
    refuses: [401, 404]
  },
  runLog: {
    method: 'get',
    path: '/api/runs/{run}/log',
    summary: 'whole lines of the log from a byte on; the header Keyflow-Next tells the byte to go on from',
    query: { from: 'byte to begin at (default 0)' },
    gives: { 200: { about: 'lines', type: 'application/x-ndjson' } },
    refuses: [400, 401, 404]
  },
  runTimes: {
    method: 'get',
    path: '/api/runs/{run}/times',
    summary: 'the same for the times of the steps',
    query: { from: 'byte to begin at (default 0)' },
    gives: { 200: { about: 'lines', type: 'application/x-ndjson' } },
    refuses: [400, 401, 404]
  },
  runConfig: {
    method: 'get',
    path: '/api/runs/{run}/config',
    summary: 'the resolved configuration of a run',
    gives: { 200: { about: 'YAML', type: 'text/plain' } },
    refuses: [401, 404]
  },
  runCurves: {
    method: 'get',
    path: '/api/runs/{run}/curves',
    summary: 'the loss curves of a run',
    gives: { 200: { about: 'a drawing', type: 'image/svg+xml' } },
    refuses: [401, 404]
  },
  runPicture: {
    method: 'get',
    path: '/api/runs/{run}/pictures/{name}',
    summary: 'a picture of a run',
    gives: { 200: { about: 'a picture', type: 'image/png' } },
    refuses: [401, 404]
  },
  document: {
    method: 'get',
    path: '/openapi.json',
    summary: 'this document',
    open: true,
    gives: { 200: { about: 'OpenAPI 3.1', ...json(t.UnknownRecord) } },
    refuses: []
  },
  health: {
    method: 'get',
    path: '/healthz',
    summary: 'whether the server answers',
    open: true,
    gives: { 200: { about: 'it does', ...json(S.Health) } },
    refuses: []
  },
  ready: {
    method: 'get',
    path: '/readyz',
    summary: 'whether the engine is up and new sessions are taken',
    open: true,
    gives: { 200: { about: 'it is', ...json(S.Health) } },
    refuses: [503]
  },
  metrics: {
    method: 'get',
    path: '/metrics',
    summary: 'counters and gauges for Prometheus',
    gives: { 200: { about: 'text', type: 'text/plain' } },
    refuses: [401]
  }
})

/** The routes with their own types. */
export type Routes = typeof routes
