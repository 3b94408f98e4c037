/**
 * Bilinear sampling as a sparse linear map: for each output pixel the four input pixels it reads and their shares.
 *
 * @since 0.1.0
 */
import * as tf from './tf.js'

/** One neighbour of each of P output pixels, flat over the batch. */
interface Corner {
  /** Row of the input [N*H*W, C] that is read, 0 where nothing is; int32 [P, 1]. */
  readonly row: tf.Tensor
  /** 1 where the neighbour lies inside the picture, 0 elsewhere; [P, 1]. */
  readonly inside: tf.Tensor
  /** Share of the neighbour along x and along y; [P, 1]. */
  readonly shareX: tf.Tensor
  readonly shareY: tf.Tensor
  /** Sign of the share's derivative by the pixel position: -1 for the left or upper neighbour, 1 for the other. */
  readonly signX: number
  readonly signY: number
}

/** The four neighbours of each position of a flow [B, h, w, 2] in pictures [N, H, W, C], N being 1 or B. */
export const corners = (
  [n, height, width]: readonly [number, number, number, ...ReadonlyArray<number>],
  flow: tf.Tensor4D
): ReadonlyArray<Corner> => {
  const [b, h, w] = flow.shape
  const [gx, gy] = tf.split(tf.reshape(flow, [b * h * w, 2]), 2, 1) as [tf.Tensor, tf.Tensor]
  const [x, y] = [tf.mul(tf.add(gx, 1), (width - 1) / 2), tf.mul(tf.add(gy, 1), (height - 1) / 2)] // P 1
  const [left, top] = [tf.floor(x), tf.floor(y)]
  const [rightShare, lowerShare] = [tf.sub(x, left), tf.sub(y, top)]
  const picture = n === 1 ? 0 : tf.reshape(tf.tile(tf.reshape(tf.range(0, b), [b, 1]), [1, h * w]), [b * h * w, 1])
  return [0, 1].flatMap((down) =>
    [0, 1].map((right): Corner => {
      const [column, line] = [tf.add(left, right), tf.add(top, down)]
      const fits = (at: tf.Tensor, size: number) => tf.logicalAnd(tf.greaterEqual(at, 0), tf.less(at, size))
      const inside = tf.logicalAnd(fits(column, width), fits(line, height))
      const flat = tf.add(tf.add(tf.mul(line, width), column), tf.mul(picture, height * width))
      return {
        row: tf.cast(tf.where(inside, flat, tf.zerosLike(flat)), 'int32'),
        inside: tf.cast(inside, 'float32'),
        shareX: right === 1 ? rightShare : tf.sub(1, rightShare),
        shareY: down === 1 ? lowerShare : tf.sub(1, lowerShare),
        signX: right === 1 ? 1 : -1,
        signY: down === 1 ? 1 : -1
      }
    })
  )
}

/** How much of its neighbour each output pixel takes: [P, 1], 0 outside the picture. */
const share = ({ inside, shareX, shareY }: Corner): tf.Tensor => tf.mul(inside, tf.mul(shareX, shareY))

/** The rows that a corner reads from pixels [N*H*W, C], zeros outside: [P, C]. */
const read = (pixels: tf.Tensor, { row, inside }: Corner): tf.Tensor =>
  tf.mul(tf.gather(pixels, tf.reshape(row, [-1]) as tf.Tensor1D), inside)

/** `sum over corners of share * pixels[row]`: [P, C] from [N*H*W, C]. */
export const gathered = (pixels: tf.Tensor, all: ReadonlyArray<Corner>): tf.Tensor =>
  tf.addN(all.map((c) => tf.mul(tf.gather(pixels, tf.reshape(c.row, [-1]) as tf.Tensor1D), share(c))))

/** The adjoint of `gathered`: adds `share * dy` into the rows read. [N*H*W, C] from [P, C]. */
export const scattered = (dy: tf.Tensor, all: ReadonlyArray<Corner>, rows: number): tf.Tensor =>
  tf.addN(all.map((c) => tf.scatterND(c.row, tf.mul(dy, share(c)), [rows, dy.shape[1]!])))

/** Derivative of `<gathered, dy>` by the pixel position (x, y) of each output pixel: [P, 2]. */
export const slopes = (pixels: tf.Tensor, all: ReadonlyArray<Corner>, dy: tf.Tensor): tf.Tensor => {
  const along = all.map((c) => tf.sum(tf.mul(read(pixels, c), dy), 1, true)) // P 1
  const x = tf.addN(all.map((c, i) => tf.mul(along[i]!, tf.mul(c.shareY, c.signX))))
  const y = tf.addN(all.map((c, i) => tf.mul(along[i]!, tf.mul(c.shareX, c.signY))))
  return tf.concat([x, y], 1)
}
