/**
 * Local affine transforms: what the First Order Motion Model moves that translations of keypoints cannot.
 *
 *     node examples/first-order-motion/first-order-motion.mjs [--out DIR] [--frames N]
 *     node examples/first-order-motion/first-order-motion.mjs --checkpoint vox-cpk.pth.tar --config vox-256.yaml \
 *       --source a.png --driving b.mp4 --out c.mp4
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from 'keyflow/graphs'
import { openWriter, orThrow, program, toBytes } from 'keyflow/io'
import { tf } from 'keyflow/nodes'
import { animate } from './animate.mjs'
import { drawScene, pose, radii } from './scene.mjs'
import { twoMotions } from './two-motions.mjs'

/** A strip of times: the scene as it is, by affine transforms, by translations. */
const demonstrate = async (folder, count) => {
  const side = 144
  const times = Array.from({ length: count }, (_, i) => i / Math.max(count - 1, 1))
  const moving = await orThrow(async () => program(twoMotions))
  const [driving, source] = [drawScene(times, side), drawScene([0], side)]
  const given = { source, from: pose([0]), to: pose(times), radii: radii(times) }
  const { affine, translated } = run(moving)({}, given).outputs
  const error = (made) => 255 * tf.mean(tf.abs(tf.sub(made, driving))).dataSync()[0]
  const [turned, shifted] = [error(affine), error(translated)]
  console.log(`mean error of 255: ${turned.toFixed(2)} by affine transforms, ${shifted.toFixed(2)} by translations`)
  assert(turned < shifted / 5)
  const columns = tf.concat([driving, affine, translated], 1)
  const picture = join(folder, 'first-order-motion.png')
  const writer = await orThrow(openWriter(picture, { height: 3 * side, width: side, rate: { num: 1, den: 1 } }))
  for (const column of tf.split(columns, times.length))
    await writer.write({ data: toBytes(column, 'nearest'), height: 3 * side, width: side, time: 0 })
  await writer.close()
  console.log(picture)
}

const files = ['checkpoint', 'config', 'source', 'driving']
const option = (name) => [name, { type: 'string' }]
const { values } = parseArgs({ options: Object.fromEntries([...files, 'out', 'frames'].map(option)) })
const asked = files.filter((name) => values[name] !== undefined)
await tf.startEngine()
if (asked.length === 0) await demonstrate(values.out ?? import.meta.dirname, Number(values.frames ?? 5))
else if (asked.length === files.length && values.out !== undefined) console.log(`${await animate(values)} frames`)
else throw new Error(`with --${asked[0]} come all of ${[...files, 'out'].map((name) => `--${name}`).join(', ')}`)
