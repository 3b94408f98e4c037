/**
 * Changes of a clip as data: drawn once, laid over frames by a pure function.
 *
 * @since 0.1.0
 */
import type * as t from 'io-ts'
import type { DatasetParams } from '../../config/sections.js'
import type { Shape } from '../../media/index.js'

/**
 * Settings of the augmentation, as in a configuration.
 *
 * @category model
 * @since 0.1.0
 */
export type AugmentationParams = t.TypeOf<typeof DatasetParams>['augmentation_params']

/**
 * Frames [count, height, width, 3] of numbers from 0 to 1.
 *
 * @category model
 * @since 0.1.0
 */
export interface Frames extends Shape {
  readonly count: number
  readonly data: Float32Array
}

/**
 * One change, the same for all frames of a clip. `degrees` turn counterclockwise; a crop may reach outside, where the
 * nearest pixel is repeated; colours are changed by factors, the hue by a part of the full turn.
 *
 * @category model
 * @since 0.1.0
 */
export type Change =
  | { readonly _tag: 'Reverse' }
  | { readonly _tag: 'Mirror' }
  | { readonly _tag: 'Rotate'; readonly degrees: number }
  | ({ readonly _tag: 'Resize'; readonly smooth: boolean } & Shape)
  | ({ readonly _tag: 'Crop'; readonly top: number; readonly left: number } & Shape)
  | { readonly _tag: 'Colours'; readonly steps: ReadonlyArray<Colour> }

/**
 * One change of colours.
 *
 * @category model
 * @since 0.1.0
 */
export interface Colour {
  readonly of: 'brightness' | 'contrast' | 'saturation' | 'hue'
  readonly by: number
}

/**
 * Which frames are taken, and what is done to them, in order.
 *
 * @category model
 * @since 0.1.0
 */
export interface Plan {
  readonly frames: ReadonlyArray<number>
  readonly changes: ReadonlyArray<Change>
}
