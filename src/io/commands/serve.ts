/** `keyflow serve`: a server until it is interrupted. Prints its address. */
import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { isLoopback } from '../../server/http/guard.js'
import { ownModels } from '../../server/models.js'
import { type Serving, serve } from '../../server/serve.js'
import { type Bounds, defaultBounds, type Settings } from '../../server/settings.js'
import type { Terminal } from '../cli/command.js'
import type { RunOf } from '../cli/declarations.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'

const page = fileURLToPath(new URL('../../studio', import.meta.url))

type Flags = Parameters<RunOf<'serve'>>[0]

const boundsOf = (o: Flags): Bounds => {
  const given = {
    sessions: o.maxSessions,
    body: o.maxBody,
    store: o.maxStore,
    pixels: o.maxPixels,
    frames: o.maxFrames,
    seconds: o.maxSeconds,
    frameRate: o.maxRate,
    handshake: o.handshake,
    idle: o.idle,
    drain: o.drain
  }
  return { ...defaultBounds, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}

const settingsOf = (o: Flags): Settings => ({
  host: o.host,
  port: o.port ?? 7860,
  models: o.model.length === 0 ? ownModels : o.model,
  token: o.token,
  data: o.data,
  runs: o.runs,
  origins: o.allowOrigin,
  backend: o.backend,
  page,
  bounds: boundsOf(o)
})

/** Tells where the server is, and what off loopback means. */
const announce = ({ url, token }: Serving, { host, token: given }: Settings, { say }: Terminal): void => {
  process.stdout.write(`${url}\n`)
  if (!isLoopback(host)) {
    say(`serve: other machines can reach ${host}: every request must carry the token; the connection is not encrypted`)
    if (given === undefined) say(`serve: token ${token} (the page: ${url}#token=${token})`)
  }
}

/** Resolves when the user interrupts, with the signal's name. */
const interrupted = ({ signal }: Terminal): Promise<string> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(String(signal.reason))
    else signal.addEventListener('abort', () => resolve(String(signal.reason)))
  })

export const run: RunOf<'serve'> = (o, terminal) => {
  const settings = settingsOf(o)
  return pipe(
    serve(settings, terminal.say),
    TE.tap((serving) => {
      announce(serving, settings, terminal)
      return TE.right(undefined)
    }),
    TE.bindTo('serving'),
    TE.bind('signal', () => TE.fromTask(() => interrupted(terminal))),
    TE.tap(({ serving, signal }) => {
      terminal.say(`serve: ${signal}: telling sessions, ending jobs`)
      return attempt(serving.close)
    }),
    TE.flatMap(({ signal }) =>
      signal === 'SIGINT'
        ? TE.left<Problem, never>({ _tag: 'Interrupted', signal })
        : TE.right({ json: { ended: signal }, text: '' })
    )
  )
}
