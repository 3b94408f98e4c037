/** An extension with one of each: a node, a graph, a form of dataset, a sink of films, a measure. */
import { open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as t from 'io-ts'
import { body, define, extension, graph, record, tensor, tf, toNode, type Wire } from 'keyflow'
import { type Named, named } from 'keyflow/graphs'
import { attempt, complaint, type DatasetFormat, type FrameMeasure, MediaFailure, type SinkDriver, toBytes } from 'keyflow/io'
import { family, positive, type Sink } from 'keyflow/nodes'

/** Pictures in few colours: `y = floor(levels x) / (levels - 1)`, from pictures in [0, 1] to pictures in [0, 1]; 2 levels at least. */
export const posterise = define('posterise', t.strict({ levels: positive }), ({ levels }) =>
  body({ inputs: record({ x: tensor('B H W C') }), outputs: record({ y: tensor('B H W C') }) }, ({ x }) => {
    const step = tf.minimum(tf.floor(tf.mul(x, levels)), levels - 1)
    return { y: tf.div(step, Math.max(1, levels - 1)) }
  })
)

/** A transfer whose result is a poster: the graph `transfer` of keyflow with a step behind it. */
const poster: Named = {
  summary: 'a source picture moved by driving frames, in four colours a channel',
  aliases: {},
  build: (purpose) => {
    const whole = named['transfer']!.build(purpose)
    return graph('poster', whole.inputs, (inputs, { step }) => {
      const made = step('', toNode(whole), inputs as never) // a step without a name: the weights keep theirs
      const { prediction } = made as { readonly prediction: Wire<tf.Tensor4D> }
      return { prediction, poster: step('poster', posterise({ levels: 4 }), { x: prediction }).y }
    })
  }
}

/** A list of films: `train walk.gif` or `test run.mp4` in each line, paths as seen from the list. */
const list: DatasetFormat = {
  summary: 'a text file with the part and the path of a film in each line',
  endings: ['.list'],
  layout: (path) =>
    attempt(async () => {
      const lines = (await readFile(path, 'utf8')).split('\n').map((line, i) => ({ line: line.trim(), at: `line ${i + 1}` }))
      const entries = lines.flatMap(({ line, at }) => {
        if (line === '') return []
        const [, part, film] = /^(train|test)\s+(.+)$/.exec(line) ?? []
        if (film === undefined) throw new MediaFailure(complaint(path)(at, 'train or test, and a path', line))
        return [{ part, name: basename(film), path: join(dirname(path), film) }]
      })
      const of = (part: string) => entries.filter((entry) => entry.part === part)
      return { division: { by: 'file' }, train: of('train'), test: of('test'), passed: [] }
    })
}

/** Where a film goes as PPM pictures behind one another, which need no codec: `ffplay -f ppm_pipe film.ppm` shows it. */
export const writePpm = family(
  'writePpm',
  t.strict({ path: t.string }),
  (settings): Sink<{ readonly frames: tf.Tensor4D }> => ({
    ...{ _tag: 'Sink', kind: 'writePpm', settings },
    ...{ inputs: record({ frames: tensor('T H W 3') }), outputs: record({}) }
  })
)

const ppm: SinkDriver<{ readonly path: string }> = {
  endings: ['.ppm'],
  open: async ({ path }) => {
    const partial = `${path}.partial`
    const file = await open(partial, 'w')
    return {
      write: async ({ frames }) => {
        const [count = 0, height, width] = frames!.shape
        const bytes = toBytes(frames as tf.Tensor4D, 'nearest')
        const size = bytes.length / count
        for (let i = 0; i < count; i++) {
          await file.writeFile(`P6 ${width} ${height} 255\n`)
          await file.writeFile(bytes.subarray(i * size, (i + 1) * size))
        }
      },
      close: async () => {
        await file.close()
        await rename(partial, path)
      },
      abort: async () => {
        await file.close().catch(() => {})
        await rm(partial, { force: true })
      }
    }
  }
}

/** Peak signal-to-noise ratio: `-10 log10(mean (real - generated)^2)`; without a value where they are equal. */
const psnr: FrameMeasure = {
  unit: 'dB',
  definition: 'peak signal-to-noise ratio of a frame; equal frames are left out',
  compare: (real, generated) =>
    tf.mul(tf.log(tf.mean(tf.squaredDifference(real, generated), [1, 2, 3])), -10 / Math.LN10)
}

export default extension({
  name: 'keyflow-example-extension',
  nodes: { posterise, writePpm },
  graphs: { poster },
  datasets: { list },
  sinks: { writePpm: ppm },
  measures: { PSNR: psnr }
})
