import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import sharp from 'sharp'
import { beforeAll, expect, it } from 'vitest'
import type { Batch } from '../../../src/graphs/training-sheet.js'
import { drawable, picture, writePicture } from '../../../src/io/training/pictures.js'
import * as tf from '../../../src/nodes/tf.js'
import { done, folder, refusal } from './common.js'

const side = 8
const config = (draw_border = false, kp_size = 1) => ({
  visualizer_params: { kp_size, draw_border, colormap: 'gist_rainbow' }
})

beforeAll(() => tf.startEngine('cpu'))

/** A batch of `rows` samples: every column has its own grey, every sample is a little lighter. */
const batch = (rows: number, more: ReadonlyArray<string> = []): Batch => {
  const grey = (column: number): tf.Tensor4D =>
    tf.tidy(() =>
      tf.mul(
        tf.ones<tf.Rank.R4>([rows, side, side, 3]),
        tf.reshape(tf.add(tf.mul(tf.range(0, rows), 0.01), (column + 1) / 20), [rows, 1, 1, 1])
      )
    )
  const points = (x: number, y: number): tf.Tensor3D => tf.tensor3d(Array.from({ length: rows }, () => [[x, y]]))
  return {
    source: grey(0),
    driving: grey(1),
    deformed: grey(2),
    prediction: grey(3),
    sourcePoints: points(-1, -1),
    drivingPoints: points(1, 1),
    more: Object.fromEntries(more.map((name, i) => [name, grey(4 + i)]))
  }
}

const pixels = async (png: Uint8Array) => {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  return {
    ...info,
    at: (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)]
  }
}

const grey = (column: number, row: number): ReadonlyArray<number> =>
  Array.from({ length: 3 }, () => Math.floor(255 * Math.fround((column + 1) / 20 + 0.01 * row)))

it('has a row for each sample and its columns in order', async () => {
  const { png, height, width } = await done(picture(config(), batch(3, ['difference'])))
  const sheet = await pixels(png)
  expect([sheet.height, sheet.width, sheet.channels]).toEqual([3 * side, 6 * side, 3])
  expect([height, width]).toEqual([3 * side, 6 * side])
  const order = [0, 1, 2, 3, 1, 4] // driving once more, to hold the prediction against
  for (let row = 0; row < 3; row++)
    for (const [x, column] of order.entries())
      for (const c of [0, 1, 2])
        expect(Math.abs(sheet.at(x * side + 4, row * side + 3)[c]! - grey(column, row)[c]!)).toBeLessThanOrEqual(1)
})

it('draws keypoints on source and driving alone, as large as asked', async () => {
  const sheet = await pixels((await done(picture(config(), batch(1)))).png)
  expect(sheet.at(0, 0)).toEqual([255, 0, 0])
  expect(sheet.at(2 * side - 1, side - 1)).toEqual([255, 0, 0])
  expect(sheet.at(5 * side - 1, side - 1)).not.toEqual([255, 0, 0])
  expect(sheet.at(2, 0)).not.toEqual([255, 0, 0])
  const large = await pixels((await done(picture(config(false, 2), batch(1)))).png)
  expect(large.at(2, 0)).toEqual([255, 0, 0])
})

it('has white borders where they are asked for', async () => {
  const sheet = await pixels((await done(picture(config(true), batch(2)))).png)
  for (let x = 0; x < sheet.width; x++)
    for (let y = 0; y < sheet.height; y++) {
      const edge = [x % side, y % side].some((at) => at === 0 || at === side - 1)
      expect(sheet.at(x, y).every((v) => v === 255)).toBe(edge)
    }
})

it('shows the first samples of a large batch, and leaves no tensor behind', async () => {
  const large = batch(11)
  const before = tf.memory().numTensors
  expect((await done(picture(config(), large))).height).toBe(8 * side)
  expect((await done(picture(config(), large, 2))).height).toBe(2 * side)
  expect(tf.memory().numTensors).toBe(before)
})

it('is a file, the same for the same batch', async () => {
  const dir = folder()
  const { png } = await done(writePicture(join(dir, 'a.png'), config(), batch(2)))
  await done(writePicture(join(dir, 'b.png'), config(), batch(2)))
  expect(readFileSync(join(dir, 'a.png')).equals(png)).toBe(true)
  expect(readFileSync(join(dir, 'b.png')).equals(png)).toBe(true)
  expect(readdirSync(dir)).toHaveLength(2)
})

it('is refused where sizes differ or the colours are unknown', async () => {
  const odd = { ...batch(2), deformed: tf.zeros<tf.Rank.R4>([2, side, side + 1, 3]) }
  expect(await refusal(picture(config(), odd))).toMatch(/deformed\[2\]: expected .*8.*, got .*9/)
  expect(E.isRight(drawable(config()))).toBe(true)
  expect(drawable({ visualizer_params: { kp_size: 1, draw_border: false, colormap: 'jet' } })).toMatchObject({
    left: { expected: 'gist_rainbow', actual: 'jet' }
  })
})
