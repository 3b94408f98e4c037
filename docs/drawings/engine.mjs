// @ts-check
/** What the drawings are made with: our own nodes on the engine that is there, and pictures of the package. */
import sharp from 'sharp'
import { tf } from '../../dist/index.js'

export { tf }

/** Runs a node on arrays; its outputs as nested arrays. @param {any} node @param {Readonly<Record<string, any>>} inputs @returns {any} */
export const told = (node, inputs) =>
  tf.tidy(() => {
    const outputs = node.run(inputs, {})
    return Object.fromEntries(Object.entries(outputs).map(([k, x]) => [k, /** @type {any} */ (x).arraySync()]))
  })

/** A tensor [h, w, 3] in [0, 1] as rows of bytes. @param {any} x */
const bytes = (x) => Uint8Array.from(tf.tidy(() => tf.round(tf.mul(tf.clipByValue(x, 0, 1), 255))).dataSync())

/**
 * Pictures [h, w, 3] side by side, each pixel as a square of `scale`, as a PNG.
 *
 * @param {ReadonlyArray<any>} pictures @param {number} scale @returns {Promise<Uint8Array>}
 */
export const strip = async (pictures, scale) => {
  const gap = 12
  const tiles = await Promise.all(
    pictures.map(async (x) => {
      const [height, width] = x.shape
      const raw = { raw: { width, height, channels: /** @type {const} */ (3) } }
      const size = { width: width * scale, height: height * scale }
      return {
        ...size,
        input: await sharp(bytes(x), raw)
          .resize({ ...size, kernel: 'nearest' })
          .png()
          .toBuffer()
      }
    })
  )
  const width = tiles.reduce((sum, t) => sum + t.width + gap, -gap)
  const height = Math.max(...tiles.map((t) => t.height))
  const placed = tiles.map(({ input }, i) => ({
    input,
    top: 0,
    left: tiles.slice(0, i).reduce((sum, t) => sum + t.width + gap, 0)
  }))
  return sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .composite(placed)
    .png({ compressionLevel: 9 })
    .toBuffer()
}

/** A picture of a file as [1, h, w, 3] in [0, 1]. @param {string} path */
export const picture = async (path) => {
  const { data, info } = await sharp(path).flatten().removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return tf.tidy(() => tf.div(tf.tensor4d(Float32Array.from(data), [1, info.height, info.width, 3]), 255))
}
