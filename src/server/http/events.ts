/**
 * Server-sent events.
 *
 * @since 0.1.0
 */

/** A comment is sent this often, so that nobody between takes the connection for dead. */
const pulse = 15_000

/**
 * A stream of events that `begin` feeds: what it sends last ends the stream. The function that it returns is called when the
 * stream has ended, whoever ended it.
 *
 * @category answers
 * @since 0.1.0
 */
export const events = <A>(begin: (send: (value: A, last: boolean) => void) => () => void): Response => {
  const text = new TextEncoder()
  let release = (): void => {}
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      let ended = false
      const beat = setInterval(() => controller.enqueue(text.encode(': still here\n\n')), pulse)
      let free: (() => void) | undefined
      release = () => {
        ended = true
        clearInterval(beat)
        free?.()
      }
      free = begin((value, last) => {
        if (ended) return
        // Somebody who does not read misses what came between, never the end.
        if (last || (controller.desiredSize ?? 1) > -16)
          controller.enqueue(text.encode(`data: ${JSON.stringify(value)}\n\n`))
        if (last) {
          release()
          controller.close()
        }
      })
      if (ended) free()
    },
    cancel: () => release()
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
}
