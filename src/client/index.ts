/**
 * `keyflow/client`: the client of a server's live sessions, for browsers and Node, and the protocol under it.
 *
 * @since 0.1.0
 */
export { Failure } from '../graphs/failure.js'
export * from './animator.js'
export { type ConnectOptions, connect } from './client.js'
export * from './protocol.js'
export type { Reconnect } from './session.js'
export type { Socket, SocketMaker } from './socket.js'
