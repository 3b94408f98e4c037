/** The contract of `keyflow graph run`, held to the golden values through the commands themselves. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { run as graphRun } from '../../src/io/commands/graph-run.js'
import { run as importRun } from '../../src/io/commands/import.js'
import { float32Of, storedFloat32 } from '../../src/io/safetensors/safetensors.js'
import * as G from './golden.js'

type Backend = 'tensorflow' | 'wasm'

const unlimited = {
  with: [],
  next: undefined,
  config: undefined,
  maxPixels: undefined,
  maxFrames: undefined,
  maxSeconds: undefined
}

const file = (name: string): string => join(G.temporary, name)

const importModel = async (
  set: string,
  checkpoint: string,
  config = join(G.folder, set, 'config.yaml')
): Promise<string> => {
  const out = file(`${set}-${checkpoint.replaceAll(/\W/g, '-')}.safetensors`)
  await G.must(
    importRun({ checkpoint: join(G.folder, set, checkpoint), config, out, half: false, weightsOnly: false }, G.terminal)
  )
  return out
}

const compute = async (
  backend: Backend,
  name: string,
  model: string,
  inputs: G.Tensors,
  set: Readonly<Record<string, boolean | number | string>> = {},
  taps = false
): Promise<G.Tensors> => {
  const [ins, outs] = [file(`${name}-in.safetensors`), file(`${name}-out.safetensors`)]
  writeFileSync(ins, G.bytes(inputs))
  await G.must(graphRun({ name, model, inputs: ins, outputs: outs, taps, set, backend, ...unlimited }, G.terminal))
  return G.read(outs)
}

const sets = G.present ? readdirSync(G.folder).filter((d) => existsSync(join(G.folder, d, 'eval.safetensors'))) : []

/** Keypoints of frame `d` under a prefix, as the contract names them. */
const points = (prefix: string, golden: G.Tensors, kp: string, d: number): G.Tensors => ({
  [`${prefix}.mean`]: G.at(golden[`${kp}mean`]!, d),
  ...(golden[`${kp}var`] === undefined ? {} : { [`${prefix}.var`]: G.at(golden[`${kp}var`]!, d) })
})

const channelsLast = (x: G.Tensors[string]) => (x.shape.length === 5 && x.shape[2] === 1 ? G.frames(x) : x)

const evaluation = (backend: Backend) => {
  for (const set of sets)
    it(`evaluates ${set} as the original does`, async () => {
      const model = await importModel(set, 'weights.safetensors')
      const { tensors } = G.manifest(set)
      const given = G.read(join(G.folder, set, 'inputs.safetensors'))
      const golden = G.read(join(G.folder, set, 'eval.safetensors'))
      const hold = (name: string, got: G.Tensors[string] | undefined, want = golden[name]!) =>
        G.holds(`${set} ${name}`, got, want, tensors[name]!)
      for (const [d, input] of ['source', 'video'].entries()) {
        const kp = await compute(backend, 'detect', model, { frames: G.frames(given[input]!) })
        for (const part of ['mean', 'var'])
          if (golden[`eval/kp/${part}`] !== undefined)
            hold(`eval/kp/${part}`, kp[part], G.at(golden[`eval/kp/${part}`]!, d))
      }
      const moving = {
        source: G.frames(given['source']!),
        ...points('source', golden, 'eval/kp/', 0),
        ...points('driving', golden, 'eval/kp/', 1)
      }
      const made = await compute(backend, 'generate', model, moving)
      hold('eval/gen/video_prediction', made['prediction'], G.frames(golden['eval/gen/video_prediction']!))
      if (golden['eval/gen/video_deformed'] !== undefined)
        hold('eval/gen/video_deformed', made['deformed'], G.frames(golden['eval/gen/video_deformed']!))
    })
}

/** Our side outputs by the golden intermediates' names. */
const inside: Readonly<Record<string, readonly [graph: string, tap: string]>> = {
  'eval/i/kp/logits': ['detect', 'taps.logits'],
  'eval/i/kp/heatmap': ['detect', 'taps.heatmap'],
  'eval/i/gen/dm/mask_embedding': ['motion', 'taps.embedding'],
  'eval/i/gen/dm/prediction': ['motion', 'taps.prediction'],
  'eval/i/gen/dm/mask': ['motion', 'mask'],
  'eval/i/gen/dm/correction': ['motion', 'taps.correction'],
  'eval/i/gen/dm/relative': ['motion', 'taps.relative']
}

