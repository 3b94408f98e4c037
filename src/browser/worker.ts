/**
 * The script of the worker.
 *
 * @since 0.1.0
 */
import type { Ask } from './desk.js'
import { worker } from './work.js'

interface Scope {
  readonly postMessage: (message: unknown, handed: Array<ArrayBuffer>) => void
  readonly addEventListener: (type: 'message', hear: (event: { readonly data: Ask }) => void) => void
}

const scope = globalThis as unknown as Scope
const hear = worker((message, handed) => scope.postMessage(message, handed))
scope.addEventListener('message', ({ data }) => hear(data))
