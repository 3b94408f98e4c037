/**
 * Where a page fetches models and WebAssembly from: beside itself, never from elsewhere.
 *
 * @since 0.1.0
 */

/**
 * Folders, as addresses that end in `/`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Places {
  readonly wasm: string
  readonly models: string
}

/**
 * The folders `wasm/` and `models/` beside a page.
 *
 * @category constructors
 * @since 0.1.0
 */
export const placesAt = (page: string): Places => ({
  wasm: new URL('wasm/', page).href,
  models: new URL('models/', page).href
})

/**
 * The files that must lie in the folder `wasm`: those of `dist` in the package `@tensorflow/tfjs-backend-wasm`. Which one is
 * fetched depends on the browser; the threaded one only where the page is cross-origin isolated.
 *
 * @category model
 * @since 0.1.0
 */
export const wasmFiles: ReadonlyArray<string> = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm'
]
