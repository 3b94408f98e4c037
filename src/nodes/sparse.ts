/**
 * The sparse product of native TensorFlow: one pass over the rows read, instead of four gathers and their sums.
 *
 * @since 0.1.0
 */
import * as tf from './tf.js'

/**
 * `A x` for a sparse A [rows, columns] given by `at` (int32 [N, 2]) and `values` [N], and a dense x [columns, C];
 * `A^T x` with `adjoint`. Only on the native backend.
 *
 * @category geometry
 * @since 0.1.0
 */
export const sparseProduct = (
  {
    at,
    values,
    shape
  }: { readonly at: tf.Tensor; readonly values: tf.Tensor; readonly shape: readonly [number, number] },
  x: tf.Tensor,
  adjoint = false
): tf.Tensor =>
  tf.kernel(
    'SparseTensorDenseMatMul',
    { T: tf.type('float32'), Tindices: tf.type('int32'), adjoint_a: adjoint, adjoint_b: false },
    [at, values, tf.long(shape), x]
  )
