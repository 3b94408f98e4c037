/**
 * What a drawn video is: pictures as vectors, and where every joint is.
 *
 * @since 0.1.0
 */

/** A point: x to the right; y upwards in the plane of an animal, downwards in a picture. */
export type Point = readonly [x: number, y: number]

/**
 * A joint in one frame, as a share of width and height, from the upper left corner. `there`: the thing has it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Joint {
  readonly at: Point
  readonly there: boolean
}

/**
 * A video as vectors: for each frame what to draw, 100 units high and `100 * width / height` wide, and its joints.
 *
 * @category model
 * @since 0.1.0
 */
export interface Scene {
  readonly joints: ReadonlyArray<string>
  readonly frames: ReadonlyArray<{ readonly svg: string; readonly joints: ReadonlyArray<Joint> }>
}

/**
 * Where everything is in a video of `T` frames and `J` joints: `position` is `[T, J, 2]`, (x, y), from -1 at the centre
 * of the first pixel to 1 at that of the last; `visible` is `[T, J]`, 1 where the joint is there and inside the frame,
 * even if another part hides it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Truth {
  readonly joints: ReadonlyArray<string>
  readonly position: Float32Array
  readonly visible: Float32Array
}

/**
 * The kinds of videos.
 *
 * @category model
 * @since 0.1.0
 */
export const kinds = ['shapes', 'creatures'] as const

/**
 * One of the kinds of videos.
 *
 * @since 0.1.0
 */
export type Kind = (typeof kinds)[number]

/**
 * Height and width of the frames, in pixels.
 *
 * @since 0.1.0
 */
export interface Size {
  readonly height: number
  readonly width: number
}
