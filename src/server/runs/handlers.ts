/**
 * What answers the routes of training runs.
 *
 * @since 0.1.0
 */
import { logFiles } from '../../io/training/log.js'
import type { Handlers } from '../http/app.js'
import { sendFile } from '../http/files.js'
import { missing, refusal, refused } from '../http/refusal.js'
import type { Asked } from '../http/route.js'
import { linesFrom, type Runs } from './runs.js'

type Own = 'runs' | 'run' | 'runLog' | 'runTimes' | 'runConfig' | 'runCurves' | 'runPicture'

const json = (value: unknown): Response =>
  new Response(JSON.stringify(value), {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }
  })

/**
 * The handlers of runs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const runHandlers = (runs: Runs): Pick<Handlers, Own> => {
  const lines =
    (name: string) =>
    async ({ params, query }: Asked<undefined>): Promise<Response> => {
      const from = query.get('from') ?? '0'
      if (!/^\d{1,15}$/.test(from))
        return refused(
          refusal(400, 'bad-request', 'The request is not understood', {
            where: 'from',
            expected: 'a byte',
            actual: from
          })
        )
      const path = await runs.file(params['run'] ?? '', name)
      if (path === undefined) return missing('run')
      const { lines: body, next, size } = await linesFrom(path, Number(from))
      return new Response(new Uint8Array(body), {
        headers: {
          'content-type': 'application/x-ndjson',
          'cache-control': 'no-store',
          'keyflow-next': String(next),
          'keyflow-size': String(size)
        }
      })
    }
  const file =
    (type: string, ...parts: ReadonlyArray<string>) =>
    async ({ params, request }: Asked<undefined>): Promise<Response> => {
      const path = await runs.file(params['run'] ?? '', ...parts.map((p) => (p === '*' ? (params['name'] ?? '') : p)))
      const sandbox = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" }
      return path === undefined ? missing('file') : sendFile(path, request, { 'content-type': type, ...sandbox })
    }
  return {
    runs: async () => json(await runs.all()),
    run: async ({ params }) => {
      const run = await runs.get(params['run'] ?? '')
      return run === undefined ? missing('run') : json(run)
    },
    runLog: lines(logFiles.steps),
    runTimes: lines(logFiles.times),
    runConfig: file('text/plain; charset=utf-8', 'config.yaml'),
    runCurves: file('image/svg+xml', 'curves.svg'),
    runPicture: file('image/png', 'pictures', '*')
  }
}
