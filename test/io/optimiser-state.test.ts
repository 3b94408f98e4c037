import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Key, Py, PyDict, PyList } from '../../src/io/checkpoint/pickle-value.js'
import { checkpointPieces, pyDict } from '../../src/io/checkpoint/write-checkpoint.js'
import { run as importRun } from '../../src/io/commands/import.js'
import { originalCheckpoint } from '../../src/io/model/export.js'
import { readModel } from '../../src/io/model/model.js'
import { temporaryFolder } from '../temporary.js'
import * as S from './small-model.js'

const folder = temporaryFolder('optimiser')
const yaml = join(folder, 'small.yaml')
S.writeConfig(yaml)

type Dict = PyDict
const at = (dict: Dict, key: Key): Dict => dict.entries.get(key) as Dict
const put = (dict: Dict, key: Key, value: Py): void => void dict.entries.set(key, value)
const list = (...items: ReadonlyArray<Py>): PyList => ({ _tag: 'list', items: [...items] })

/** One optimiser of a checkpoint, its group and its state open to changes. */
interface Open {
  readonly all: Dict
  readonly optimiser: Dict
  readonly group: Dict
  readonly state: Dict
}

let made = 0
/** A checkpoint of the small model with something changed. */
const changed = (change: (open: Open) => void, era: 'zip' | 'legacy' = 'zip'): string => {
  const saved = originalCheckpoint(S.model(), era)
  const all = saved.value as Dict
  const optimiser = at(all, 'optimizer_generator')
  const [group] = (optimiser.entries.get('param_groups') as PyList).items as [Dict]
  change({ all, optimiser, group, state: at(optimiser, 'state') })
  const used = JSON.stringify(all, (_, v) => (v instanceof Map ? [...v] : typeof v === 'bigint' ? `${v}` : v))
  const storages = new Map([...saved.storages].filter(([key]) => used.includes(`"key":"${key}"`)))
  const pieces = checkpointPieces('f', { value: all, storages }, era)
  const to = join(folder, `${++made}.pth`)
  writeFileSync(to, Buffer.concat(E.isRight(pieces) ? pieces.right : []))
  return to
}

