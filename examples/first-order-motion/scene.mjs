/** A picture of three parts, each with a keypoint and the local affine transform that moves it: known, so nothing is learned. */
import { tf } from 'keyflow/nodes'

/** How each part moves by time 0 to 1: where its keypoint is, and the matrix (by rows) from the part at rest to the part. */
export const parts = [
  {
    name: 'a wheel turns',
    radius: 0.42,
    at: () => [-0.45, -0.1],
    matrix: (t) => [Math.cos(t * 1.3), -Math.sin(t * 1.3), Math.sin(t * 1.3), Math.cos(t * 1.3)],
    colour: (x, y) => {
      const sector = Math.floor((Math.atan2(y, x) / Math.PI) * 3 + 6) % 3
      return Math.hypot(x, y) > 0.38
        ? undefined
        : [
            [226, 74, 51],
            [250, 202, 80],
            [66, 122, 176]
          ][sector]
    }
  },
  {
    name: 'a sun grows',
    radius: 0.42,
    at: () => [0.5, -0.5],
    matrix: (t) => [1 + 0.5 * t, 0, 0, 1 + 0.5 * t],
    colour: (x, y) => {
      const edge = 0.17 + 0.05 * Math.cos(9 * Math.atan2(y, x))
      return Math.hypot(x, y) < edge ? [255, 176, 32] : undefined
    }
  },
  {
    name: 'a tree leans',
    radius: 0.5,
    at: (t) => [0.42 + 0.12 * t, 0.42],
    matrix: (t) => [1, -0.4 * t, 0, 1],
    colour: (x, y) => {
      if (Math.abs(x) < 0.22 * (1 + y / 0.3) && y > -0.3 && y < 0.18) return [52, 128, 82]
      return Math.abs(x) < 0.05 && y >= 0.18 && y < 0.4 ? [120, 84, 60] : undefined
    }
  }
]

/** What is seen at a place at a time. */
const colourAt = (x, y, t) => {
  for (const { at, matrix, colour } of parts) {
    const [[u, v], [a, b, c, d]] = [at(t), matrix(t)]
    const [dx, dy, det] = [x - u, y - v, a * d - b * c]
    const painted = colour((d * dx - b * dy) / det, (a * dy - c * dx) / det)
    if (painted !== undefined) return painted
  }
  if (Math.abs(x + 0.45) < 0.035 && y > 0.2 && y < 0.82) return [110, 100, 96]
  return y > 0.82 ? [170, 190, 130] : [222, 236, 245]
}

/** The scene at some times, [T, side, side, 3] from 0 to 1: nine looks at every pixel. */
export const drawScene = (times, side) => {
  const place = (pixel) => (2 * pixel) / (side - 1) - 1
  const values = new Float32Array(times.length * side * side * 3)
  let at = 0
  for (const t of times)
    for (let i = 0; i < side; i++)
      for (let j = 0; j < side; j++, at += 3)
        for (const y of [-1 / 3, 0, 1 / 3])
          for (const x of [-1 / 3, 0, 1 / 3])
            colourAt(place(j + x), place(i + y), t).forEach((v, c) => (values[at + c] += v / 9 / 255))
  return tf.tensor4d(values, [times.length, side, side, 3])
}

/** The keypoints of the scene at some times: `mean` [T, 3, 2] and `jacobian` [T, 3, 2, 2]. */
export const pose = (times) => ({
  mean: tf.tensor3d(times.map((t) => parts.map(({ at }) => at(t)))),
  jacobian: tf.tensor(
    times.flatMap((t) => parts.flatMap(({ matrix }) => matrix(t))),
    [times.length, parts.length, 2, 2]
  )
})

/** How far each part reaches, as the variance [T, 3, 1, 1] of a bump that is half as high there as at its top. */
export const radii = (times) =>
  tf.tensor(
    times.flatMap(() => parts.map(({ radius }) => radius ** 2 / (2 * Math.log(2)))),
    [times.length, parts.length, 1, 1]
  )
