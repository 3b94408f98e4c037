// @ts-check
/**
 * What causes each error of a live session, and each refusal of the server, and what mends it.
 *
 * @typedef {import('./remedies.mjs').Entry} Entry
 * @typedef {{ readonly cause: string, readonly remedy: string, readonly status?: ReadonlyArray<number> }} Refusal
 */

/** @type {Readonly<Record<string, Readonly<Record<string, Entry>>>>} */
export const session = {
  ClientError: {
    NoWebSocket: {
      example: {
        _tag: 'NoWebSocket',
        expected: 'a WebSocket: Node from 22 on, or the option WebSocket with that of the package ws'
      },
      cause: 'Node 20 has no WebSocket of its own.',
      remedy: "`connect(url, { WebSocket })` with `import { WebSocket } from 'ws'`, or Node 22."
    },
    BadAddress: {
      example: {
        _tag: 'BadAddress',
        at: 'url',
        expected: 'the address of a server, such as ws://127.0.0.1:7860 or http://127.0.0.1:7860',
        actual: 'localhost'
      },
      cause:
        'What `connect` was given is no address of `ws`, `wss`, `http` or `https`: the name of a machine alone, say.',
      remedy: 'Give the address that `keyflow serve` printed.'
    },
    Unreachable: {
      example: { _tag: 'Unreachable', url: 'ws://127.0.0.1:7860/api/live', reason: 'connect ECONNREFUSED' },
      cause:
        'No server answers at this address, or it turned the connection down: another port, no `keyflow serve`, no token, or a page of another origin.',
      remedy: 'Open `URL/healthz`. Give the token that `serve` printed; allow the page with `--allow-origin`.'
    },
    Lost: {
      example: { _tag: 'Lost', url: 'ws://127.0.0.1:7860/api/live', code: 1006, reason: '' },
      cause:
        'The connection broke. `code` is that of RFC 6455: 1006 without a farewell, 1001 the server ended, 1008 it was refused.',
      remedy: '`reconnect: {}` makes it again, with the picture and the settings, and starts the motion anew.'
    },
    Refused: {
      example: { _tag: 'Refused', problem: { type: 'urn:keyflow:model', title: 'No such model', status: 404 } },
      cause: 'The server refuses the session, a frame or a setting. `problem` has `where`, `expected` and `actual`.',
      remedy: 'See the kinds of refusals below.'
    },
    Misread: {
      example: { _tag: 'Misread', at: 'type', expected: 'ready, source, stats, error', actual: 'hello' },
      cause:
        'The other side sent something that is not of the protocol; most often it is not a Keyflow server, or one of another major version.',
      remedy: 'Check the address, and the versions of both sides.'
    },
    Overrun: {
      example: { _tag: 'Overrun', waiting: 64 },
      cause:
        "Frames came from an Observable, which cannot be asked to wait, faster than they are answered, under `policy: 'block'`.",
      remedy: "`policy: 'latest'` takes the newest; or give an async iterable, which is pulled."
    },
    Failed: {
      example: { _tag: 'Failed', at: 'model', reason: 'the file is cut off' },
      cause: 'The engine or the model of the page failed, or the frames that were given did.',
      remedy:
        '`reason` says what. In a page: are the model and the files of `wasmFiles` there, and does the content security policy allow `wasm-unsafe-eval` and workers?'
    }
  },
  Misread: {
    Misread: {
      example: { _tag: 'Misread', at: 'format', expected: '0 (raw) or 1 (encoded)', actual: '9' },
      cause: 'A message or a part of its bytes is not what the protocol says. Decoders return it; they never throw.',
      remedy: 'For a client of your own: compare the field that is named with [the protocol](./protocol.md).'
    }
  }
}

