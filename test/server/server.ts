/** A server as a user starts it, and a client that speaks the protocol byte by byte. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import sharp from 'sharp'
import { WebSocket } from 'ws'
import * as P from '../../src/client/protocol.js'
import { root } from '../cli/keyflow.js'
import { temporaryFolder } from '../temporary.js'
import { until } from '../until.js'

const main = join(root, 'dist/io/cli/main.js')

export interface Running {
  readonly url: string
  readonly child: ChildProcess
  readonly err: () => string
  /** Sends a signal and gives the exit code. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>
}

/** A folder that the system's own temporary folder is for a server, so that what it leaves can be seen. */
export const temporary = (): string => temporaryFolder('served')

/** Starts `keyflow serve` on a free port; resolves when it takes requests. */
export const start = async (
  args: ReadonlyArray<string> = [],
  env: Readonly<Record<string, string>> = {}
): Promise<Running> => {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...args], {
    cwd: root,
    env: { ...process.env, ...env }
  })
  let [out, err] = ['', '']
  child.stderr.on('data', (d) => (err += d))
  const closed = once(child, 'close') as Promise<[number | null]>
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (d) => {
      out += d
      if (out.includes('\n')) resolve(out.split('\n')[0]!.replace(/\/$/, ''))
    })
    void closed.then(([code]) => reject(new Error(`ended with ${code}: ${err}`)))
  })
  return {
    url,
    child,
    err: () => err,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal)
      return (await closed)[0]
    }
  }
}

export const ready = (url: string): Promise<unknown> =>
  until(
    () => fetch(`${url}/readyz`).then(({ status }) => status),
    (status) => status === 200
  )

export type Told = P.ServerMessage
export interface Guest {
  readonly socket: WebSocket
  readonly told: Array<Told>
  readonly results: Array<P.Result>
  readonly closed: Promise<readonly [code: number, reason: string]>
  readonly say: (message: P.ClientMessage) => void
  readonly send: (kind: 'driving' | 'source', picture: P.Picture) => number
  readonly first: <T extends Told['type']>(type: T, skip?: number) => Promise<Extract<Told, { type: T }>>
  /** Acknowledge results as they come. */
  acking: boolean
}

const sockets = new Set<WebSocket>()

/** Ends what a test has left open. */
export const leave = (): void => {
  for (const socket of sockets) socket.terminate()
  sockets.clear()
}

const protocols = (token?: string): Array<string> => [...P.offered(token)]

/** Opens a WebSocket; `open` is said unless it is left out. */
export const guest = async (
  url: string,
  open: Partial<P.ClientSays<'open'>> | null = {},
  options: { readonly headers?: Record<string, string>; readonly token?: string } = {}
): Promise<Guest> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live`, protocols(options.token), {
    ...(options.headers === undefined ? {} : { headers: options.headers })
  })
  sockets.add(socket)
  const told: Array<Told> = []
  const results: Array<P.Result> = []
  let seq = 0
  const own: Guest = {
    socket,
    told,
    results,
    acking: true,
    closed: new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)]))),
    say: (message) => socket.send(P.encodeMessage(message)),
    send: (kind, picture) => {
      socket.send(P.encodeFrame({ kind, seq, time: seq * 40, picture }))
      return seq++
    },
    first: async (type, skip = 0) =>
      (await until(
        () => told.filter((m) => m.type === type)[skip],
        (m) => m !== undefined
      )) as never
  }
  socket.on('message', (data, binary) => {
    if (!binary) {
      const message = P.decodeServerMessage(String(data))
      if (message._tag === 'Left') throw new Error(JSON.stringify(message.left))
      told.push(message.right)
      return
    }
    const result = P.decodeResult(data as Buffer)
    if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
    results.push(result.right)
    if (own.acking) own.say({ type: 'ack', seq: result.right.seq })
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve())
    socket.on('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))))
    socket.on('error', reject)
  })
  if (open !== null) own.say({ type: 'open', policy: 'block', reply: 'raw', overlays: [], ...open })
  return own
}

/** A square that is elsewhere in each picture, 64x64, as raw bytes. */
export const square = (at: number): P.Picture => {
  const bytes = new Uint8Array(64 * 64 * 3).fill(20)
  for (let y = 20; y < 40; y++)
    for (let x = 0; x < 20; x++) bytes.set([230, 60, 60], 3 * (y * 64 + ((8 + at + x) % 64)))
  return { format: 'raw', width: 64, height: 64, bytes }
}

export const asJpeg = async ({ bytes, width, height }: P.Picture): Promise<P.Picture> => ({
  format: 'encoded',
  width,
  height,
  bytes: await sharp(bytes, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer()
})

/** A session with its source taken. */
export const shownTo = async (
  url: string,
  open: Partial<P.ClientSays<'open'>> = {},
  token?: string
): Promise<Guest> => {
  const own = await guest(url, open, token === undefined ? {} : { token })
  own.send('source', square(0))
  await own.first('source')
  return own
}

export const json = async (answer: Response): Promise<any> => answer.json()
