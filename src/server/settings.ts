/**
 * What a server is started with.
 *
 * @since 0.1.0
 */

/**
 * What a server takes at most. Bytes, pixels of one picture, counts, milliseconds.
 *
 * @category model
 * @since 0.1.0
 */
export interface Bounds {
  /** Live sessions at a time. */
  readonly sessions: number
  /** Bytes of one upload. */
  readonly body: number
  /** Pixels of one picture or frame. */
  readonly pixels: number
  /** Frames and seconds of a driving film. */
  readonly frames: number
  readonly seconds: number
  /** Bytes of all uploads and results. */
  readonly store: number
  /** Jobs that wait. */
  readonly jobs: number
  /** Frames a second of one session; what comes faster is dropped. */
  readonly frameRate: number
  /** Requests that change something, and openings of sessions, a second from one address. */
  readonly requestRate: number
  /** From the connection to the first `open`. */
  readonly handshake: number
  /** A session that says nothing for as long is closed. */
  readonly idle: number
  /** Malformed messages after which a session is closed. */
  readonly malformed: number
  /** What a job has to end in when the server does. */
  readonly drain: number
}

/**
 * The bounds that hold unless others are given.
 *
 * @category model
 * @since 0.1.0
 */
export const defaultBounds: Bounds = {
  sessions: 16,
  body: 256 * 2 ** 20,
  pixels: 4096 * 4096,
  frames: 36_000,
  seconds: 3_600,
  store: 4 * 2 ** 30,
  jobs: 32,
  frameRate: 120,
  requestRate: 20,
  handshake: 5_000,
  idle: 120_000,
  malformed: 5,
  drain: 10_000
}

/**
 * What a server is started with: `models` are files, the first is the one that is meant where none is named; `data` holds
 * uploads and results (a temporary folder without it); `runs` is a folder of training runs; `page` the built page.
 *
 * @category model
 * @since 0.1.0
 */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly models: ReadonlyArray<string>
  readonly token: string | undefined
  readonly data: string | undefined
  readonly runs: string | undefined
  /** Origins of pages elsewhere that may open sessions here. */
  readonly origins: ReadonlyArray<string>
  readonly backend: string | undefined
  readonly page: string
  readonly bounds: Bounds
}
