/**
 * The Frechet distance of two sets of features, each taken as a normal distribution.
 *
 * @since 0.1.0
 */
import { EigenvalueDecomposition, type Matrix, SingularValueDecomposition } from 'ml-matrix'

/**
 * A normal distribution: its mean and its covariance.
 *
 * @since 0.1.0
 */
export interface Gaussian {
  readonly mean: ReadonlyArray<number>
  readonly covariance: Matrix
}

/**
 * The mean of rows [N, D] and their covariance, divided by N - 1.
 *
 * @since 0.1.0
 */
export const gaussianOf = (rows: Matrix): Gaussian => {
  const mean = rows.mean('column')
  const centred = rows.clone().subRowVector(mean)
  return {
    mean,
    covariance: centred
      .transpose()
      .mmul(centred)
      .div(Math.max(1, rows.rows - 1))
  }
}

/** The square root of a symmetric matrix without negative eigenvalues, by its eigen-decomposition. */
export const squareRoot = (matrix: Matrix): Matrix => {
  const { realEigenvalues, eigenvectorMatrix: v } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true })
  const roots = realEigenvalues.map((x) => Math.sqrt(Math.max(0, x)))
  return v.clone().mulRowVector(roots).mmul(v.transpose())
}

const squaredLength = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number =>
  a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0)

/**
 * `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))`, the trace of the root through the symmetric `C1^(1/2) C2 C1^(1/2)`, which has the
 * same eigenvalues as `C1 C2`. Costs two eigen-decompositions of [D, D].
 *
 * @category measures
 * @since 0.1.0
 */
export const frechet = (a: Gaussian, b: Gaussian): number => {
  const root = squareRoot(a.covariance)
  const both = squareRoot(root.mmul(b.covariance).mmul(root)).trace()
  return Math.max(0, squaredLength(a.mean, b.mean) + a.covariance.trace() + b.covariance.trace() - 2 * both)
}

/** Rows about their mean, divided by the square root of N - 1: their product with themselves is the covariance. */
const factor = (rows: Matrix, mean: ReadonlyArray<number>): Matrix =>
  rows
    .clone()
    .subRowVector([...mean])
    .div(Math.sqrt(Math.max(1, rows.rows - 1)))

/**
 * The Frechet distance of rows [N, D] from rows [M, D]. With fewer rows than columns the trace of the root is the sum of the
 * singular values of the product [N, M] of both, which are the roots of the same eigenvalues: cheaper and exact.
 *
 * @category measures
 * @since 0.1.0
 */
export const frechetOfSets = (a: Matrix, b: Matrix): number => {
  if (Math.min(a.rows, b.rows) >= a.columns) return frechet(gaussianOf(a), gaussianOf(b))
  const [meanA, meanB] = [a.mean('column'), b.mean('column')]
  const [fa, fb] = [factor(a, meanA), factor(b, meanB)]
  const product = fa.mmul(fb.transpose())
  const options = { computeLeftSingularVectors: false, computeRightSingularVectors: false, autoTranspose: true }
  const both = new SingularValueDecomposition(product, options).diagonal.reduce((sum, x) => sum + x, 0)
  return Math.max(0, squaredLength(meanA, meanB) + fa.norm('frobenius') ** 2 + fb.norm('frobenius') ** 2 - 2 * both)
}
