/** Films that commands write into a folder: as ours, or by the sink of an extension. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { filmsInto } from '../../src/io/animation/films-into.js'
import { formatFor } from '../../src/io/extension/choose.js'
import { tablesOf } from '../../src/io/extension/tables.js'
import { drawing } from '../../src/io/measures/drawn.js'
import { openClip } from '../../src/io/media/index.js'
import { showProblem } from '../../src/io/problem/index.js'
import { family, type Sink, type Values } from '../../src/nodes/node.js'
import { record, tensor } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import type { Receiver } from '../../src/streams/play.js'
import { temporaryFolder } from '../temporary.js'

beforeAll(() => tf.startEngine())

/** What the sink was asked for and given. */
const told: Array<unknown> = []
beforeEach(() => told.splice(0))

class Raw implements Receiver {
  async write({ frames }: Values, times?: ReadonlyArray<number>) {
    told.push(frames?.shape, times)
  }
  async close() {
    told.push('closed')
  }
  async abort() {
    told.push('aborted')
  }
}

const writeRaw = family(
  'writeRaw',
  t.strict({ path: t.string }),
  (settings): Sink<any> => ({
    ...{ _tag: 'Sink', kind: 'writeRaw', settings },
    ...{ inputs: record({ frames: tensor('T H W 3') }), outputs: record({}) }
  })
)
const merged = tablesOf([
  {
    name: 'raws',
    nodes: { writeRaw },
    sinks: {
      writeRaw: {
        endings: ['.raw'],
        open: async ({ path }: { readonly path: string }, { rate }) => {
          told.push(path, rate)
          return new Raw()
        }
      }
    }
  }
])
if (E.isLeft(merged)) throw new Error(showProblem(merged.left))
const tables = merged.right
const rate = { num: 10, den: 1 }
const detector = {
  witness: { name: 'eye', checksum: '' },
  identifies: false,
  detect: async () => [],
  close: () => {}
} as never

it('a format is one of ours, or the ending that a sink takes', () => {
  for (const format of ['mp4', 'gif', 'png', 'frames', 'raw'])
    expect(formatFor(tables, format)).toEqual(E.right(format))
  const refused = (format: string) => {
    const found = formatFor(tables, format)
    return E.isLeft(found) ? showProblem(found.left) : 'none'
  }
  expect(refused('rwa')).toBe('--format: expected raw, perhaps, got rwa')
  expect(refused('something')).toBe('--format: expected one of mp4, webm, gif, webp, png, raw, frames, got something')
})

it('keypoints are drawn into the sink of an extension, and into films of ours', async () => {
  const folder = temporaryFolder('drawn')
  const [real, generated] = [tf.zeros([2, 8, 16, 3]), tf.ones([2, 8, 16, 3])] as [tf.Tensor4D, tf.Tensor4D]
  const seen = [{ pose: [[3, 4], null], identity: null }]
  const both = [
    [...seen, ...seen],
    [...seen, ...seen]
  ] as never
  const before = tf.memory().numTensors
  for (const format of ['raw', 'frames']) {
    const drawn = drawing(filmsInto(tables, folder, format), 'film', [detector], rate)
    await drawn.onlook(real, generated, [both])
    await drawn.onlook(real, generated, [both])
    await drawn.close()
  }
  expect(tf.memory().numTensors).toBe(before)
  expect(told).toEqual([
    join(folder, 'film-eye.raw'),
    rate,
    [2, 8, 32, 3],
    [0, 0.1],
    [2, 8, 32, 3],
    [0.2, 0.3],
    'closed'
  ])
  const clip = await openClip(join(folder, 'film-eye'), {})()
  expect(clip).toMatchObject({ right: { height: 8, width: 32 } })
  tf.dispose([real, generated])
})