const wrong: ReadonlyArray<readonly [string, (open: Open) => void, RegExp]> = [
  [
    'other betas',
    ({ group }) => put(group, 'betas', { _tag: 'tuple', items: [0.9, 0.999] }),
    /optimizer_generator\.param_groups\.0\.betas: expected \[0\.5, 0\.999\], as the original trains \(or --weights-only.*got \[0\.9, 0\.999\]/
  ],
  ['another epsilon', ({ group }) => put(group, 'eps', 1e-6), /eps: expected 1e-8, .*got 0\.000001/],
  ['weight decay', ({ group }) => put(group, 'weight_decay', 0.01), /weight_decay: expected 0, .*got 0\.01/],
  ['amsgrad', ({ group }) => put(group, 'amsgrad', true), /amsgrad: expected false, .*got true/],
  ['a tensor as a setting', ({ group, state }) => put(group, 'amsgrad', at(at(state, 0), 'exp_avg')), /got a tensor/],
  [
    'a huge number as a setting',
    ({ group }) => put(group, 'maximize', 2n ** 70n),
    /maximize: expected false, .*got \d{20}/
  ],
  ['no lr', ({ group }) => void group.entries.delete('lr'), /param_groups\.0: expected lr, betas, eps and params/],
  [
    'a text for params',
    ({ group }) => put(group, 'params', 'all'),
    /param_groups\.0: expected lr, betas, eps and params/
  ],
  ['a number for a group', ({ optimiser }) => put(optimiser, 'param_groups', list(7)), /param_groups\.0: .*got 7/],
  [
    'no groups',
    ({ optimiser }) => void optimiser.entries.delete('param_groups'),
    /optimizer_generator: expected a dictionary with state/
  ],
  [
    'a number for an optimiser',
    ({ all }) => put(all, 'optimizer_kp_detector', 3),
    /optimizer_kp_detector: expected a dictionary/
  ],
  [
    'too few parameters',
    ({ group, state }) => {
      const ids = group.entries.get('params') as PyList
      state.entries.delete(ids.items.pop() as number)
    },
    /param_groups: expected (\d+) parameters, each once, got \d+/
  ],
  [
    'a parameter twice',
    ({ group }) => {
      const ids = group.entries.get('params') as PyList
      ids.items[1] = ids.items[0]!
    },
    /parameters, each once/
  ],
  [
    'state of a stranger',
    ({ state }) => put(state, 9999, at(state, 0)),
    /state\.9999: expected a parameter that param_groups lists/
  ],
  [
    'state under a text',
    ({ state }) => put(state, '0', at(state, 0)),
    /state\.0: expected a parameter that param_groups lists/
  ],
  ['state that is a list', ({ state }) => put(state, 0, list()), /state\.0\.step: expected a whole number/],
  ['half a step', ({ state }) => put(at(state, 0), 'step', 1.5), /state\.0\.step: expected a whole number/],
  ['a step below zero', ({ state }) => put(at(state, 0), 'step', -1), /state\.0\.step: expected a whole number/],
  [
    'other steps',
    ({ state }) => put(at(state, 1), 'step', 3),
    /expected 7 steps of every parameter, got 3 of generator\.\S+bias/
  ],
  [
    'no moment',
    ({ state }) => void at(state, 0).entries.delete('exp_avg'),
    /state\.0\.exp_avg: expected a tensor .*got none/
  ],
  [
    'the moments of another',
    ({ state }) => put(at(state, 0), 'exp_avg_sq', at(at(state, 1), 'exp_avg_sq')),
    /state\.0\.exp_avg_sq: expected a tensor \[4, 3, 1, 3, 3\], as generator\.\S+, got \[4\]/
  ],
  ['a text for the iteration', ({ all }) => put(all, 'it', 'many'), /it: expected a whole number/],
  ['an epoch below zero', ({ all }) => put(all, 'epoch', -1), /epoch: expected a whole number/]
]

describe('an optimiser', () => {
  it.each(wrong)('with %s is refused, but not its weights alone', async (_, change, words) => {
    const from = changed(change)
    expect(await S.told(S.attempt(yaml)(from))).toMatch(words)
    const { model } = await S.importer(yaml)(from, { half: false, weightsOnly: true })
    expect(model.training).toBeUndefined()
    expect(model.tensors).toEqual(S.model().tensors)
  })

  const same = async (change: (open: Open) => void, era?: 'zip' | 'legacy') => {
    const { model, notes } = await S.importer(yaml)(changed(change, era))
    expect(model.training).toEqual(S.model().training)
    return notes
  }

  it.each(['zip', 'legacy'] as const)('may number its parameters as it likes (%s)', async (era) => {
    await same(({ group, state }) => {
      const ids = (group.entries.get('params') as PyList).items as ReadonlyArray<number>
      const number = (id: number): Key => (id % 2 === 0 ? 140_234_567_890_123 - 48 * id : 2n ** 60n + BigInt(id))
      const slots = [...state.entries].map(([id, slot]) => [number(id as number), slot] as const).reverse()
      state.entries.clear()
      for (const [id, slot] of slots) put(state, id, slot)
      put(group, 'params', list(...ids.map((id) => number(id) as Py)))
    }, era)
  })

  it('may have several groups', async () => {
    await same(({ optimiser, group }) => {
      const ids = (group.entries.get('params') as PyList).items
      const part = (from: number, to?: number) => {
        const copy = pyDict(group.entries) as Dict
        put(copy, 'params', list(...ids.slice(from, to)))
        return copy
      }
      put(optimiser, 'param_groups', list(part(0, 3), part(3)))
    })
  })

  it('may be missing for a network that was never stepped, and say more than Adam heeds', async () => {
    await same(({ all, group }) => {
      all.entries.delete('optimizer_kp_detector')
      put(group, 'foreach', null)
      put(group, 'maximize', false)
    })
  })

  it('with another learning rate is told of, by its rate before the schedule', async () => {
    expect(await same(({ group }) => put(group, 'lr', 2e-5))).toEqual([])
    const change = ({ group }: Open) => put(group, 'initial_lr', 1e-3)
    expect(await same(change)).toEqual([
      'the learning rate was 0.001; training goes on with 0.0002, as the configuration says'
    ])
    expect(
      await same(({ group }) => {
        put(group, 'lr', 5e-4)
        group.entries.delete('initial_lr')
      })
    ).toEqual([expect.stringMatching(/rate was 0\.0005/)])
  })

  it('of a fresh start gives zeros without a step', async () => {
    const { model } = await S.importer(yaml)(
      changed(({ all }) => {
        for (const part of ['generator', 'discriminator']) at(at(all, `optimizer_${part}`), 'state').entries.clear()
      })
    )
    expect(model.training?.adam).toEqual({ generator: 0, kp_detector: 0, discriminator: 0 })
    expect(model.training?.moments).toEqual({ m: {}, v: {} })
  })
})

describe('keyflow import', () => {
  const heard: Array<string> = []
  const imported = (flags: { half: boolean; weightsOnly: boolean }, out: string) =>
    S.must(
      importRun({ checkpoint: changed(() => {}), config: yaml, out: join(folder, out), ...flags }, S.terminal(heard))
    )

  it('keeps the training state and says how far it is', async () => {
    const { json } = await imported({ half: false, weightsOnly: false }, 'whole.safetensors')
    const { moments: _, ...due } = S.model().training!
    expect(json).toMatchObject({ training: due })
    expect((await S.must(readModel(join(folder, 'whole.safetensors')))).training).toEqual(S.model().training)
    expect(heard).toEqual([])
  })

  it('leaves the training state out of halved weights, and says so', async () => {
    const { json } = await imported({ half: true, weightsOnly: false }, 'half.safetensors')
    expect(json).toMatchObject({ training: null })
    expect(heard.splice(0)).toEqual([expect.stringMatching(/training state is left out/)])
    const { training, tensors } = await S.must(readModel(join(folder, 'half.safetensors')))
    expect(training).toBeUndefined()
    expect(new Set(Object.values(tensors).map(({ dtype }) => dtype))).toEqual(new Set(['F16', 'F32']))
    await imported({ half: true, weightsOnly: true }, 'half.safetensors')
    expect(heard).toEqual([])
  })
})
