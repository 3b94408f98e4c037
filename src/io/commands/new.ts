/** `keyflow new`: the beginning of a node, a graph or a pipeline of one's own, with laws and a test. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunOf } from '../cli/declarations.js'
import { quoted } from '../cli/option.js'
import { type Begun, scaffold } from '../scaffold/index.js'

/** A file that comes with the package, as seen from the working directory. */
const ours = (name: string): string =>
  relative('', fileURLToPath(new URL(`../../../models/${name}`, import.meta.url))).replaceAll('\\', '/')

/** A text inside a program. */
const text = (value: string): string => JSON.stringify(value)

/** Runs a program of modules. */
const evaluated = (program: string): string => `node --input-type=module -e ${quoted(program)}`

/** Runs a graph, or a node as one, on grey pictures. */
const onGrey = (main: string, name: string, input: string): string => {
  const [given, made] = [`${name}-in.safetensors`, `${name}-out.safetensors`]
  const grey = `storedFloat32([1, 2, 2, 3], new Float32Array(12).fill(0.25))`
  const written = `writeSafetensors(${text(given)}, { tensors: { ${input}: ${grey} }, metadata: {} })`
  const write = evaluated(`import { storedFloat32, writeSafetensors } from "keyflow/io"; await ${written}()`)
  return `${write} && npx keyflow graph run ${quoted(main)} --inputs ${given} --outputs ${made}`
}

/** Moves the picture that comes with the package, and tells the time of each frame. */
const onDemo = (main: string, name: string): string => {
  const value = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const [source, driving, model] = ['demo/source.png', 'demo/driving.mp4', 'shapes.safetensors'].map(ours).map(text)
  const frames = `${value}(${source}, ${driving}, { model: ${model}, strength: 1 })`
  const loaded = `import { loadModule } from "keyflow/io"; const { ${value} } = (await loadModule(${text(main)})()).right`
  return evaluated(`${loaded}; for await (const { time } of ${frames}) console.log(time)`)
}

const trying = {
  node: (main: string, name: string) => onGrey(main, name, 'x'),
  graph: (main: string, name: string) => onGrey(main, name, 'frames'),
  pipeline: onDemo
}

const begin =
  (kind: Begun): RunOf<'new node'> =>
  ({ name, out, force }, terminal) =>
    pipe(
      scaffold({ kind, name, folder: out, force }),
      TE.map((paths) => {
        const [main = '', , test = ''] = paths
        if (kind !== 'pipeline') terminal.say(`to look at it: npx keyflow graph check ${quoted(main)}`)
        terminal.say(`to run it: ${trying[kind](main, name)}`)
        terminal.say(`to test it: npm install --save-dev vitest fast-check && npx vitest run ${quoted(test)}`)
        return { json: { kind, paths }, text: paths.join('\n') }
      })
    )

export const node = begin('node')
export const graph = begin('graph')
export const pipeline = begin('pipeline')
