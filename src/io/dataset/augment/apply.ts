/**
 * Lays drawn changes over frames.
 *
 * @since 0.1.0
 */
import { colours } from './colours.js'
import { crop, mirror, resize, reverse, rotate } from './geometry.js'
import type { Change, Frames } from './model.js'

const change = (x: Frames, one: Change): Frames => {
  switch (one._tag) {
    case 'Reverse':
      return reverse(x)
    case 'Mirror':
      return mirror(x)
    case 'Rotate':
      return rotate(x, one.degrees)
    case 'Resize':
      return resize(x, one)
    case 'Crop':
      return crop(x, one)
    case 'Colours':
      return colours(x, one.steps)
  }
}

/**
 * The frames after the changes, in their order. Pure: the same changes of the same frames give the same numbers.
 *
 * @category frames
 * @since 0.1.0
 */
export const augment = (frames: Frames, changes: ReadonlyArray<Change>): Frames => changes.reduce(change, frames)
