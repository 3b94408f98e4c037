/**
 * The laws of pictures for people.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { beside, cut, drawKeypoints } from '../../nodes/picture.js'
import type * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { close } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, near, reader, tabulated } from '../tensors.js'

/** A map [b, h, w, c]. */
interface Map {
  readonly b: number
  readonly h: number
  readonly w: number
  readonly c: number
  readonly seed: number
}

const map = ({ b, h, w, c, seed }: Map) => drawn<tf.Rank.R4>([b, h, w, c], seed, -2, 2)

/** Law: pictures stand side by side, one for a whole batch if need be, and parts are cut where they are. */
const picturesStandSideBySide = (join: typeof beside, part: typeof cut) =>
  tidied((o: Map, shared: boolean, more: number, top: number, left: number) => {
    const { b, h, w, c } = o
    const picture = map(shared ? { ...o, b: 1 } : o)
    const right = map({ ...o, w: more, seed: o.seed + 1 })
    const [p, q] = [reader(picture), reader(right)]
    near(
      join.run({ left: picture, right }, {}).frames,
      tabulated([b, h, w + more, c], (n, i, j, k) => (j < w ? p(shared ? 0 : n, i, j, k) : q(n, i, j - w, k))),
      0
    )
    const [y, x] = [top % h, left % w]
    near(
      part({ top: y, left: x, height: h - y, width: w - x }).run({ x: picture }, {}).y,
      tabulated([picture.shape[0], h - y, w - x, c], (n, i, j, k) => p(n, i + y, j + x, k)),
      0
    )
  })

/** Law: a drawn frame is its keypoints' discs, a later one over an earlier, and itself elsewhere. */
const discsLieAtTheKeypoints = (make: typeof drawKeypoints) =>
  tidied((o: Map, k: number, radius: number, shared: boolean) => {
    const { b, h, w } = o
    const frames = drawn<tf.Rank.R4>([b, h, w, 3], o.seed, 0.1, 0.9)
    const mean = drawn<tf.Rank.R3>([shared ? 1 : b, k, 2], o.seed + 1, -1.2, 1.2)
    const [before, at] = [reader(frames), reader(mean)]
    const out = reader(make({ radius }).run({ frames, mean }, {}).frames)
    const colours: Array<ReadonlyArray<number> | undefined> = Array.from({ length: k }, () => undefined)
    for (let n = 0; n < b; n++)
      for (let i = 0; i < h; i++)
        for (let j = 0; j < w; j++) {
          const reach = Array.from({ length: k }, (_, m) => {
            const [x, y] = [at(shared ? 0 : n, m, 0), at(shared ? 0 : n, m, 1)]
            return Math.hypot(j - ((x + 1) / 2) * (w - 1), i - ((y + 1) / 2) * (h - 1)) - radius
          })
          if (reach.some((d) => Math.abs(d) < 1e-3)) continue // on a border, where rounding decides
          const top = reach.findLastIndex((d) => d < 0)
          const pixel = [0, 1, 2].map((c) => out(n, i, j, c))
          if (top < 0) {
            pixel.forEach((v, c) => close(v, before(n, i, j, c), 5))
            continue
          }
          colours[top] ??= pixel
          pixel.forEach((v, c) => close(v, colours[top]![c]!, 5))
          close(Math.max(...pixel), 1, 5) // a colour of the rainbow is saturated
          close(Math.min(...pixel), 0, 5)
        }
  })

const side = some.between(3, 6)
const maps: fc.Arbitrary<Map> = fc.record({ b: some.count(3), h: side, w: side, c: some.count(3), seed: some.seed })

/** Pictures put together and cut. */
interface Cuts {
  readonly beside: typeof beside
  readonly cut: typeof cut
}

/**
 * What putting pictures together and cutting them keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const besideLaws: ReadonlyArray<Law<Cuts>> = [
  law('stands beside another, or is cut', [maps, fc.boolean(), some.count(3), fc.nat(9), fc.nat(9)], (p: Cuts) =>
    picturesStandSideBySide(p.beside, p.cut)
  )
]

/**
 * What a picture [B, H, W, 3] from 0 to 1 with its keypoints [B, K, 2] in [-1, 1] keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const discLaws: ReadonlyArray<Law<typeof drawKeypoints>> = [
  law(
    'has a disc at each keypoint',
    [maps, some.between(2, 5), some.real(0.5, 2.5), fc.boolean()],
    discsLieAtTheKeypoints
  )
]
