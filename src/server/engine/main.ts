/**
 * The engine's own process: models, sources, and frames of all sessions in turn. It ends when the server does.
 *
 * @since 0.1.0
 */
import { engine } from '../../io/run/compute.js'
import { openHall } from './hall.js'
import type { FromEngine, ToEngine } from './wire.js'

const tell = (message: FromEngine): void => {
  if (process.connected) process.send?.(message)
}

process.on('disconnect', () => process.exit(0))
// The server drains and then ends this process: an interrupt at the terminal reaches both.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

const begin = async (): Promise<void> => {
  const started = await engine(undefined, (line) => process.stderr.write(`${line}\n`))()
  if (started._tag === 'Left') {
    tell({ tag: 'broken', problem: started.left })
    return
  }
  const hall = openHall(tell)
  process.on('message', (message) => hall.hear(message as ToEngine))
  tell({ tag: 'started', ...started.right })
}

await begin()
