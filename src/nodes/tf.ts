/**
 * The engine: with the modules that it is made of, the only one that names a tfjs package.
 *
 * Operations come from `tfjs-core` and are the same on every backend; `startEngine` chooses the backend once per process. Which
 * backends there are is said by `#engine` (`imports` of package.json): `engine-node`, or `engine-browser` under the condition
 * `browser`.
 *
 * @since 0.1.0
 */

export * from '@tensorflow/tfjs-core'
export * from '#engine'
export type { Backend, Engine } from './engine.js'
export { hasKernels, isNative, kernel, kernels } from './native.js'
