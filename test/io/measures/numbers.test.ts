/** Measures worked out by hand: distances, what is missing, means, regression, Frechet distances. */
import { Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { ablationTable, curvesOf } from '../../../src/io/measures/ablation.js'
import { chart } from '../../../src/io/measures/chart.js'
import { frechet, frechetOfSets, gaussianOf, squareRoot } from '../../../src/io/measures/frechet.js'
import { distance, mirroredPose, missing, posesOf, shiftedPose } from '../../../src/io/measures/points.js'
import { averaging, type Measured, measure, shown, table } from '../../../src/io/measures/report.js'
import { apply, ridge } from '../../../src/io/measures/ridge.js'
import { jointMaps, jointsOf, type Truth, truthPoses } from '../../../src/io/measures/truth.js'

describe('poses', () => {
  it('are in pixels from the centre of the first to that of the last', () =>
    expect(posesOf([-1, -1, 1, 1, 0, 0.5, 0, 0], 2, { height: 5, width: 9 })).toEqual([
      [[0, 0], [8, 4]],
      [[4, 3], [4, 2]]
    ])) // biome-ignore format: one line

  it('are as far apart as the keypoints that both have, and miss what only the real one has', () => {
    const real = [[0, 0], [10, 0], [5, 5], null] as const // biome-ignore format: one line
    const made = [[3, 4], null, [5, 6], [9, 9]] as const // biome-ignore format: one line
    expect(distance(real, made)).toBe(3)
    expect(missing(real, made)).toBeCloseTo(1 / 3, 12)
    expect(missing(made, real)).toBeCloseTo(1 / 3, 12)
    expect([distance([null], [[1, 1]]), missing([null], [[1, 1]])]).toEqual([null, null])
    expect([distance([[1, 1]], [null]), missing([[1, 1]], [null])]).toEqual([null, 1])
  })

  it('are mirrored about the middle, and leave the picture when they are shifted out of it', () => {
    expect(mirroredPose([[0, 3], [9, 1], null], 10)).toEqual([[9, 3], [0, 1], null]) // biome-ignore format: one line
    expect(shiftedPose([[0, 3], [6, 1], [5, 1], null], 4, 10)).toEqual([[4, 3], null, [9, 1], null]) // biome-ignore format: one line
  })
})

describe('a measure', () => {
  it('is the mean over videos of the means over their frames; frames without a value count nowhere', () => {
    const m = measure('m', 'pixels', 'd', { a: [1, 3, null], b: [10], c: [null] })
    expect([m.value, m.counted, m.videos]).toEqual([6, 3, { a: 2, b: 10, c: null }])
    expect(measure('m', 'pixels', 'd', { a: [null] }).value).toBe(null)
  })

  it('is shown with its unit, and the report with all that its figures depend on', () => {
    const report: Measured = {
      measures: [measure('AKD', 'pixels', 'how far', { a: [0.123456] }), measure('MKR', 'of 0..1', 'what lacks', {})],
      averaging,
      resolution: { height: 48, width: 64 },
      detectors: [{ name: 'face', package: 'p 1.2.3', weights: [{ file: 'w.bin', sha256: 'abc' }], input: 'as it is' }],
      inputs: { real: { path: 'dir', videos: 1, frames: 1, codecs: ['video h264'] } }
    }
    const text = table(report)
    for (const due of [
      '0.1235  pixels',
      '-  of 0..1',
      averaging,
      '64x48',
      'face: p 1.2.3',
      'w.bin sha256 abc',
      'video h264'
    ])
      expect(text).toContain(due)
    expect([shown(1234567), shown(0), shown(-0.00012346)]).toEqual(['1235000', '0', '-0.0001235'])
  })
})

describe('ridge regression', () => {
  it('finds a linear map with an offset, and shrinks it as the penalty grows', () => {
    const x = new Matrix([[0, 0], [1, 0], [0, 1], [1, 1], [2, 1]]) // biome-ignore format: one line
    const y = new Matrix(x.to2DArray().map(([a, b]) => [3 * a! - b! + 7]))
    expect(apply(ridge(x, y, 1e-12), [5, 4])[0]).toBeCloseTo(18, 6)
    const one = ridge(new Matrix([[-1], [1]]), new Matrix([[-2], [2]]), 1) // (1 + 1) w = 2
    expect(one.weights.get(0, 0)).toBeCloseTo(1, 12)
    expect(one.offset[0]).toBeCloseTo(0, 12)
  })

  it('learns joints from the frames where they are visible alone', () => {
    const means = Float32Array.from([0, 0.1, 0.5, 0.2, -0.5, -0.3, 0.25, 0.9])
    const position = Float32Array.from(means, (v, i) => (i % 2 === 0 ? 0.5 * v + 0.1 : -0.5 * v))
    position.set([100, 100], 6)
    const truth: Truth = { joints: 1, frames: 4, position, visible: Float32Array.from([1, 1, 1, 0]) }
    const maps = jointMaps([{ means, truth }])
    const guessed = jointsOf(maps, Float32Array.from([0.2, 0.4]), 1)
    expect(guessed.position[0]).toBeCloseTo(0.2, 2)
    expect(guessed.position[1]).toBeCloseTo(-0.2, 2)
    expect(truthPoses(truth, { height: 3, width: 3 })[3]).toEqual([null])
    const never = jointMaps([{ means, truth: { ...truth, visible: new Float32Array(4) } }])
    expect([never, [...jointsOf(never, means, 4).visible]]).toEqual([[undefined], [0, 0, 0, 0]])
  })
})

describe('the Frechet distance', () => {
  const normal = (mean: ReadonlyArray<number>, covariance: ReadonlyArray<ReadonlyArray<number>>) => ({
    mean,
    covariance: new Matrix(covariance.map((row) => [...row]))
  })

  it('is the squared distance of the means where covariances are equal', () => {
    const c = [[2, 1, 0], [1, 3, -1], [0, -1, 1]] // biome-ignore format: one line
    expect(frechet(normal([0, 0, 0], c), normal([1, 2, 2], c))).toBeCloseTo(9, 10)
  })

  it('is the sum of squared differences of deviations where covariances are diagonal, or commute', () => {
    const [a, b] = [[[4, 0], [0, 9]], [[1, 0], [0, 25]]] as const // biome-ignore format: one line
    expect(frechet(normal([0, 0], a), normal([0, 0], b))).toBeCloseTo((2 - 1) ** 2 + (3 - 5) ** 2, 10)
    const turn = new Matrix([[Math.cos(0.7), -Math.sin(0.7)], [Math.sin(0.7), Math.cos(0.7)]]) // biome-ignore format: one line
    const turned = (m: ReadonlyArray<ReadonlyArray<number>>) =>
      turn.mmul(new Matrix(m.map((r) => [...r]))).mmul(turn.transpose())
    const [ta, tb] = [
      { mean: [0, 0], covariance: turned(a) },
      { mean: [3, 0], covariance: turned(b) }
    ]
    expect(frechet(ta, tb)).toBeCloseTo(5 + 9, 10)
  })

  it('takes the root of a product that does not commute from its eigenvalues', () => {
    const [a, b] = [normal([0, 0], [[2, 1], [1, 2]]), normal([0, 0], [[1, 0], [0, 5]])] // biome-ignore format: one line
    // the eigenvalues of the product [[2, 5], [1, 10]] are 6 -+ sqrt(21); the root's trace is the sum of their roots
    const trace = Math.sqrt(6 - Math.sqrt(21)) + Math.sqrt(6 + Math.sqrt(21))
    expect(frechet(a, b)).toBeCloseTo(4 + 6 - 2 * trace, 10)
    const root = squareRoot(a.covariance)
    expect(root.mmul(root).sub(a.covariance).norm()).toBeLessThan(1e-12)
  })

  it('of a set has the mean and covariance of its rows', () => {
    const { mean, covariance } = gaussianOf(new Matrix([[1, 2], [3, 6], [5, 1]])) // biome-ignore format: one line
    expect([mean, covariance.to2DArray()]).toEqual([[3, 3], [[4, -1], [-1, 7]]]) // biome-ignore format: one line
    expect(frechetOfSets(new Matrix([[0, 1, 2]]), new Matrix([[3, 5, 2]]))).toBe(25)
  })
})

describe('an ablation', () => {
  const measured = (l1: number, akd: number | null): Measured => ({
    measures: [measure('L1', 'of 0..1', '', { a: [l1] }), measure('AKD', 'pixels', '', { a: [akd] })],
    averaging,
    resolution: { height: 1, width: 1 },
    detectors: [],
    inputs: {}
  })
  const results = [
    { keypoints: 10, model: 'c', measured: measured(0.01, 3) },
    { keypoints: 1, model: 'a', measured: measured(0.03, null) }
  ]

  it('is a curve for each measure that every number of keypoints has, in their order', () => {
    expect(curvesOf(results)).toEqual([
      { name: 'L1', unit: 'of 0..1', points: [{ keypoints: 1, value: 0.03 }, { keypoints: 10, value: 0.01 }] } // biome-ignore format: one line
    ])
    expect(ablationTable(results)).toBe('keypoints  L1 (of 0..1)\n        1          0.03\n       10          0.01')
  })

  it('is drawn as SVG, the same every time', async () => {
    const svg = await chart(curvesOf(results))
    expect(svg).toBe(await chart(curvesOf(results)))
    expect(svg.match(/<circle/g)).toHaveLength(2)
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="360"/)
    for (const due of ['keypoints', 'L1 (of 0..1)']) expect(svg).toContain(due)
  })
})
