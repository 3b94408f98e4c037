/**
 * The commands that serve.
 *
 * @since 0.1.0
 */
import { count, optional, secret, several, withDefault } from '../option.js'
import { backend } from './common.js'

/** What a server is started with. */
const server = {
  host: withDefault('HOST', 'address to listen on; others than loopback ask for a token', '127.0.0.1'),
  port: count('N', 'port to listen on, 0 for any (default 7860)', 0),
  model: several('FILE', 'model that is served, the first by default (default: those of the package)'),
  token: secret('what clients must know (default: none on loopback, else a new one, which is printed)'),
  data: optional('DIR', 'where uploads and results live (default: a temporary folder)'),
  runs: optional('DIR', 'training runs that the studio shows: a folder of run folders, or one'),
  allowOrigin: several('URL', 'origin of a page elsewhere that may open sessions here'),
  maxSessions: count('N', 'most live sessions at a time (default 16)'),
  maxBody: count('BYTES', 'largest upload (default 268435456)'),
  maxStore: count('BYTES', 'most bytes of all uploads and results (default 4294967296)'),
  maxPixels: count('N', 'most pixels of a picture or frame (default 16777216)'),
  maxFrames: count('N', 'most frames of a driving film (default 36000)'),
  maxSeconds: count('N', 'longest driving film (default 3600)'),
  maxRate: count('N', 'most frames a second of a session (default 120)'),
  handshake: count('MS', 'a session that is not opened in so many milliseconds is closed (default 5000)'),
  idle: count('MS', 'a session that says nothing for so many milliseconds is closed (default 120000)'),
  drain: count('MS', 'what a job has to end in when the server does (default 10000)', 0),
  backend
}

/**
 * The commands that serve.
 *
 * @category model
 * @since 0.1.0
 */
export const serving = {
  serve: {
    summary: 'live sessions, jobs and the studio over HTTP and WebSockets, on this machine',
    args: {},
    options: server,
    examples: [
      'keyflow serve',
      'keyflow serve --port 8080 --model models/creatures.safetensors --runs out/runs',
      'keyflow serve --host 0.0.0.0 --token "$(openssl rand -hex 16)"'
    ]
  },
  studio: {
    summary: 'the page: a picture moves as a film or a camera does; or a folder with it for any static host',
    args: {},
    options: {
      static: optional('DIR', 'write the page into this folder instead, models and samples with it; browsers compute'),
      ...server
    },
    examples: [
      'keyflow studio',
      'keyflow studio --runs out/runs',
      'keyflow studio --static site --model mine.safetensors'
    ]
  }
}
