/**
 * The engines of Node. `#engine` is this module there and `engine-browser` in a browser.
 *
 * @since 0.1.0
 */
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import * as core from '@tensorflow/tfjs-core'
import { type Backend, type Engine, starting } from './engine.js'
import { type Native, probe } from './native.js'
import { quietly } from './quietly.js'

/**
 * The backends, best first: native TensorFlow, WebAssembly (inference only), plain JavaScript.
 *
 * @category model
 * @since 0.1.0
 */
export const backends: ReadonlyArray<Backend> = ['tensorflow', 'wasm', 'cpu']

const load = createRequire(import.meta.url)

/** Older tfjs-node calls two helpers that Node 23 took away. */
const restoreUtil = (): void => {
  const util = load('node:util') as Record<string, unknown>
  util.isNullOrUndefined ??= (x: unknown) => x === null || x === undefined
  util.isArray ??= Array.isArray
}

const tensorflow = (): string => {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3'
  restoreUtil()
  quietly(() => load('@tensorflow/tfjs-node-gpu'))
  return (core.findBackend('tensorflow') as Native).binding.TF_Version
}

const wasm = (): string => {
  const { setWasmPaths, version_wasm } = load('@tensorflow/tfjs-backend-wasm') as {
    version_wasm: string
    setWasmPaths: (folder: string) => void
  }
  setWasmPaths(`${dirname(load.resolve('@tensorflow/tfjs-backend-wasm'))}/`)
  return version_wasm
}

const cpu = (): string => (load('@tensorflow/tfjs') as { version: Record<string, string> }).version.tfjs ?? 'unknown'

const started = starting({
  known: backends,
  usual: () => backends.slice(0, 2),
  starters: { tensorflow: { load: tensorflow, ready: probe }, wasm: { load: wasm }, cpu: { load: cpu } }
})

/**
 * Starts the engine; later calls return the one that runs, for there is one engine per process.
 *
 * @param wanted one backend, or nothing for the best that is there (the environment's `KEYFLOW_BACKEND` first).
 *
 * Rejects with an `Error` that names every backend tried and why it did not start.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startEngine = (wanted: string | undefined = process.env.KEYFLOW_BACKEND): Promise<Engine> =>
  started.startEngine(wanted)

/**
 * Makes another backend the one that operations run on, after `startEngine`; false where it cannot be had. It is for holding
 * backends against each other: tensors of one can be read by the others.
 *
 * @category constructors
 * @since 0.1.0
 */
export const useBackend = started.useBackend

/** What reads networks from files in the forms of tfjs. */
export type Readers = Pick<typeof import('@tensorflow/tfjs'), 'io' | 'loadGraphModel' | 'loadLayersModel' | 'model'>

/**
 * The readers of networks in the forms of tfjs (graph and layers models), loaded when they are first asked for; what they read
 * runs on the engine that was started.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readers = (): Readers => load('@tensorflow/tfjs') as Readers

/** How many processors there are. */
export const cores = (): number => availableParallelism()

/** Where WebAssembly is fetched from, in a browser; Node has it in the package and passes over it. */
export const wasmFrom = (_: string): void => {}
