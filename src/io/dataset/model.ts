/**
 * What training sees of a folder of videos: clips of decoded frames, and a list of them to keep with a run.
 *
 * @since 0.1.0
 */
import type { Fit, Limits, Shape } from '../media/index.js'

/**
 * One half of a dataset.
 *
 * @category model
 * @since 0.1.0
 */
export type Part = 'train' | 'test'

/**
 * How the files are decoded. `size` is the shape of the frames of a strip; other media come as large as they are,
 * unless `fit` says that everything is brought to `size`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Decoding {
  readonly size?: Shape
  readonly fit?: Fit
  readonly limits?: Partial<Limits>
}

/**
 * A video whose frames lie decoded in the cache. `name` is its file name, `sha256` that of its content, `frames` how
 * many there are; all have the same `height` and `width`, RGB.
 *
 * @category model
 * @since 0.1.0
 */
export interface Clip extends Shape {
  readonly name: string
  readonly sha256: string
  readonly frames: number
  readonly channels: 3
  /** The file or folder that it was decoded from. */
  readonly source: string
  /** The file of the cache that holds its frames. */
  readonly entry: string
  readonly decoding: Decoding
}

/**
 * How it was decided which clips are for training: by the folders `train` and `test`, by a split file, or by a seed.
 *
 * @category model
 * @since 0.1.0
 */
export type Division =
  | { readonly by: 'folders' }
  | { readonly by: 'file' }
  | { readonly by: 'seed'; readonly seed: number; readonly test: number }

/**
 * The content of a part, for the record of a run: equal manifests mean equal data. `sha256` stands for the whole list.
 *
 * @category model
 * @since 0.1.0
 */
export interface Manifest {
  readonly version: 1
  readonly part: Part
  readonly division: Division
  readonly sha256: string
  readonly clips: ReadonlyArray<Pick<Clip, 'name' | 'sha256' | 'frames' | 'height' | 'width'>>
}

/**
 * One part of a dataset, decoded, in the order of the names.
 *
 * @category model
 * @since 0.1.0
 */
export interface Dataset {
  readonly folder: string
  readonly part: Part
  readonly clips: ReadonlyArray<Clip>
  readonly manifest: Manifest
}
