/**
 * Ground truth beside videos: where every joint is in every frame, and how joints follow from a model's keypoints.
 *
 * @since 0.1.0
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { Matrix } from 'ml-matrix'
import type { Shape } from '../media/index.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import {
  float32Of,
  readSafetensors,
  type Safetensors,
  storedFloat32,
  writeSafetensors
} from '../safetensors/safetensors.js'
import type { Film } from './films.js'
import { type Pose, posesOf } from './points.js'
import { apply, type Linear, ridge } from './ridge.js'

/** Joints of all frames: `position` [T, J, 2] in [-1, 1], `visible` [T, J]. */
export interface Truth {
  readonly joints: number
  readonly frames: number
  readonly position: Float32Array
  readonly visible: Float32Array
}

/** The file of a video's ground truth. */
export const truthPath = ({ name, path }: Film): string => join(dirname(path), `${name}.safetensors`)

const understand = (file: string, { tensors }: Safetensors): E.Either<Problem, Truth> => {
  const bad = complaint(file)
  const { position, visible } = tensors
  const [frames, joints, two] = position?.shape ?? []
  if (
    position === undefined ||
    frames === undefined ||
    joints === undefined ||
    two !== 2 ||
    position.shape.length !== 3
  )
    return E.left(bad('position', 'a tensor [frames, joints, 2]', position ? `[${position.shape}]` : 'nothing'))
  if (visible === undefined || visible.shape.join() !== `${frames},${joints}`)
    return E.left(bad('visible', `a tensor [${frames}, ${joints}]`, visible ? `[${visible.shape}]` : 'nothing'))
  return E.right({ joints, frames, position: float32Of(position), visible: float32Of(visible) })
}

/**
 * The ground truth of a video, where there is some.
 *
 * @category files
 * @since 0.1.0
 */
export const readTruth = (film: Film): TE.TaskEither<Problem, Truth | undefined> => {
  const path = truthPath(film)
  if (!existsSync(path)) return TE.right(undefined)
  return pipe(
    readSafetensors(path),
    TE.flatMapEither((file) => understand(path, file))
  )
}

/** Writes joints beside a video. */
export const writeTruth = (film: Film, { joints, frames, position, visible }: Truth): TE.TaskEither<Problem, void> =>
  writeSafetensors(truthPath(film), {
    tensors: {
      position: storedFloat32([frames, joints, 2], position),
      visible: storedFloat32([frames, joints], visible)
    },
    metadata: { format: 'keyflow-joints/1' }
  })

/** Ground truth as poses in pixels; joints that are not visible are missing. */
export const truthPoses = ({ joints, position, visible }: Truth, shape: Shape): ReadonlyArray<Pose> =>
  posesOf(position, joints, shape).map((pose, t) => pose.map((p, j) => (visible[t * joints + j]! > 0.5 ? p : null)))

/** Keypoints of frames as a model gives them, [T, K, 2] in [-1, 1], with the joints that are due. */
export interface Example {
  readonly means: Float32Array
  readonly truth: Truth
}

/** How strongly the map from keypoints to joints is held small; keypoints and joints are in [-1, 1]. */
const penalty = 1e-4

/**
 * One linear map for each joint, from the keypoints of a frame to the joint's place, learned from the frames where the joint is
 * visible; nothing for a joint that never is.
 *
 * @category measures
 * @since 0.1.0
 */
export const jointMaps = (examples: ReadonlyArray<Example>): ReadonlyArray<Linear | undefined> => {
  const joints = examples[0]?.truth.joints ?? 0
  return Array.from({ length: joints }, (_, j) => {
    const rows = examples.flatMap(({ means, truth: { frames, position, visible } }) => {
      const each = means.length / frames
      return Array.from({ length: frames }, (_, t) => t)
        .filter((t) => visible[t * joints + j]! > 0.5)
        .map((t) => {
          const at = 2 * (t * joints + j)
          return { x: [...means.subarray(t * each, (t + 1) * each)], y: [position[at]!, position[at + 1]!] }
        })
    })
    return rows.length === 0
      ? undefined
      : ridge(new Matrix(rows.map(({ x }) => x)), new Matrix(rows.map(({ y }) => y)), penalty)
  })
}

/** Joints of frames by the maps, from keypoints [T, K, 2]. */
export const jointsOf = (maps: ReadonlyArray<Linear | undefined>, means: Float32Array, frames: number): Truth => {
  const joints = maps.length
  const each = means.length / frames
  const position = new Float32Array(frames * joints * 2)
  const visible = new Float32Array(frames * joints)
  for (let t = 0; t < frames; t++) {
    const x = [...means.subarray(t * each, (t + 1) * each)]
    maps.forEach((map, j) => {
      if (map === undefined) return
      position.set(apply(map, x), 2 * (t * joints + j))
      visible[t * joints + j] = 1
    })
  }
  return { joints, frames, position, visible }
}
