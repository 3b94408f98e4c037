// @ts-check
/**
 * The drawings of the site, made by our own nodes.
 */
import { root } from '../make/source.mjs'
import { tf } from './engine.mjs'
import { composed, dense, swell } from './flow.mjs'
import { moments, relative } from './keypoints.mjs'
import { identity, reading } from './warp.mjs'

/** Every drawing by its file. @returns {Promise<ReadonlyArray<readonly [name: string, content: string | Uint8Array]>>} */
export const drawings = async () => {
  await tf.startEngine()
  return [
    ['identity.svg', identity()],
    ['reading.svg', reading()],
    ['moments.svg', moments()],
    ['relative.svg', relative()],
    ['swell.png', await swell()],
    ['composed.png', await composed()],
    ['dense.png', await dense(root)]
  ]
}
