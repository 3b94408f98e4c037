/**
 * Lines from a page to whoever computes: a worker, or the page itself.
 *
 * @since 0.1.0
 */
import type { PortMaker } from './desk.js'

/** A Web Worker, as far as it is used. */
export interface WorkerLike {
  readonly postMessage: (message: unknown) => void
  readonly terminate: () => void
  readonly addEventListener: (type: any, listener: (event: any) => void) => void
}
type WorkerMaker = new (url: URL, how: { readonly type: 'module' }) => WorkerLike

/**
 * The page itself computes: it stands still for as long as a frame takes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const here: PortMaker = (hear, broken) => {
  let open = true
  const asked = import('./work.js').then(({ worker }) =>
    worker((message) => {
      if (open) hear(message)
    })
  )
  asked.catch((cause: unknown) => broken(String(cause)))
  return {
    post: (ask) => {
      asked.then((f) => f(ask)).catch(() => {})
    },
    close: () => {
      open = false
    }
  }
}

/**
 * A worker computes; `make` starts its script, `worker.js` of this folder.
 *
 * @category constructors
 * @since 0.1.0
 */
export const apart =
  (make: () => WorkerLike): PortMaker =>
  (hear, broken) => {
    const other = make()
    other.addEventListener('message', ({ data }) => hear(data))
    other.addEventListener('error', ({ message }) => broken(message ?? 'the worker did not start'))
    return { post: (ask) => other.postMessage(ask), close: () => other.terminate() }
  }

/**
 * A worker where there are workers that can draw, else the page.
 *
 * @category constructors
 * @since 0.1.0
 */
export const usual: PortMaker = (hear, broken) => {
  const { Worker, OffscreenCanvas } = globalThis as { Worker?: WorkerMaker; OffscreenCanvas?: unknown }
  if (Worker === undefined || OffscreenCanvas === undefined) return here(hear, broken)
  // bundlers know this form, and only this one
  return apart(() => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }))(hear, broken)
}
