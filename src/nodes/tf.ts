/**
 * The engine: the only module that names a tfjs package.
 *
 * Operations come from `tfjs-core` and are the same on every backend; `startEngine` chooses the backend once per process.
 *
 * @since 0.1.0
 */
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import * as core from '@tensorflow/tfjs-core'
import { quietly } from './quietly.js'

export * from '@tensorflow/tfjs-core'

/**
 * The backends, best first: native TensorFlow, WebAssembly (inference only), plain JavaScript.
 *
 * @category model
 * @since 0.1.0
 */
export const backends = ['tensorflow', 'wasm', 'cpu'] as const

/** The name of a backend. */
export type Backend = (typeof backends)[number]

/** What runs: the backend and the version of the library under it. */
export interface Engine {
  readonly backend: Backend
  readonly version: string
}

const load = createRequire(import.meta.url)

/** Older tfjs-node calls two helpers that Node 23 took away. */
const restoreUtil = (): void => {
  const util = load('node:util') as Record<string, unknown>
  util.isNullOrUndefined ??= (x: unknown) => x === null || x === undefined
  util.isArray ??= Array.isArray
}

const starters: Readonly<Record<Backend, () => string | Promise<string>>> = {
  tensorflow: () => {
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3'
    restoreUtil()
    quietly(() => load('@tensorflow/tfjs-node-gpu'))
    return (core.findBackend('tensorflow') as Native).binding.TF_Version
  },
  wasm: () => {
    const wasm = load('@tensorflow/tfjs-backend-wasm') as {
      version_wasm: string
      setWasmPaths: (folder: string) => void
    }
    wasm.setWasmPaths(`${dirname(load.resolve('@tensorflow/tfjs-backend-wasm'))}/`)
    return wasm.version_wasm
  },
  cpu: () => (load('@tensorflow/tfjs') as { version: Record<string, string> }).version.tfjs ?? 'unknown'
}

let started: Promise<Engine> | undefined

const start = async (backend: Backend): Promise<Engine> => {
  const version = await starters[backend]()
  if (!(await core.setBackend(backend))) throw new Error(`backend ${backend} did not start`)
  await core.ready()
  ours ||= backend === 'tensorflow' && probe()
  return { backend, version }
}

const firstOf = async (wanted: ReadonlyArray<Backend>): Promise<Engine> => {
  const failures: Array<string> = []
  for (const backend of wanted) {
    try {
      return await start(backend)
    } catch (cause) {
      failures.push(`${backend}: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`)
    }
  }
  throw new Error(failures.join('; '))
}

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
export const startEngine = (wanted: string | undefined = process.env.KEYFLOW_BACKEND): Promise<Engine> => {
  const known = backends.find((b) => b === wanted)
  if (wanted !== undefined && wanted !== '' && known === undefined)
    return Promise.reject(new Error(`unknown backend ${wanted}; one of ${backends.join(', ')}`))
  started ??= firstOf(known === undefined ? backends.slice(0, 2) : [known]).catch((cause) => {
    started = undefined
    throw cause
  })
  return started
}

/**
 * Makes another backend the one that operations run on, after `startEngine`; false where it cannot be had. It is for holding
 * backends against each other: tensors of one can be read by the others.
 *
 * @category constructors
 * @since 0.1.0
 */
export const useBackend = (backend: Backend): Promise<boolean> =>
  start(backend).then(
    () => true,
    () => false
  )

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

/** Whether operations run on native TensorFlow, where any of its kernels can be called by name. */
export const isNative = (): boolean => core.getBackend() === 'tensorflow'

/** What TensorFlow's kernels are called through, as tfjs-node has it. */
interface Native extends core.KernelBackend {
  readonly binding: {
    readonly TF_Version: string
    readonly executeOp: (name: string, attrs: unknown, inputs: ReadonlyArray<number>, outputs: number) => Array<unknown>
  }
  readonly getInputTensorIds: (inputs: ReadonlyArray<core.Tensor>) => Array<number>
  readonly createOutputTensor: (metadata: unknown) => core.Tensor
}

/**
 * Runs one of our kernels for native TensorFlow (`setup/kernels.cc`) by its name; only where `hasKernels()`. All tensors are
 * float32. It is not differentiated.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const kernel = (name: string, inputs: ReadonlyArray<core.Tensor>): core.Tensor => kernels(name, inputs, 1)[0]!

/** The same for a kernel with several outputs. */
export const kernels = (name: string, inputs: ReadonlyArray<core.Tensor>, outputs: number): Array<core.Tensor> => {
  const native = core.backend() as Native
  return native.binding
    .executeOp(name, [], native.getInputTensorIds(inputs), outputs)
    .map((made) => native.createOutputTensor(made))
}

/** Whether the addon holds our kernels: one of another origin does not. */
const probe = (): boolean => {
  try {
    return core.tidy(() => {
      const one = core.ones([1])
      return kernel('KeyflowScaleShift', [one, one, one]).dataSync()[0] === 2
    })
  } catch {
    return false
  }
}

let ours = false

/**
 * Whether our native kernels can be called: the backend is native TensorFlow, and its addon holds them. Not while tfjs records
 * what it is to differentiate: it would take what a kernel makes for a constant.
 */
export const hasKernels = (): boolean => ours && isNative() && core.engine().state.gradientDepth === 0