const intermediates = (backend: Backend) => {
  for (const set of sets.filter((d) => existsSync(join(G.folder, d, 'eval_intermediates.safetensors'))))
    it(`passes the same values on inside ${set}`, async () => {
      const model = await importModel(set, 'weights.safetensors')
      const { tensors } = G.manifest(set)
      const given = G.read(join(G.folder, set, 'inputs.safetensors'))
      const golden = G.read(join(G.folder, set, 'eval.safetensors'))
      const parts = G.read(join(G.folder, set, 'eval_intermediates.safetensors'))
      const one = (x: G.Tensors[string]) =>
        storedFloat32([1, ...x.shape.slice(1)], float32Of(x).slice(0, float32Of(x).length / x.shape[0]!))
      const moving = {
        source: one(G.frames(given['source']!)),
        ...Object.fromEntries(
          Object.entries({
            ...points('source', golden, 'eval/kp/', 0),
            ...points('driving', golden, 'eval/kp/', 1)
          }).map(([k, x]) => [k, one(x)])
        )
      }
      const got: Record<string, G.Tensors> = {
        detect: await compute(backend, 'detect', model, { frames: one(G.frames(given['source']!)) }, {}, true),
        motion: await compute(backend, 'motion', model, moving, {}, true)
      }
      for (const [name, [graph, tap]] of Object.entries(inside))
        if (parts[name] !== undefined) G.holds(name, got[graph]![tap], channelsLast(parts[name]), tensors[name]!)
      const deformation = parts['eval/i/gen/dm/deformation']!
      const [, , h, w] = deformation.shape as [number, number, number, number]
      const xy = Float32Array.from(
        { length: h * w * 2 },
        (_, i) => float32Of(deformation)[Math.floor(i / 2) * 3 + (i % 2)]!
      )
      G.holds('flow', got['motion']!['flow'], storedFloat32([1, h, w, 2], xy), tensors['eval/i/gen/dm/deformation']!)
    })
}

const discrimination = (backend: Backend) => {
  for (const set of sets)
    it(`discriminates ${set} as the original does`, async () => {
      const model = await importModel(set, 'weights.safetensors')
      const { tensors } = G.manifest(set)
      const golden = G.read(join(G.folder, set, 'train.safetensors'))
      const given = G.read(join(G.folder, set, 'inputs.safetensors'))
      const kp = { ...points('source', golden, 'train/kp/', 0), ...points('driving', golden, 'train/kp/', 1) }
      const judged = {
        fake: G.frames(golden['train/gen/video_prediction']!),
        real: G.frames(given['video']!)
      }
      for (const [which, frames] of Object.entries(judged)) {
        const maps = await compute(backend, 'discriminate', model, { frames, ...kp })
        for (let i = 1; golden[`train/disc/${which}.${i}`] !== undefined; i++) {
          const name = `train/disc/${which}.${i}`
          G.holds(`${set} ${name}`, maps[`maps.${i}`], channelsLast(golden[name]!), tensors[name]!)
        }
        G.holds('map 0', maps['maps.0'], frames, { f64: 0 })
      }
    })
}

const flagsOf = (name: string): Readonly<Record<string, boolean>> =>
  Object.fromEntries(name.split(',').map((f) => [f.split('=')[0]!, f.endsWith('1')]))

const first = (x: G.Tensors[string]) => G.reshape(x, x.shape.slice(1)) // without the batch of one

