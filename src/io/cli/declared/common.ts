/**
 * Options that several commands take.
 *
 * @since 0.1.0
 */
import { amount, choice, count, flag, frames, optional, rate, several } from '../option.js'

/**
 * The engine that computes.
 *
 * @category options
 * @since 0.1.0
 */
export const backend = choice(['tensorflow', 'wasm', 'cpu'], 'engine to compute with (default: the best that is there)')

/**
 * How much of a film is read.
 *
 * @category options
 * @since 0.1.0
 */
export const limits = {
  maxPixels: count('N', 'most pixels of a frame that is read'),
  maxFrames: count('N', 'most frames that are read'),
  maxSeconds: count('N', 'longest film that is read')
}

/**
 * How pictures are brought to a size.
 *
 * @category options
 * @since 0.1.0
 */
export const fit = choice(['crop', 'pad', 'stretch'], 'how pictures are brought to the size (default stretch)')

/**
 * Where decoded frames are kept.
 *
 * @category options
 * @since 0.1.0
 */
export const cache = optional('DIR', "folder that decoded frames are kept in (default: the user's cache)")

/**
 * The half of a dataset that is meant.
 *
 * @category options
 * @since 0.1.0
 */
export const part = choice(['train', 'test'], 'half of the dataset (default train)')

/**
 * Modules that bring nodes, graphs, datasets, sinks and measures; what they say is run.
 *
 * @category options
 * @since 0.1.0
 */
export const extensions = {
  with: several(
    'MODULE',
    "extension: a path or a package (beside those under keyflow.with in the folder's package.json)"
  )
}

/**
 * Films that come as they are made.
 *
 * @category options
 * @since 0.1.0
 */
export const streamed = {
  raw: frames('standard input is bare rgb24 frames of this size and rate'),
  fps: rate('frames per second of JPEG pictures on standard input, which have no times (default 25)'),
  follow: amount('SECONDS', 'the film is still written: wait for more until it has not grown for so long', 86_400)
}

/**
 * Flags that every command takes, and that are read for it.
 *
 * @category options
 * @since 0.1.0
 */
export const always = { json: flag('print the result as JSON'), quiet: flag('say nothing but errors') }
