/**
 * The server, from the first file looked at to the last child ended.
 *
 * @since 0.1.0
 */
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../io/problem/problem.js'
import { attempt } from '../io/run/compute.js'
import { startEngine } from './engine/client.js'
import { openStore } from './files/store.js'
import { handlers } from './handlers.js'
import { app } from './http/app.js'
import { type Guard, isLoopback } from './http/guard.js'
import { linger } from './http/linger.js'
import { page } from './http/page.js'
import { buckets } from './http/rate.js'
import { openJobs } from './jobs/queue.js'
import { openDoor } from './live/door.js'
import { openMetrics } from './metrics.js'
import { lookAt, type Models } from './models.js'
import { openRuns } from './runs/runs.js'
import { openSamples } from './samples/samples.js'
import type { Settings } from './settings.js'
import type { World } from './world.js'

/**
 * A server that takes requests. `close` ends it: sessions are told, jobs get their time, children and temporary files go.
 *
 * @category model
 * @since 0.1.0
 */
export interface Serving {
  readonly url: string
  readonly token: string | undefined
  readonly close: () => Promise<void>
}

/** The token that is asked for: the given one, or off loopback a new one. */
const tokenOf = ({ host, token }: Settings): string | undefined =>
  token ?? (isLoopback(host) ? undefined : randomBytes(18).toString('base64url'))

const listening = (server: Server, { host, port }: Settings): Promise<string> =>
  new Promise((done, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const { port: own } = server.address() as AddressInfo
      done(`http://${host.includes(':') ? `[${host}]` : host}:${own}/`)
    })
  })

const begin = async (settings: Settings, models: Models, say: (line: string) => void): Promise<Serving> => {
  const { bounds } = settings
  const token = tokenOf(settings)
  const guard: Guard = { host: settings.host, origins: settings.origins, token }
  const allow = buckets(bounds.requestRate, 2)
  const store = await openStore(settings.data)
  let ending = false
  let [sessions, queued] = [() => 0, (): Readonly<Record<string, number>> => ({})]
  const metrics = openMetrics({
    sessions: () => sessions(),
    queues: () => ({ ...queued(), jobs: jobs.waiting() }),
    engine: () => engine.vitals()
  })
  const named = new Map([...models.values()].map(({ path, shown }) => [path, shown.name]))
  const engine = startEngine(settings.backend, {
    say,
    restarted: () => metrics.restarts.inc(),
    vitals: ({ nodes }) => {
      metrics.reports.inc()
      for (const [path, programs] of Object.entries(nodes))
        for (const [program, times] of Object.entries(programs))
          for (const [node, [ms, runs]] of Object.entries(times)) {
            const labels = { model: named.get(path) ?? path, program, node }
            metrics.nodes.inc(labels, ms / 1000)
            metrics.runs.inc(labels, runs)
          }
    }
  })
  const jobs = openJobs(store, bounds, settings.backend)
  const world: World = {
    ...{ bounds, store, models, jobs, engine, metrics },
    samples: openSamples(store.samples),
    runs: openRuns(settings.runs === undefined ? undefined : resolve(settings.runs)),
    sessions: () => sessions(),
    ending: () => ending
  }
  const web = app({ guard, handlers: handlers(world), page: page(settings.page), allow, say })
  const answer = getRequestListener(web.fetch as Parameters<typeof getRequestListener>[0], {
    overrideGlobalObjects: false,
    autoCleanupIncoming: false
  })
  const server = createServer(
    { requestTimeout: 300_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 },
    (incoming, outgoing) => {
      outgoing.once('finish', () => linger(incoming))
      void answer(incoming, outgoing)
    }
  )
  const door = openDoor(server, { engine, models, bounds, metrics, guard, allow, say })
  sessions = door.count
  queued = door.queued
  const close = async (): Promise<void> => {
    ending = true
    server.close()
    await door.close()
    await jobs.close(bounds.drain)
    await engine.close()
    server.closeAllConnections()
    await store.close()
  }
  try {
    return { url: await listening(server, settings), token, close }
  } catch (cause) {
    await close()
    throw cause
  }
}

const refusedPort = ({ host, port }: Settings, problem: Problem): Problem => {
  const [, code] =
    (problem._tag === 'Failed' && /(EADDRINUSE|EACCES|EADDRNOTAVAIL|ENOTFOUND)/.exec(problem.cause)) || []
  return code === undefined
    ? problem
    : {
        _tag: 'Usage',
        at: '--host and --port',
        expected: 'an address that can be listened on',
        actual: `${host}:${port} (${code})`
      }
}

/**
 * Starts a server: resolves when it takes requests, while the engine may still be starting.
 *
 * @category constructors
 * @since 0.1.0
 */
export const serve = (settings: Settings, say: (line: string) => void): TE.TaskEither<Problem, Serving> =>
  pipe(
    lookAt(settings.models),
    TE.flatMap((models) => attempt(() => begin(settings, models, say))),
    TE.mapLeft((problem) => refusedPort(settings, problem))
  )
