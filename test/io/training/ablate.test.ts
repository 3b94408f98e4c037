/** `keyflow ablate` with the training of `keyflow train`, on clips of sixteen pixels. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, expect, it } from 'vitest'
import { run } from '../../../src/io/commands/ablate.js'
import { showProblem } from '../../../src/io/problem/problem.js'
import * as tf from '../../../src/nodes/tf.js'
import { flags } from '../measures/make.js'
import { done, folder } from './common.js'
import * as T from './tiny.js'

const dir = folder()
const at = (name: string): string => join(dir, name)

beforeAll(async () => {
  await tf.startEngine('tensorflow')
  await T.writeData(at('data'))
  T.writeConfiguration(at('tiny.yaml'))
})

const asked = (out: string, keypoints: ReadonlyArray<number>) =>
  flags('ablate', { config: at('tiny.yaml'), data: at('data'), cache: at('cache'), out, keypoints, steps: 3, seed: 4 })

const last = 'checkpoints/last.safetensors'

it('trains, measures and compares; interrupted, it goes on; what is done is not done again', async () => {
  const before = tf.memory().numTensors
  const out = at('out')
  const terminal = T.interruptedAfter(2)
  const first = await run(asked(out, [1, 2]), terminal)()
  expect(E.isLeft(first) && showProblem(first.left)).toBe('interrupted by SIGINT')
  expect(terminal.lines.at(-1)).toMatch(/^to go on: keyflow ablate --config \S+ --data \S+ --keypoints 1,2 --out \S+ /)
  expect(T.checkpoints(join(out, 'keypoints-1')).at(-1)).toBe('step-2.safetensors')

  await done(run(asked(out, [1, 2]), T.interruptedAfter(99)))
  const model = join(out, 'keypoints-1', last)
  const [bytes, { mtimeMs }] = [readFileSync(model), statSync(model)]
  const { text } = await done(run(asked(out, [1, 2, 3]), T.interruptedAfter(99)))
  expect([readFileSync(model).equals(bytes), statSync(model).mtimeMs]).toEqual([true, mtimeMs])
  expect(text.split('\n').map((row) => row.trim().split(/\s+/)[0])).toEqual(['keypoints', '1', '2', '3'])
  expect(text).toBe(readFileSync(join(out, 'ablation.txt'), 'utf8').trimEnd())
  const { results } = JSON.parse(readFileSync(join(out, 'ablation.json'), 'utf8'))
  expect(results.map((r: any) => r.model)).toEqual(
    [1, 2, 3].map((k) => join(out, `keypoints-${k}`, 'checkpoints/step-3.safetensors'))
  )
  for (const k of [1, 2, 3]) {
    const { config, training } = await T.modelAt(join(out, `keypoints-${k}`, last))
    expect([config.model_params.common_params.num_kp, training?.iteration]).toEqual([k, 3])
  }
  expect(readFileSync(join(out, 'ablation.svg'), 'utf8')).toContain('L1 (of 0..1)')

  const { config, data, cache } = asked(at('two'), [2])
  expect(E.isRight(await T.train({ config, data, cache, out: at('two'), steps: 3, seed: 4 }))).toBe(true)
  expect(T.left(at('two'), [last, 'log.ndjson'])).toEqual(T.left(join(out, 'keypoints-2'), [last, 'log.ndjson']))
  expect(tf.memory().numTensors).toBe(before)
})
