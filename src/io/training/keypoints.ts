/**
 * The keypoints of all frames of a dataset, detected once and kept in a file.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { detector } from '../../graphs/detector.js'
import { graph, toNode } from '../../graphs/graph.js'
import { open } from '../../graphs/session.js'
import { record, tensor } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import type { Terminal } from '../cli/command.js'
import type { Config } from '../config/config.js'
import { multiple } from '../config/purpose.js'
import { toUnit } from '../dataset/augment/unit.js'
import { type DatasetClip, readFrames } from '../dataset/index.js'
import { checksum, type Model, valuesOf } from '../model/model.js'
import { complaint, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { program } from '../run/compute.js'
import { interruptible } from '../run/interruptible.js'
import { complete } from '../run/played.js'
import {
  float32Of,
  readSafetensors,
  type StoredTensor,
  storedFloat32,
  writeSafetensors
} from '../safetensors/safetensors.js'

/**
 * Keypoints of a film: `mean` [T, K, 2] and, where the model has one, `var` [T, K, ...], frame after frame.
 *
 * @since 0.1.0
 */
export interface Track {
  readonly frames: number
  readonly mean: Float32Array
  readonly var?: Float32Array
}

const format = 'keyflow-tracks/1'
const batch = 16

/** What the keypoints depend on: the clips in their order, and the detector. */
const keyOf = (clips: ReadonlyArray<DatasetClip>, { tensors, config }: Model): string => {
  const own = Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith('kp_detector.')))
  const { common_params, kp_detector_params } = config.model_params
  const named = clips.map(({ sha256, frames, height, width }) => ({ sha256, frames, height, width }))
  return createHash('sha256')
    .update(JSON.stringify([checksum(own), common_params, kp_detector_params, named]))
    .digest('hex')
}

/** Frames that the detector can not halve as often as it does. */
const fitting = (clips: ReadonlyArray<DatasetClip>, config: Config): TE.TaskEither<Problem, void> => {
  const by = multiple(config)
  const [first, ...rest] = clips.flatMap(({ source, height, width }) =>
    height % by === 0 && width % by === 0
      ? []
      : [complaint(source)('size', `multiples of ${by} for this model`, `${height}x${width}`)]
  )
  return first === undefined ? TE.right(undefined) : TE.left(gather(first, rest, 20))
}

const watching = ({ common_params: common, kp_detector_params }: Config['model_params']) =>
  graph('keypoints', record({ frames: tensor(`T H W ${common.num_channels}` as 'T H W C') }), (inputs, { step }) =>
    step('detect', toNode(detector(common, kp_detector_params)), inputs, 'kp_detector')
  )

const gathered = (parts: ReadonlyArray<Float32Array>): Float32Array => {
  const all = new Float32Array(parts.reduce((n, { length }) => n + length, 0))
  parts.reduce((at, part) => {
    all.set(part, at)
    return at + part.length
  }, 0)
  return all
}

/** Detects the keypoints of every frame of some clips; no tensor is left. */
const detect = (
  model: Model,
  clips: ReadonlyArray<DatasetClip>,
  terminal: Terminal
): TE.TaskEither<Problem, ReadonlyArray<Track>> =>
  pipe(
    TE.fromEither(program(watching(model.config.model_params))),
    TE.tap((p) => complete(p, model)),
    TE.flatMap((p) =>
      interruptible(terminal.signal, async (check) => {
        const weights = valuesOf(model, Object.keys(p.weights))
        const session = open(p)(weights)
        const bar = terminal.progress(
          'detect',
          clips.reduce((n, { frames }) => n + frames, 0)
        )
        const one = async (clip: DatasetClip): Promise<Track> => {
          const [mean, variance]: [Array<Float32Array>, Array<Float32Array>] = [[], []]
          for (let at = 0; at < clip.frames; at += batch) {
            check()
            const indices = Array.from({ length: Math.min(batch, clip.frames - at) }, (_, i) => at + i)
            const shape: [number, number, number, number] = [indices.length, clip.height, clip.width, 3]
            const frames = tf.tensor4d(toUnit(await readFrames(clip, indices)), shape)
            const { outputs } = session.tick({ frames })
            mean.push(Float32Array.from(outputs.mean.dataSync()))
            if (outputs.var !== undefined) variance.push(Float32Array.from(outputs.var.dataSync()))
            tf.dispose([frames, outputs] as unknown as tf.TensorContainer)
            bar.advance(indices.length)
            await new Promise(setImmediate) // the interrupt of a user is heard between batches
          }
          return {
            frames: clip.frames,
            mean: gathered(mean),
            ...(variance.length === 0 ? {} : { var: gathered(variance) })
          }
        }
        try {
          const tracks: Array<Track> = []
          for (const clip of clips) tracks.push(await one(clip))
          return tracks
        } finally {
          bar.end()
          session.close()
          tf.dispose(weights as tf.TensorContainer)
        }
      })
    )
  )

const stored = (tracks: ReadonlyArray<Track>, keypoints: number): Readonly<Record<string, StoredTensor>> =>
  Object.fromEntries(
    tracks.flatMap(({ frames, mean, var: v }, i) => {
      const side = v === undefined ? 0 : Math.sqrt(v.length / (frames * keypoints))
      return [
        [`${i}.mean`, storedFloat32([frames, keypoints, 2], mean)] as const,
        ...(v === undefined ? [] : [[`${i}.var`, storedFloat32([frames, keypoints, side, side], v)] as const])
      ]
    })
  )

const tracksIn = (tensors: Readonly<Record<string, StoredTensor>>, count: number): ReadonlyArray<Track> | undefined => {
  const tracks = Array.from({ length: count }, (_, i): Track | undefined => {
    const [mean, v] = [tensors[`${i}.mean`], tensors[`${i}.var`]]
    if (mean === undefined) return undefined
    return { frames: mean.shape[0]!, mean: float32Of(mean), ...(v === undefined ? {} : { var: float32Of(v) }) }
  })
  return tracks.every((track) => track !== undefined) ? tracks : undefined
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )

/**
 * The keypoints of some clips, in their order: from the file, where it holds those of these clips and this detector; else
 * detected, and written there.
 *
 * Positions are in [-1, 1]. Fails with `BadData` where clips do not fit the model or are no longer what they were,
 * `FileTrouble` where the file cannot be written, `Interrupted` by the signal.
 *
 * @category files
 * @since 0.1.0
 */
export const keypointsOf = (
  file: string,
  model: Model,
  clips: ReadonlyArray<DatasetClip>,
  terminal: Terminal
): TE.TaskEither<Problem, ReadonlyArray<Track>> => {
  const key = keyOf(clips, model)
  const made = pipe(
    fitting(clips, model.config),
    TE.flatMap(() => detect(model, clips, terminal)),
    TE.tap((tracks) =>
      writeSafetensors(file, {
        tensors: stored(tracks, model.config.model_params.common_params.num_kp),
        metadata: { format, key }
      })
    )
  )
  return pipe(
    TE.fromTask(() => exists(file)),
    TE.flatMap((there) => (there ? readSafetensors(file) : TE.right({ tensors: {}, metadata: {} }))),
    TE.orElse(() => TE.right<Problem, Awaited<any>>({ tensors: {}, metadata: {} })), // what can not be read is made anew
    TE.flatMap(({ tensors, metadata }) => {
      const known = metadata.format === format && metadata.key === key ? tracksIn(tensors, clips.length) : undefined
      return known === undefined ? made : TE.right(known)
    })
  )
}
