import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { configFromJson, parseConfig } from '../../src/io/config/config.js'
import { parseYaml } from '../../src/io/config/yaml.js'
import { showProblem } from '../../src/io/problem/problem.js'

const text = `model_params:
  common_params: {num_kp: 4, kp_variance: 0.01, num_channels: 3}
  kp_detector_params: &d
     temperature: 0.1
     block_expansion: 16
     max_features: 128 # most features
     num_blocks: 5
  generator_params:
    block_expansion: 16
    max_features: 128
    num_blocks: 5
    num_refinement_blocks: 4
    dense_motion_params: null
    kp_embedding_params: &e {norm_const: 'sum'}
  discriminator_params:
    kp_embedding_params: *e
transfer_params:
  format: ".gif"
  normalization_params: {move_location: True}
`
const config = parseConfig('f', text)

/** Law: any text is answered with a configuration that JSON keeps, or with a problem that has words for people. */
const answers = (written: string): void => {
  const answer = parseConfig('f', written)
  if (E.isRight(answer)) expect(configFromJson('f', JSON.stringify(answer.right))).toEqual(answer)
  else expect(showProblem(answer.left)).toMatch(/expected/)
}

/** Law: JSON is YAML, so both readers give the same. */
const agrees = (u: unknown): void => {
  const answer = parseYaml('f', JSON.stringify(u))
  expect(E.isRight(answer) && answer.right.value).toEqual(JSON.parse(JSON.stringify(u)))
}

const sign = fc.constantFrom(...'[]{}:,-?&*!|>\'"%@#`\n\t <~e0.', '<<: ', '*e', '&d ', '\0', '\ufeff', '\ud800')

describe('a configuration', () => {
  it('is sound to begin with', () => expect(E.isRight(config)).toBe(true))
  it('with one character changed is read or refused', () =>
    fc.assert(
      fc.property(fc.nat(text.length - 1), sign, (at, c) => answers(text.slice(0, at) + c + text.slice(at + 1))),
      { numRuns: 500 }
    ))
  it('cut short or of any signs is read or refused', () => {
    fc.assert(fc.property(fc.nat(text.length - 1), (at) => answers(text.slice(0, at))))
    fc.assert(fc.property(fc.string({ unit: sign, maxLength: 200 }), answers))
  })
  it('with any value in place of one is read or refused', () =>
    fc.assert(
      fc.property(fc.nat(), fc.json({ maxDepth: 3 }), (at, json) => {
        const lines = text.split('\n')
        const i = at % (lines.length - 1)
        answers(lines.map((line, j) => (i === j ? line.replace(/: .*$|:$/, `: ${json}`) : line)).join('\n'))
      })
    ))
})

describe('YAML', () => {
  it('reads JSON as JSON', () => fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), agrees)))
})
