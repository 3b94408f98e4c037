/**
 * Starting an engine, whatever the backends of the runtime are.
 *
 * @since 0.1.0
 */
import * as core from '@tensorflow/tfjs-core'

/** The name of a backend: native TensorFlow in Node, WebGL and WebGPU in browsers, WebAssembly and plain JavaScript in both. */
export type Backend = 'tensorflow' | 'webgl' | 'webgpu' | 'wasm' | 'cpu'

/** What runs: the backend and the version of the library under it. */
export interface Engine {
  readonly backend: Backend
  readonly version: string
}

/** A backend of a runtime: loads it and tells the version of the library under it; `ready` is called once it runs. */
export interface Starter {
  readonly load: () => string | Promise<string>
  readonly ready?: () => void
}

/** The backends of a runtime, best first, and those that are tried when none is asked for. */
export interface Backends {
  readonly known: ReadonlyArray<Backend>
  readonly usual: () => ReadonlyArray<Backend>
  readonly starters: Readonly<Partial<Record<Backend, Starter>>>
}

/**
 * How engines are started over some backends: one engine, once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const starting = ({ known, usual, starters }: Backends) => {
  let started: Promise<Engine> | undefined

  const start = async (backend: Backend): Promise<Engine> => {
    const starter = starters[backend]
    if (starter === undefined) throw new Error('is not there')
    const version = await starter.load()
    if (!(await core.setBackend(backend))) throw new Error(`backend ${backend} did not start`)
    await core.ready()
    starter.ready?.()
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

  const startEngine = (wanted: string | undefined): Promise<Engine> => {
    const asked = known.find((b) => b === wanted)
    if (wanted !== undefined && wanted !== '' && asked === undefined)
      return Promise.reject(new Error(`unknown backend ${wanted}; one of ${known.join(', ')}`))
    started ??= firstOf(asked === undefined ? usual() : [asked]).catch((cause) => {
      started = undefined
      throw cause
    })
    return started
  }

  const useBackend = (backend: Backend): Promise<boolean> =>
    start(backend).then(
      () => true,
      () => false
    )
  return { startEngine, useBackend }
}
