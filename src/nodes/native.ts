/**
 * Native TensorFlow's kernels, called by name: there only where the engine is native.
 *
 * @since 0.1.0
 */
import * as core from '@tensorflow/tfjs-core'

/** What TensorFlow's kernels are called through, as tfjs-node has it. */
export interface Native extends core.KernelBackend {
  readonly binding: {
    readonly TF_Version: string
    readonly executeOp: (name: string, attrs: unknown, inputs: ReadonlyArray<number>, outputs: number) => Array<unknown>
  }
  readonly getInputTensorIds: (inputs: ReadonlyArray<core.Tensor>) => Array<number>
  readonly createOutputTensor: (metadata: unknown) => core.Tensor
}

/** Whether operations run on native TensorFlow, where any of its kernels can be called by name. */
export const isNative = (): boolean => core.getBackend() === 'tensorflow'

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

let ours = false

/** Looks whether the addon holds our kernels: one of another origin does not. To be called once native TensorFlow runs. */
export const probe = (): void => {
  try {
    ours = core.tidy(() => {
      const one = core.ones([1])
      return kernel('KeyflowScaleShift', [one, one, one]).dataSync()[0] === 2
    })
  } catch {
    ours = false
  }
}

/**
 * Whether our native kernels can be called: the backend is native TensorFlow, and its addon holds them. Not while tfjs records
 * what it is to differentiate: it would take what a kernel makes for a constant.
 */
export const hasKernels = (): boolean => ours && isNative() && core.engine().state.gradientDepth === 0
