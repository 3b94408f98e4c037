/** Training so small that a step takes no time: clips, a configuration, and what a run leaves. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import type { Terminal } from '../../../src/io/cli/command.js'
import type { RunOf } from '../../../src/io/cli/declarations.js'
import { run } from '../../../src/io/commands/train.js'
import { type Model, readModel } from '../../../src/io/model/model.js'
import type { Problem } from '../../../src/io/problem/problem.js'
import { float32Of } from '../../../src/io/safetensors/safetensors.js'
import * as tf from '../../../src/nodes/tf.js'
import { flags } from '../measures/make.js'
import { paint, write } from '../media/make.js'
import { done } from './common.js'

const blocks = { block_expansion: 4, max_features: 8, num_blocks: 2 }
const embedding = { use_heatmap: true, heatmap_type: 'difference', norm_const: 10 }
const mask = { ...embedding, use_deformed_source_image: true }

/** A configuration with other training parameters, and whatever else is other. */
export const configuration = (train: object = {}, other: object = {}) => ({
  model_params: {
    common_params: { num_kp: 2, kp_variance: 'matrix', num_channels: 3 },
    kp_detector_params: { temperature: 0.1, ...blocks },
    generator_params: {
      ...blocks,
      num_refinement_blocks: 1,
      dense_motion_params: {
        ...blocks,
        use_mask: true,
        use_correction: true,
        num_group_blocks: 1,
        mask_embedding_params: mask
      },
      kp_embedding_params: embedding
    },
    discriminator_params: { ...blocks, kp_embedding_params: { norm_const: 10 } }
  },
  dataset_params: {
    root_dir: 'data',
    image_shape: [16, 16, 3],
    augmentation_params: { flip_param: { horizontal_flip: true, time_flip: true }, jitter_param: { hue: 0.2 } }
  },
  train_params: {
    num_epochs: 4,
    epoch_milestones: [1],
    lr: 2e-3,
    batch_size: 2,
    loss_weights: { reconstruction: [10, 10, 1], reconstruction_deformed: 0, generator_gan: 1, discriminator_gan: 1 },
    ...train
  },
  ...other
})

export const writeConfiguration = (path: string, train: object = {}, other: object = {}): string => {
  writeFileSync(path, stringify(configuration(train, other)))
  return path
}

/** A clip of a square that moves: a strip of six frames. */
export const writeClip = (path: string, clip: number, height = 16, width = height): Promise<void> =>
  write(
    path,
    Array.from({ length: 6 }, (_, t) =>
      paint(height, width, (x, y) => {
        const on = Math.abs(x - 3 - t - (clip % 4)) < 3 && Math.abs(y - 8 + (clip % 3)) < 3
        return on ? [255, 200 - 20 * clip, 40] : [20 * clip, 30, 90]
      })
    )
  )

/** A dataset of seven clips to learn from, and two for tests. */
export const writeData = async (folder: string): Promise<string> => {
  for (const [part, count] of Object.entries({ train: 7, test: 2 })) {
    mkdirSync(join(folder, part), { recursive: true })
    for (let n = 0; n < count; n++) await writeClip(join(folder, part, `${n}.png`), n + 3 * Number(part === 'test'))
  }
  return folder
}

/** What a run leaves that must not depend on how it came about, by name; pictures are those of the steps only. */
export const left = (out: string, names: ReadonlyArray<string> = kept): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, readFileSync(join(out, name), 'latin1')]))

/** Files whose bytes are those of a run that was never interrupted. */
export const kept = ['config.yaml', 'data.json', 'log.ndjson', 'curves.svg', 'checkpoints/last.safetensors']

/** The files of a folder's checkpoints. */
export const checkpoints = (out: string): ReadonlyArray<string> =>
  readdirSync(join(out, 'checkpoints'))
    .filter((name) => /^step-\d+\.safetensors$/.test(name))
    .sort((a, b) => Number(a.slice(5, -12)) - Number(b.slice(5, -12)))

/** Whether every number of a model and of its moments is finite. */
export const finite = ({ tensors, training }: Model): boolean =>
  [tensors, training?.moments.m ?? {}, training?.moments.v ?? {}]
    .flatMap((all) => Object.values(all))
    .every((x) => float32Of(x).every(Number.isFinite))

export const modelAt = (path: string): Promise<Model> => done(readModel(path))

/** A terminal that keeps what is said, and interrupts after so many steps. */
export const interruptedAfter = (steps: number): Terminal & { readonly lines: Array<string> } => {
  const [lines, control]: [Array<string>, AbortController] = [[], new AbortController()]
  let [now, told] = [0, 0]
  return {
    lines,
    say: (line) => lines.push(line),
    progress: () => ({ advance: () => {}, end: () => {} }),
    signal: control.signal,
    teller: {
      drawn: false,
      columns: 80,
      seconds: () => (now += 1000),
      write: () => {
        told++
        if (told === steps) control.abort('SIGINT')
      }
    }
  }
}

export type Asked = Partial<Parameters<RunOf<'train'>>[0]> & { readonly out: string }

/** Trains; whatever comes of it, no tensor is left and nobody holds the folder. */
export const train = async (
  asked: Asked,
  terminal: Terminal = interruptedAfter(Number.POSITIVE_INFINITY)
): Promise<E.Either<Problem, object>> => {
  const before = tf.memory().numTensors
  const result = await run(flags('train', { checkpointEvery: 3, pictureEvery: 4, ...asked }), terminal)()
  expect(tf.memory().numTensors).toBe(before)
  if (existsSync(asked.out)) expect(readdirSync(asked.out).filter((name) => name.startsWith('.'))).toEqual([])
  return E.map(({ json }: { readonly json: object }) => json)(result)
}
