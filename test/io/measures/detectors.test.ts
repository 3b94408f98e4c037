/** Detectors on real faces and bodies, where the clips are beside the repository and the packages are installed. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { toTensor } from '../../../src/io/animation/drivers.js'
import { bodyDetector } from '../../../src/io/measures/body.js'
import type { Detector } from '../../../src/io/measures/detector.js'
import { faceDetector } from '../../../src/io/measures/face.js'
import { inceptionFeatures } from '../../../src/io/measures/inception.js'
import { distance, missing, type Pose } from '../../../src/io/measures/points.js'
import { type Frame, openClip } from '../../../src/io/media/index.js'
import { shiftRight } from '../../../src/nodes/displace.js'
import * as tf from '../../../src/nodes/tf.js'
import { hasShared, needsShared, shared } from '../media/make.js'
import { right } from './make.js'

const faces = join(shared, 'media/faces/single_face.mp4')
const nobody = join(shared, 'media/video/no_face.mp4')
const there = hasShared && existsSync(faces) && existsSync(nobody)
const size = { height: 180, width: 320 }

/** The first frames of a film, from 0 to 255. */
const firstFrames = async (path: string, count: number): Promise<tf.Tensor4D> => {
  const clip = await right(openClip(path, { size }))
  const frames: Array<Frame> = []
  for await (const frame of clip.frames()) if (frames.push(frame) === count) break
  return tf.tidy(() => tf.mul<tf.Tensor4D>(toTensor(frames), 255))
}

const posesOf = async (detector: Detector, frames: tf.Tensor4D): Promise<ReadonlyArray<Pose>> =>
  (await detector.detect(frames)).map(({ pose }) => pose)

describe.skipIf(!there)(needsShared('detectors'), () => {
  beforeAll(() => tf.startEngine())

  const networks = { face: [faceDetector, 68], body: [bodyDetector, 17] } as const
  it.each(['face', 'body'] as const)(
    'the %s detector goes along with a shift, misses who is not there, leaves nothing',
    async (name) => {
      const before = tf.memory().numTensors
      const [load, points] = networks[name]
      const detector = await right(load)
      expect(detector.witness.weights.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true)
      const frames = await firstFrames(faces, 2)
      const empty = await firstFrames(nobody, 2)
      const moved = tf.tidy(() => shiftRight({ pixels: 8 }).run({ x: frames }, {}).y as tf.Tensor4D)
      const own = tf.memory().numTensors
      const [real, shifted, none] = [
        await posesOf(detector, frames),
        await posesOf(detector, moved),
        await posesOf(detector, empty)
      ]
      expect(tf.memory().numTensors).toBe(own)
      expect(real.map((pose) => pose.length)).toEqual([points, points])
      real.forEach((pose, t) => {
        expect(missing(pose, shifted[t]!)).toBe(0)
        expect(distance(pose, shifted[t]!)).toBeGreaterThan(7)
        expect(distance(pose, shifted[t]!)).toBeLessThan(9)
        expect(missing(pose, none[t]!)).toBeGreaterThan(0.8)
        for (const p of pose) if (p !== null) expect(p[0]).toBeLessThan(size.width)
      })
      detector.close()
      tf.dispose([frames, empty, moved])
      expect(tf.memory().numTensors).toBe(before)
    }
  )

  it('finds the nose below the eyes and between them', async () => {
    const [face, body] = [await right(faceDetector), await right(bodyDetector)]
    const frames = await firstFrames(faces, 1)
    const landmarks = (await posesOf(face, frames))[0]!
    const joints = (await posesOf(body, frames))[0]!
    // the tip of the nose and the outer corners of the eyes by the numbers of either network
    const [nose, leftEye, rightEye] = [landmarks[30]!, landmarks[36]!, landmarks[45]!]
    expect([leftEye[0] < nose[0], nose[0] < rightEye[0], nose[1] > leftEye[1]]).toEqual([true, true, true])
    expect(distance([nose], [joints[0]!])).toBeLessThan(8)
    face.close()
    body.close()
    frames.dispose()
  })

  it('tells who is seen: nearer to oneself in another frame than to a stranger', async () => {
    const face = await right(faceDetector)
    const other = join(shared, 'media/faces/carphone_pristine.mp4')
    const [own, stranger] = [await firstFrames(faces, 20), await firstFrames(other, 1)]
    const [first, last] = [0, 19].map((t) => tf.slice(own, t, 1))
    const [now, later] = [await face.detect(first!), await face.detect(last!)]
    const [known] = await face.detect(stranger)
    const apart = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) => Math.hypot(...a.map((x, i) => x - b[i]!))
    expect(apart(now[0]!.identity!, later[0]!.identity!)).toBeLessThan(0.4)
    expect(apart(now[0]!.identity!, known!.identity!)).toBeGreaterThan(0.5)
    face.close()
    tf.dispose([own, stranger, first!, last!])
  })

  it('gives 2048 features of a frame, the same for the same frame, and leaves nothing', async () => {
    const before = tf.memory().numTensors
    const network = await right(inceptionFeatures)
    const frames = await firstFrames(faces, 2)
    const [a, b] = [network.features(frames), network.features(frames)]
    expect(a).toEqual(b)
    expect([a.length, a[0]!.length]).toEqual([2, 2048])
    expect(a[0]).not.toEqual(a[1])
    network.close()
    frames.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('can be loaded again after they were closed', async () => {
    for (const load of [faceDetector, bodyDetector]) {
      ;(await right(load)).close()
      const again = await load()
      expect(E.isRight(again)).toBe(true)
      if (E.isRight(again)) again.right.close()
    }
  })
})