/** By kind; `status` where the code that makes it does not write one out. @type {Readonly<Record<string, Refusal>>} */
export const refusals = {
  'bad-config': { cause: 'The configuration does not fit.', remedy: 'See BadConfig.' },
  'bad-data': { cause: 'A file is not what its use needs.', remedy: 'See BadData; upload another file.' },
  'bad-request': { cause: 'A field of the request is missing or wrong.', remedy: 'Compare with `/openapi.json`.' },
  busy: { cause: 'The queue of jobs is full, or the server is about to end.', remedy: 'Try again later.' },
  content: {
    cause: 'The bytes are none of the kinds of files that are taken; the name does not count.',
    remedy: 'Upload a picture, a film or a motion template.'
  },
  'cut-off': { cause: 'The connection ended before the whole upload had come.', remedy: 'Upload again.' },
  ending: { cause: 'The server was told to end.', remedy: 'Connect again when it is back.' },
  'engine-lost': {
    cause: 'The process that computes ended and is started again.',
    remedy: 'Go on; the motion starts anew. If it comes again, look at the memory of the server.'
  },
  failed: { cause: 'Something failed that should not.', remedy: 'See Failed, and the log of the server.' },
  'file-trouble': {
    cause: 'The server cannot read or write its own files.',
    remedy: 'Check the space and the rights of its data folder (`--data`).'
  },
  full: {
    cause: 'Uploads and results have reached the bound of the store.',
    remedy: 'Delete some (`DELETE`), or raise `--max-store`.'
  },
  'in-use': { cause: 'A job reads the file that should be deleted.', remedy: 'Wait for the job, or cancel it.' },
  interrupted: { cause: 'The job was cancelled, or the server ends.', remedy: 'Start the job again.' },
  'job-failed': {
    cause: 'The process of the job failed; `detail` has its first line.',
    remedy: 'Run the same command on the command line to see all of it.'
  },
  malformed: { cause: 'A message of a session is not of the protocol.', remedy: 'See Misread.' },
  'media-type': {
    cause: 'A request with a body in JSON does not say so.',
    remedy: 'Send `Content-Type: application/json`.'
  },
  method: { cause: 'The address is known, but not with this method.', remedy: 'Use one that `expected` names.' },
  model: {
    cause: 'The session names a model that is not served.',
    remedy: 'Take one of `expected`, or serve it (`--model`).'
  },
  'no-source': { cause: 'Driving frames came before a source picture.', remedy: 'Send the picture first.' },
  'not-found': {
    cause: 'Nothing is at this address, or it is no longer.',
    remedy: 'Look it up again; uploads and results may have been deleted.'
  },
  'not-installed': { cause: 'The engine or a package lacks on the server.', remedy: 'See NoEngine and NoPackage.' },
  'not-ready': { cause: 'The engine is still starting.', remedy: 'Wait until `/readyz` answers 200.' },
  open: {
    cause: 'Something came before `open`, or `open` came twice.',
    remedy: 'Say `open` once, and wait for `ready`.'
  },
  'over-limit': {
    cause: 'A picture, film or upload is larger than the server takes.',
    remedy: 'Make it smaller, or raise the limit of the server (`keyflow serve --help`).',
    status: [413]
  },
  overrun: { cause: 'The client sends frames and does not take the results.', remedy: 'Say `ack` for each result.' },
  picture: {
    cause: 'A picture of a session cannot be read.',
    remedy: 'Send raw RGB, JPEG, PNG or WebP.',
    status: [415, 422]
  },
  pose: {
    cause: 'A pose has another number of keypoints or another variance than the model.',
    remedy: 'Send as many as `ready` says.'
  },
  range: { cause: 'A `Range` begins behind the end of the file.', remedy: 'Ask within `actual`.' },
  rate: {
    cause: 'Requests or frames come faster than is allowed.',
    remedy: 'Send fewer; `Retry-After` says when to go on.'
  },
  sessions: {
    cause: 'As many sessions are open as the server takes.',
    remedy: 'Try later, or raise `--max-sessions`.'
  },
  subprotocol: { cause: 'The WebSocket does not offer the subprotocol.', remedy: 'Offer `keyflow.1`.' },
  token: {
    cause: 'No token was given, or another one.',
    remedy: 'Send `Authorization: Bearer TOKEN`; `serve` printed it.'
  },
  usage: { cause: 'Options do not go together.', remedy: 'See Usage.' },
  'wrong-host': {
    cause: 'The `Host` of the request is not one of this server: a guard against pages that rebind names.',
    remedy: 'Use the address that `serve` printed, or give the name with `--host`.'
  },
  'wrong-origin': { cause: 'A page of another site asks.', remedy: 'Allow its origin with `--allow-origin`.' },
  handshake: {
    cause: 'A session was connected and said no `open` in time.',
    remedy: 'Say `open` at once (`--handshake`).',
    status: [408]
  },
  idle: { cause: 'A session said nothing for too long.', remedy: 'Send frames or close it (`--idle`).', status: [408] }
}
