/**
 * What a dataset may be: a folder of videos, or whatever an extension knows to list the clips of.
 *
 * @since 0.1.0
 */
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import { type Layout, readLayout } from './layout.js'

/**
 * A form of dataset: lists the clips of either part by name, with the files that they are decoded from. Nothing is decoded here;
 * `seed` divides what nothing else divides.
 *
 * Fails with `FileTrouble` where it cannot be read, `BadData` where it is not of this form.
 *
 * @category model
 * @since 0.1.0
 */
export interface DatasetFormat {
  readonly summary: string
  /** The ends of paths that are of this form, such as `.list`; others are asked for as `NAME:path`. */
  readonly endings?: ReadonlyArray<string>
  readonly layout: (path: string, seed: number) => TE.TaskEither<Problem, Layout>
}

/**
 * The forms that need no extension, by name.
 *
 * @category model
 * @since 0.1.0
 */
export const datasetFormats: Readonly<Record<'folder', DatasetFormat>> = {
  folder: {
    summary: 'a folder of videos, animations, strips or folders of frames, with or without train and test inside',
    layout: readLayout
  }
}
