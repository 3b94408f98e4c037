/**
 * 68 landmarks and the identity of a face, by the networks of face-api.
 *
 * @since 0.1.0
 */
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as tf from '../../nodes/tf.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'
import { type Detector, frameAt, type Seen } from './detector.js'
import { type Installed, installed, witness } from './packages.js'

const needed = { name: '@vladmandic/face-api', version: '1.7.15' }
const landmarks = 68
const confidence = 0.5

/** The part of face-api that is used. */
interface FaceApi {
  readonly nets: Readonly<
    Record<
      'ssdMobilenetv1' | 'faceLandmark68Net' | 'faceRecognitionNet',
      { readonly loadFromDisk: (folder: string) => Promise<void>; readonly dispose: (again: boolean) => void }
    >
  >
  readonly SsdMobilenetv1Options: new (options: { readonly minConfidence: number }) => object
  readonly detectSingleFace: (frame: tf.Tensor3D, options: object) => Task
}
interface Task {
  readonly withFaceLandmarks: () => { readonly withFaceDescriptor: () => Promise<Face | undefined> }
}
interface Face {
  readonly landmarks: { readonly positions: ReadonlyArray<{ readonly x: number; readonly y: number }> }
  readonly descriptor: Float32Array
}

const unseen: Seen = { pose: Array.from({ length: landmarks }, () => null), identity: null }

const seen = ({ landmarks: { positions }, descriptor }: Face): Seen => ({
  pose: positions.map(({ x, y }) => [x - 0.5, y - 0.5]),
  identity: [...descriptor]
})

/** face-api with its weights, over the engine that runs: copies of tfjs share one. */
const started = async ({ load, folder }: Installed): Promise<FaceApi> => {
  const api = load('./dist/face-api.node-wasm.js') as FaceApi
  for (const net of Object.values(netsOf(api))) await net.loadFromDisk(join(folder, 'model'))
  return api
}

const netsOf = ({ nets: { ssdMobilenetv1, faceLandmark68Net, faceRecognitionNet } }: FaceApi) => ({
  ssdMobilenetv1,
  faceLandmark68Net,
  faceRecognitionNet
})

/**
 * The face that is found with the most confidence in each frame: 68 landmarks, and 128 numbers that tell people apart.
 *
 * Points are in pixels of the frame. Fails with `NoPackage` where the package with its weights is not installed, `FileTrouble`
 * or `Failed` where it cannot be read or loaded.
 *
 * @category constructors
 * @since 0.1.0
 */
export const faceDetector: TE.TaskEither<Problem, Detector> = pipe(
  installed(needed, '--detector face'),
  TE.bindTo('found'),
  TE.bind('witness', ({ found }) =>
    witness(
      'face',
      found,
      ['ssd_mobilenetv1', 'face_landmark_68', 'face_recognition'].map((name) => `model/${name}_model.bin`),
      `the surest face of each frame (SSD MobileNet V1, confidence from ${confidence}), 68 landmarks, descriptor of 128 numbers`
    )
  ),
  TE.bind('api', ({ found }) => attempt(() => started(found))),
  TE.map(({ witness: w, api }) => {
    const options = new api.SsdMobilenetv1Options({ minConfidence: confidence })
    return {
      witness: w,
      identifies: true,
      detect: async (frames) => {
        const all: Array<Seen> = []
        for (let t = 0; t < frames.shape[0]; t++) {
          const frame = tf.tidy(() => frameAt(frames, t))
          try {
            const face = await api.detectSingleFace(frame, options).withFaceLandmarks().withFaceDescriptor()
            all.push(face === undefined ? unseen : seen(face))
          } finally {
            frame.dispose()
          }
        }
        return all
      },
      close: () => Object.values(netsOf(api)).forEach((net) => net.dispose(false))
    }
  })
)
