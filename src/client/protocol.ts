/**
 * The protocol of live sessions, as client, server and page share it: JSON control, binary frames and results.
 *
 * A WebSocket at `livePath` with the subprotocol `keyflow.1`. The client says `open`, the server `ready`. Binary messages are a
 * source picture, then driving frames or poses; the server answers every one it does not drop with a result, in order, and holds
 * at most `limits.unacknowledged` results that the client has not said `ack` to. Decoders never throw and trust no length.
 *
 * @since 0.1.0
 */
export { type Format, formats, headerBytes, kinds } from './bytes.js'
export * from './control.js'
export { decodeFrame, encodeFrame, type Picture, type Pose, type Sent } from './frame.js'
export * from './limits.js'
export { type Misread, misread, showMisread } from './misread.js'
export { decodeResult, encodeResult, numbersOf, type Part, type Result, subjects, toFixed16 } from './result.js'
