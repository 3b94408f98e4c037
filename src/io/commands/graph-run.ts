/** `keyflow graph run`: a graph on tensors from a safetensors file, into another. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import {
  advanced,
  type Batch,
  learner,
  type Program,
  type Result,
  rateAt,
  run as runProgram,
  wiresOf
} from '../../graphs/index.js'
import { get, tf, type Values } from '../../nodes/index.js'
import { limitsOf } from '../animation/index.js'
import type { Report } from '../cli/command.js'
import type { RunOf } from '../cli/declarations.js'
import { type Config, purposeOf } from '../config/index.js'
import { extended } from '../extension/index.js'
import { checksum, type Model, readModel, storedOf, valuesOf, writeModel } from '../model/index.js'
import { complaint, gather, type Problem } from '../problem/index.js'
import { type Asked, attempt, complete, engine, graphFor, played, program, purposeConfigOf } from '../run/index.js'
import { float32Of, readSafetensors, type StoredTensor, writeSafetensors } from '../safetensors/index.js'
import { modelOf, stateOf } from '../training/index.js'

type Stored = Readonly<Record<string, StoredTensor>>
type Options = Parameters<RunOf<'graph run'>>[0]

/** The graph's own name of an input that a user calls otherwise. */
const ownName = (name: string, aliases: Asked['aliases']): string => {
  const alias = Object.entries(aliases).find(([prefix]) => name.startsWith(prefix))
  return alias === undefined ? name : alias[1] + name.slice(alias[0].length)
}

/** Tensors as a record nested by their paths. */
const nest = (values: Values): Record<string, unknown> => {
  const out: Record<string, any> = {}
  for (const [path, x] of Object.entries(values)) {
    const keys = path.split('.')
    const last = keys.pop()!
    keys.reduce((o, k) => (o[k] ??= {}), out)[last] = x
  }
  return out
}

/** The tensors of a file in a few words, or that there is none. */
const listed = (stored: Stored): string => {
  const names = Object.entries(stored).map(([name, { shape }]) => `${name} [${shape.join(' ')}]`)
  const more = names.length > 8 ? `, and ${names.length - 8} more` : ''
  return names.length === 0 ? 'no tensor at all' : `${names.slice(0, 8).join(', ')}${more}`
}

/** The tensors that a program takes, or which are missing among those that there are; others in the file are left alone. */
const inputsOf = (
  file: string,
  stored: Stored,
  taken: Program<any, any>,
  { aliases, learning }: Asked
): E.Either<Problem, Stored> => {
  const bad = complaint(file)
  const renamed = Object.fromEntries(Object.entries(stored).map(([name, x]) => [ownName(name, aliases), x]))
  const ours = (path: string): boolean => learning !== undefined && path.startsWith('sizes.')
  const due = new Map(taken.entries.flatMap(({ path, leaf }) => (ours(path) ? [] : [[path, leaf] as const])))
  const shown = (path: string): string =>
    Object.entries(aliases).reduce(
      (p, [theirs, ours]) => (p.startsWith(ours) ? theirs + p.slice(ours.length) : p),
      path
    )
  const [first, ...rest] = [...due].flatMap(([path, leaf]) =>
    renamed[path] === undefined ? [bad(shown(path), `a tensor [${leaf.dims.join(' ')}]`, listed(stored))] : []
  )
  return first === undefined
    ? E.right(Object.fromEntries([...due.keys()].map((path) => [path, renamed[path]!])))
    : E.left(gather(first, rest))
}

/** The outputs and side outputs of a run as a file keeps them; they are let go. */
const storedResult = (taken: Program<any, any>, { outputs, taps }: Result<any>): Stored => {
  const named = [
    ...wiresOf(taken.outputs).map(
      ([path]) => [path === '' ? 'output' : path, get(outputs, path) as tf.Tensor] as const
    ),
    ...Object.entries(taps).map(([path, x]) => [`taps.${path}`, x] as const)
  ]
  const result = storedOf(Object.fromEntries(named))
  tf.dispose(named.map(([, x]) => x))
  return result
}

/** Stored tensors as the program takes them. */
const tensorsOf = (taken: Program<any, any>, inputs: Stored): Values =>
  Object.fromEntries(
    taken.entries.flatMap(({ path, leaf: { dtype } }) => {
      const x = inputs[path]
      return x === undefined ? [] : [[path, tf.tensor(float32Of(x), [...x.shape], dtype)]]
    })
  )

/** Runs a program on stored tensors; every tensor of the engine is gone afterwards. */
const compute = (taken: Program<any, any>, weights: Values, inputs: Stored): Stored => {
  const given = tensorsOf(taken, inputs)
  try {
    return storedResult(taken, runProgram(taken, { check: true })(weights, nest(given)))
  } finally {
    tf.dispose([given, weights] as tf.TensorContainer)
  }
}

/** A configuration that says how to train. */
type Trainable = Config & { readonly train_params: NonNullable<Config['train_params']> }

/** Runs a program that learns: what it gives, and the model after it. */
const learn = (taken: Program<any, any>, model: Model, config: Trainable, inputs: Stored, origin: string) => {
  const given = tensorsOf(taken, inputs)
  const state = stateOf(model, Object.keys(taken.weights))
  const { lr, epoch_milestones } = config.train_params
  try {
    const rate = rateAt(lr, epoch_milestones, state.epoch)
    const result = learner(taken, { check: true })(state, nest(given) as unknown as Batch, rate)
    const after = advanced(state, { ...state.values, ...result.updates })
    const next = modelOf(after, config, { file: origin, sha256: checksum(model.tensors) })
    tf.dispose(result.updates)
    return { outputs: storedResult(taken, result), next }
  } finally {
    tf.dispose([given, state.values] as tf.TensorContainer)
  }
}