const transfers = (backend: Backend) => {
  const model = () => importModel('shapes-like', 'weights.safetensors')
  const golden = () => G.read(join(G.folder, 'transfer', 'outputs.safetensors'))
  const { tensors } = G.present ? G.manifest('transfer') : { tensors: {} }
  const given = () => G.read(join(G.folder, 'transfer', 'inputs.safetensors'))
  const flags = [...new Set(Object.keys(tensors).flatMap((k) => /kp_norm\/([^/]+)\//.exec(k)?.[1] ?? []))]
  for (const kind of ['transfer', 'synth'])
    for (const flag of flags.filter((f) => tensors[`${kind}/kp_norm/${f}/mean`] !== undefined))
      it(`normalises ${kind} keypoints with ${flag}`, async () => {
        const [want, inputs] = [golden(), given()]
        const from = kind === 'synth' ? inputs : want
        const name = (side: string, part: string) =>
          kind === 'synth' ? `synth/${side}.${part}` : `transfer/kp_${side}.${part}`
        const kp = Object.fromEntries(
          ['source', 'driving'].flatMap((side) =>
            ['mean', 'var'].map((part) => [`${side}.${part}`, first(from[name(side, part)]!)])
          )
        )
        // synthetic keypoints are more than the model has: their number comes with the configuration
        const made = kind === 'synth' ? await importModel('mgif-like', 'weights.safetensors') : await model()
        const got = await compute(backend, 'normalise', made, kp, flagsOf(flag))
        for (const part of ['mean', 'var']) {
          const key = `${kind}/kp_norm/${flag}/${part}`
          G.holds(key, got[part], first(want[key]!), tensors[key]!)
        }
      })
  for (const key of Object.keys(tensors).filter((k) => k.endsWith('video_prediction')))
    it(`makes ${key}`, async () => {
      const [want, inputs] = [golden(), given()]
      const { source, driving } = inputs as Record<string, G.Tensors[string]>
      const pictures = { source: first(G.frames(source!)), driving: G.frames(driving!) }
      const got = await compute(backend, 'transfer', await model(), pictures, flagsOf(key.split('/')[2]!))
      G.holds(key, got['prediction'], G.frames(want[key]!), tensors[key]!)
      for (const [ours, theirs] of Object.entries({ source: 'kp_source', driving: 'kp_driving' }))
        G.holds(
          theirs,
          got[`${ours}.mean`],
          first(want[`transfer/${theirs}.mean`]!),
          tensors[`transfer/${theirs}.mean`]!
        )
    })
}

const predictions = (backend: Backend) => {
  for (const set of ['prediction', 'prediction-constant'])
    it(`predicts ${set} as the original does`, async () => {
      const { spec, tensors } = G.manifest(set)
      const config = file(`${set}.json`)
      const common = { num_kp: spec.num_kp, kp_variance: spec.kp_variance, num_channels: 3 }
      const net = { block_expansion: 2, max_features: 4, num_blocks: 1 }
      const rnn_params = { num_features: spec.num_features, num_layers: spec.num_layers, dropout: 0 }
      const written = {
        model_params: {
          common_params: common,
          kp_detector_params: { ...net, temperature: 0.1 },
          generator_params: { ...net, num_refinement_blocks: 0 }
        },
        prediction_params: { rnn_params, init_frames: spec.init_frames, num_frames: 3 }
      }
      writeFileSync(config, JSON.stringify(written)) // JSON is YAML
      const model = await importModel(set, 'weights.safetensors', config)
      const given = G.read(join(G.folder, set, 'inputs.safetensors'))
      const golden = G.read(join(G.folder, set, 'outputs.safetensors'))
      const steps = given['kp.mean']!.shape[1]!
      const start = (x: G.Tensors[string]) => {
        const [b, t, ...rest] = x.shape as [number, number, ...Array<number>]
        const each = rest.reduce((a, c) => a * c, 1)
        const kept = Array.from({ length: b }, (_, i) => [
          ...float32Of(x).slice(i * t * each, (i * t + spec.init_frames) * each)
        ])
        return storedFloat32([b, spec.init_frames, ...rest], Float32Array.from(kept.flat()))
      }
      const all = { mean: given['kp.mean']!, ...(given['kp.var'] === undefined ? {} : { var: given['kp.var'] }) }
      const few = Object.fromEntries(Object.entries(all).map(([k, x]) => [k, start(x)]))
      for (const inputs of [few, all]) {
        const got = await compute(backend, 'predict', model, inputs, { frames: steps })
        for (const part of Object.keys(all)) G.holds(part, got[part], golden[`out/${part}`]!, tensors[`out/${part}`]!)
      }
    })
}

const checkpoints = (backend: Backend) => {
  for (const which of ['legacy', 'zip'])
    it(`imports the ${which} checkpoint and detects with it as the original does`, async () => {
      const model = await importModel('checkpoint', `checkpoint-${which}.pth.tar`)
      const golden = G.read(join(G.folder, 'checkpoint', 'outputs.safetensors'))
      const given = G.read(join(G.folder, 'shapes-like', 'inputs.safetensors'))
      const kp = await compute(backend, 'detect', model, { frames: G.frames(given['source']!) })
      const listed = G.manifest('shapes-like').tensors['eval/kp/mean']!
      G.holds('mean', kp['mean'], G.at(golden['eval/kp/mean']!, 0), listed)
    })
}

/** Every graph of the contract, on one backend. */
export const contract = (backend: Backend): void => {
  describe.skipIf(!G.present)(
    `graph run on ${backend}, held to the golden values (skipped without ../shared/golden)`,
    () => {
      for (const part of [evaluation, intermediates, discrimination, transfers, predictions, checkpoints]) part(backend)
    }
  )
}
