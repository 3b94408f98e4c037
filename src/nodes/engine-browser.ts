/**
 * The engines of a browser, page or worker: the same names as `engine-node`, other backends, each loaded when it is started.
 *
 * @since 0.1.0
 */
import * as core from '@tensorflow/tfjs-core'
import { type Backend, type Engine, starting } from './engine.js'

/**
 * The backends, best first where there is a graphics processor. WebGPU only when it is asked for by name: its numbers can be
 * read at once only by a detour that costs more than it wins.
 *
 * @category model
 * @since 0.1.0
 */
export const backends: ReadonlyArray<Backend> = ['webgl', 'wasm', 'cpu', 'webgpu']

let wasmFolder: string | undefined

/**
 * Where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are fetched from: a folder's address, ending in `/`. Before the
 * engine is started; without it, beside the script.
 *
 * @category constructors
 * @since 0.1.0
 */
export const wasmFrom = (folder: string): void => {
  wasmFolder = folder
}

interface Gl {
  readonly getParameter: (name: number) => unknown
  readonly getExtension: (name: string) => { readonly UNMASKED_RENDERER_WEBGL: number } | null
}
interface Canvas {
  readonly getContext: (kind: string) => Gl | null
}
type CanvasMaker = new (width: number, height: number) => Canvas

/** What draws for WebGL: a graphics processor, a program that pretends to be one, or nothing. */
const renderer = (): 'hardware' | 'software' | 'none' => {
  const Maker = (globalThis as { OffscreenCanvas?: CanvasMaker }).OffscreenCanvas
  const gl = Maker === undefined ? null : new Maker(1, 1).getContext('webgl2')
  if (gl === null) return 'none'
  const told = gl.getExtension('WEBGL_debug_renderer_info')
  const name = told === null ? '' : String(gl.getParameter(told.UNMASKED_RENDERER_WEBGL))
  return /swiftshader|llvmpipe|software|basic render/i.test(name) ? 'software' : 'hardware'
}

const webgl = async (): Promise<string> => {
  const { version_webgl } = await import('@tensorflow/tfjs-backend-webgl')
  core.env().set('WEBGL_FORCE_F16_TEXTURES', false)
  if (!core.env().getBool('WEBGL_RENDER_FLOAT32_CAPABLE')) throw new Error('draws in half precision only')
  return version_webgl
}

const webgpu = async (): Promise<string> => {
  await import('@tensorflow/tfjs-backend-webgpu')
  return core.version_core
}

const wasm = async (): Promise<string> => {
  const { setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm')
  if (wasmFolder !== undefined) setWasmPaths(wasmFolder)
  return version_wasm
}

const cpu = async (): Promise<string> => (await import('@tensorflow/tfjs-backend-cpu')).version_cpu

const started = starting({
  known: backends,
  usual: () => (renderer() === 'hardware' ? ['webgl', 'wasm', 'cpu'] : ['wasm', 'webgl', 'cpu']),
  starters: { webgl: { load: webgl }, webgpu: { load: webgpu }, wasm: { load: wasm }, cpu: { load: cpu } }
})

/**
 * Starts the engine; later calls return the one that runs, for there is one engine per page or worker.
 *
 * @param wanted one backend, or nothing for the best that is there: WebGL on a graphics processor, else WebAssembly.
 *
 * Rejects with an `Error` that names every backend tried and why it did not start.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startEngine = (wanted?: string): Promise<Engine> => started.startEngine(wanted)

/**
 * Makes another backend the one that operations run on, after `startEngine`; false where it cannot be had.
 *
 * @category constructors
 * @since 0.1.0
 */
export const useBackend = started.useBackend

/** Networks in the forms of tfjs are not read in a browser. */
export const readers = (): never => {
  throw new Error('networks in the forms of tfjs are read in Node only')
}

/** How many processors there are. */
export const cores = (): number =>
  (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1