/** Predictions take the first few frames: all that are given, or, given a whole sequence, as many as are set. */
const startingWith = (inputs: Stored, set: Readonly<Record<string, unknown>>, frames: number) => {
  const steps = inputs['mean']?.shape[1] ?? 0
  return set['init_frames'] === undefined && steps > 0 && steps < frames ? { init_frames: steps } : {}
}

/** What a graph with sources of its own has no use for. */
const unused = (o: Readonly<Record<'inputs' | 'outputs', string | undefined>> & { readonly taps: boolean }) =>
  (['inputs', 'outputs', 'taps'] as const).flatMap(
    (name): ReadonlyArray<Problem> =>
      o[name]
        ? [
            {
              _tag: 'Usage',
              at: `--${name}`,
              expected: 'nothing: the graph opens its own files',
              actual: String(o[name])
            }
          ]
        : []
  )

const useless = (at: string, expected: string, actual: string): TE.TaskEither<Problem, never> =>
  TE.left({ _tag: 'Usage', at, expected, actual })

/** The configuration that a graph is made for: a file's, else the model's. */
const configFor = (o: Pick<Options, 'config'>, model: Model | undefined): TE.TaskEither<Problem, Config> =>
  o.config === undefined && model !== undefined ? TE.right(model.config) : purposeConfigOf(undefined, o.config)

/** What a graph is made for, with the options that are set; a prediction starts with the frames that are given. */
const purposeFor = (o: Pick<Options, 'config' | 'set'>, model: Model | undefined, given: Stored) =>
  pipe(
    configFor(o, model),
    TE.flatMapEither((config) =>
      pipe(
        purposeOf(config, o.set),
        E.flatMap((p) => purposeOf(config, { ...startingWith(given, o.set, p.prediction.frames), ...o.set }))
      )
    )
  )

/** What a graph that learns gives, and the model after it. */
const learnFrom = (
  o: Pick<Options, 'config' | 'model'>,
  taken: Program<any, any>,
  model: Model | undefined,
  inputs: Stored
) =>
  pipe(
    configFor(o, model),
    TE.flatMap((config) => {
      const trains = config.train_params
      const bad = complaint(o.config ?? o.model ?? '--config')
      if (model === undefined) return useless('--model', 'a model to learn from', 'none')
      return trains === null
        ? TE.left(bad('train_params', 'how to train', 'nothing'))
        : attempt(() => learn(taken, model, { ...config, train_params: trains }, inputs, o.model ?? ''))
    })
  )

export const run: RunOf<'graph run'> = (o, terminal) => {
  const { name, model, inputs, outputs, taps, backend, next } = o
  return pipe(
    TE.Do,
    TE.bind('tables', () => extended(o.with)),
    TE.bind('model', () => (model === undefined ? TE.right(undefined) : readModel(model))),
    TE.bind('given', () => (inputs === undefined ? TE.right({ tensors: {} }) : readSafetensors(inputs))),
    TE.bind('asked', ({ given, model: m, tables }) => graphFor(name, () => purposeFor(o, m, given.tensors), tables)),
    TE.bind('program', ({ asked }) => TE.fromEither(program(asked.graph, { taps, ...asked }))),
    TE.tap(({ program: p, model: m }) => complete(p, m)),
    TE.tap(({ program: p }) => {
      const all = p.sources.length > 0 ? unused(o) : []
      return all.length > 0 ? TE.left<Problem>({ _tag: 'Problems', all }) : TE.right(undefined)
    }),
    TE.bind('taken', ({ given, program: p, asked }) =>
      p.sources.length > 0 ? TE.right({}) : TE.fromEither(inputsOf(inputs ?? '--inputs', given.tensors, p, asked))
    ),
    TE.bind('engine', () => engine(backend, terminal.say)),
    TE.flatMap(({ program: p, model: m, asked, taken, tables, engine: e }): TE.TaskEither<Problem, Report> => {
      const held = m ?? { tensors: {} }
      if (p.sources.length > 0)
        return pipe(
          played(p, { model: held, limits: limitsOf(o), label: 'run', tables }, terminal, () => {}),
          TE.map(({ frames }) => ({ json: { engine: e, frames }, text: `${frames} frames` }))
        )
      if (outputs === undefined) return useless('--outputs', 'a file (the graph has no sinks of its own)', 'nothing')
      if (next !== undefined && asked.learning === undefined) return useless('--next', 'a graph that learns', name)
      const ran: TE.TaskEither<Problem, { readonly outputs: Stored; readonly next: Model | undefined }> =
        asked.learning === undefined
          ? attempt(() => ({ outputs: compute(p, valuesOf(held, Object.keys(p.weights)), taken), next: undefined }))
          : learnFrom(o, p, m, taken)
      return pipe(
        ran,
        TE.tap((made) => writeSafetensors(outputs, { tensors: made.outputs, metadata: {} })),
        TE.tap((made) =>
          next === undefined || made.next === undefined ? TE.right(undefined) : writeModel(next, made.next)
        ),
        TE.map(({ outputs: computed }) => {
          const made = Object.entries(computed).map(([path, { shape }]) => ({ name: path, shape }))
          return { json: { path: outputs, engine: e, outputs: made }, text: outputs }
        })
      )
    })
  )
}
