/**
 * `keyflow/client`: the client of a server's live sessions, for browsers and Node, and the protocol under it.
 *
 * @since 0.1.0
 */
export { Failure } from '../graphs/failure.js'
export {
  type Animator,
  type ClientError,
  type Driving,
  type Frame,
  type FramePolicy,
  type Ready,
  type Settings,
  type Source,
  type Stats,
  showClientError
} from './animator.js'
export { type ConnectOptions, connect } from './client.js'
export {
  type ClientMessage,
  type ClientSays,
  decodeClientMessage,
  decodeFrame,
  decodeResult,
  decodeServerMessage,
  encodeFrame,
  encodeMessage,
  encodeResult,
  type Format,
  formats,
  headerBytes,
  kinds,
  limits,
  livePath,
  Manner,
  type Misread,
  misread,
  numbersOf,
  Overlay,
  offered,
  type Part,
  type Picture,
  type Pose,
  ProblemDetails,
  type Result,
  type Sent,
  type ServerMessage,
  type ServerSays,
  showMisread,
  subjects,
  subprotocol,
  toFixed16,
  tokenOf
} from './protocol.js'
export type { Reconnect } from './session.js'
export type { Socket, SocketMaker } from './socket.js'
