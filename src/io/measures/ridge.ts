/**
 * Ridge regression: the linear map from one set of numbers to another that fits best while it stays small.
 *
 * @since 0.1.0
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix'

/** A linear map with an offset: `y = offset + weights^T x`. */
export interface Linear {
  readonly weights: Matrix
  readonly offset: ReadonlyArray<number>
}

/**
 * The map from rows `x` [N, D] to rows `y` [N, E] that minimises `mean |y - offset - weights^T x|^2 + penalty |weights|^2`; the
 * offset is free. Costs one Cholesky decomposition of [D, D].
 *
 * @category measures
 * @since 0.1.0
 */
export const ridge = (x: Matrix, y: Matrix, penalty: number): Linear => {
  const [centreX, centreY] = [x.mean('column'), y.mean('column')]
  const [dx, dy] = [x.clone().subRowVector(centreX), y.clone().subRowVector(centreY)]
  const gram = dx.transpose().mmul(dx).div(x.rows).add(Matrix.eye(x.columns).mul(penalty))
  const weights = new CholeskyDecomposition(gram).solve(dx.transpose().mmul(dy).div(x.rows))
  const carried = Matrix.rowVector(centreX).mmul(weights).getRow(0)
  return { weights, offset: centreY.map((c, i) => c - carried[i]!) }
}

/** What a linear map makes of one row. */
export const apply = ({ weights, offset }: Linear, x: ReadonlyArray<number>): ReadonlyArray<number> => {
  const y = Matrix.rowVector([...x])
    .mmul(weights)
    .getRow(0)
  return offset.map((o, i) => o + y[i]!)
}
