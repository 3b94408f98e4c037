/**
 * What answers each route.
 *
 * @since 0.1.0
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { version } from '../io/run/version.js'
import { isOurs } from './files/store.js'
import { takeUpload } from './files/upload.js'
import { liveGraph } from './graph.js'
import type { Handlers } from './http/app.js'
import { events } from './http/events.js'
import { sendFile } from './http/files.js'
import { cookieOf, tokenIn } from './http/guard.js'
import { openapi } from './http/openapi.js'
import { fromProblem, missing, refusal, refused } from './http/refusal.js'
import { routes } from './http/routes.js'
import type { Job } from './http/shapes.js'
import { hasEnded } from './jobs/queue.js'
import { taskOf } from './jobs/task.js'
import { runHandlers } from './runs/handlers.js'
import type { World } from './world.js'

const json = (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }
  })
const done = (headers: Readonly<Record<string, string>> = {}): Response => new Response(null, { status: 204, headers })

/**
 * The handlers of a server.
 *
 * @category constructors
 * @since 0.1.0
 */
export const handlers = (world: World): Handlers => {
  const { bounds, store, jobs, models, samples, engine, metrics } = world
  const document = openapi(routes, version)
  const upload = (name: string | undefined): string | undefined =>
    name !== undefined && isOurs(name) ? join(store.uploads, name) : undefined
  const health = () => ({
    status: world.ending() ? 'ending' : 'ok',
    engine: engine.about() ?? 'down',
    sessions: world.sessions(),
    restarts: engine.restarts()
  })
  const graphs = new Map<string, ReturnType<typeof liveGraph>>()

  return {
    ...runHandlers(world.runs),
    login: ({ request }) => {
      const token = tokenIn(request.headers.get('authorization') ?? undefined, undefined)
      return done(token === undefined ? {} : { 'set-cookie': cookieOf(token) })
    },
    models: () => json([...models.values()].map(({ shown }) => shown)),
    modelFile: ({ params, request }) => {
      const known = models.get(params['name'] ?? '')
      return known === undefined ? missing('model') : sendFile(known.path, request)
    },
    samples: () => json(samples.all),
    sample: async ({ params, request }) => {
      const file = await samples.file(params['name'] ?? '')
      if (file === undefined) return missing('sample')
      return E.isLeft(file) ? refused(fromProblem(file.left)) : sendFile(file.right, request)
    },
    graph: ({ query }) => {
      const known = query.has('model') ? models.get(query.get('model') ?? '') : [...models.values()][0]
      if (known === undefined) return missing('model')
      const graph = graphs.get(known.shown.name) ?? liveGraph(known)
      graphs.set(known.shown.name, graph)
      return E.isLeft(graph) ? refused(fromProblem(graph.left)) : json(graph.right)
    },
    upload: async ({ incoming }) => {
      const stored = await takeUpload(store, bounds, incoming)
      if (E.isLeft(stored)) return refused(stored.left)
      return json(stored.right, 201, { location: stored.right.url })
    },
    uploaded: ({ params, request }) => {
      const path = upload(params['name'])
      return path === undefined ? missing('upload') : sendFile(path, request, sandbox)
    },
    forget: async ({ params }) => {
      const path = upload(params['name'])
      if (path === undefined) return missing('upload')
      if (jobs.needs(path)) return refused(refusal(409, 'in-use', 'A job needs it'))
      return rm(path).then(
        () => done(),
        () => missing('upload')
      )
    },
    jobs: () => json(jobs.all()),
    start: async ({ body }) => {
      const task = await taskOf(world, body)
      const job = E.isLeft(task) ? task : jobs.add(task.right)
      return E.isLeft(job) ? refused(job.left) : json(job.right, 202, { location: job.right.url })
    },
    job: ({ params }) => {
      const job = jobs.get(params['id'] ?? '')
      return job === undefined ? missing('job') : json(job)
    },
    events: ({ params }) => {
      const id = params['id'] ?? ''
      const job = jobs.get(id)
      if (job === undefined) return missing('job')
      return events<Job>((send) => {
        send(job, hasEnded(job))
        return jobs.follow(id, (now) => send(now, hasEnded(now)))
      })
    },
    cancel: async ({ params }) => {
      const job = await jobs.cancel(params['id'] ?? '')
      return job === undefined ? missing('job') : json(job)
    },
    result: ({ params, query, request }) => {
      const name = params['name'] ?? ''
      if (!isOurs(name)) return missing('result')
      const saved = query.has('download') ? { 'content-disposition': `attachment; filename="keyflow-${name}"` } : {}
      return sendFile(join(store.results, name), request, { ...sandbox, ...saved })
    },
    document: () => json(document),
    health: () => json(health()),
    ready: () =>
      engine.about() !== undefined && !world.ending()
        ? json(health())
        : refused(refusal(503, 'not-ready', 'The engine is not up', { detail: health().engine })),
    metrics: async () =>
      new Response(await metrics.register.metrics(), {
        headers: { 'content-type': metrics.register.contentType, 'cache-control': 'no-store' }
      })
  }
}

/** What a client gave is shown as what it is and may do nothing. */
const sandbox = { 'content-security-policy': "default-src 'none'; sandbox" }
