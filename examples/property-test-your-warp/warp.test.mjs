/**
 * Your own warp held to the laws of warps: one that is right, and two with mistakes that are easily made.
 *
 *     node --test examples/property-test-your-warp/warp.test.mjs
 */
import { rejects } from 'node:assert/strict'
import { it } from 'node:test'
import { tf, warp } from 'keyflow/nodes'
import { holds, LawBroken, warpLaws } from 'keyflow/properties'

/** Reads the mirrored picture at mirrored positions: another way to the same. */
const inAMirror = (image, flow) => warp.run({ image: tf.reverse(image, 2), flow: tf.mul(flow, [-1, 1]) }, {}).image

for (const law of warpLaws) it(`a warp in a mirror ${law.name}`, () => holds(law, inAMirror))

/** Takes the first pixel's edge for its centre: everything comes half a pixel from the right. */
const halfAPixelOff = (image, flow) => warp.run({ image, flow: tf.add(flow, [1 / image.shape[2], 0]) }, {}).image

/** Takes the row for x and the column for y. */
const rowsForColumns = (image, flow) => warp.run({ image, flow: tf.reverse(flow, 3) }, {}).image

for (const wrong of [halfAPixelOff, rowsForColumns])
  it(`${wrong.name} is caught`, () =>
    rejects(
      () => holds(warpLaws[0], wrong),
      (broken) => {
        console.log(broken.message)
        return broken instanceof LawBroken && broken.law === 'by the identity grid keeps a picture'
      }
    ))
