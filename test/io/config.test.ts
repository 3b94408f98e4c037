import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { type Config, configFromJson, parseConfig, readConfig } from '../../src/io/config/config.js'
import { type Problem, showProblem } from '../../src/io/problem/problem.js'

const shared = '../shared'
const folder = mkdtempSync(join(tmpdir(), 'keyflow-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const right = <A>(e: E.Either<Problem, A>): A => {
  if (E.isLeft(e)) throw new Error(showProblem(e.left))
  return e.right
}
const told = (e: E.Either<Problem, unknown>): ReadonlyArray<string> =>
  E.isLeft(e) ? showProblem(e.left).split('\n') : ['accepted']

const minimal = `model_params:
  common_params:
    num_kp: 4
    kp_variance: 'matrix'
    num_channels: 3
  kp_detector_params:
     temperature: 0.1
     block_expansion: 16
     max_features: 128
     num_blocks: 5
  generator_params:
    block_expansion: 16
    max_features: 128
    num_blocks: 5
    num_refinement_blocks: 4
    dense_motion_params:
      block_expansion: 16
      max_features: 128
      num_blocks: 5
      use_mask: True
      use_correction: True
      mask_embedding_params:
        use_deformed_source_image: yes
        norm_const: 10
    kp_embedding_params:
  discriminator_params:
    kp_embedding_params: {norm_const: 10.0}
`
/** The minimal configuration with one line put in place of another. */
const with_ = (from: string, to: string): string => {
  expect(minimal).toContain(from)
  return minimal.replace(from, to)
}

describe('parseConfig', () => {
  it('needs the networks only, and fills in the defaults of the original', () => {
    const { model_params: m, ...rest } = right(parseConfig('f', minimal))
    expect(m.kp_detector_params).toMatchObject({ scale_factor: 1, clip_variance: null })
    expect(m.generator_params).toMatchObject({ interpolation_mode: 'nearest', kp_embedding_params: null })
    expect(m.generator_params.dense_motion_params).toMatchObject({ scale_factor: 1, bg_init: 2, num_group_blocks: 0 })
    expect(m.generator_params.dense_motion_params?.mask_embedding_params).toEqual({
      use_heatmap: true,
      use_difference: false,
      use_deformed_source_image: true,
      heatmap_type: 'gaussian',
      norm_const: 10,
      scale_factor: 1,
      add_bg_feature_map: true
    })
    expect(m.discriminator_params).toMatchObject({ block_expansion: 64, num_blocks: 4, max_features: 512 })
    expect(m.discriminator_params.kp_embedding_params).toMatchObject({ norm_const: 10, add_bg_feature_map: false })
    expect(rest).toMatchObject({ dataset_params: null, train_params: null, prediction_params: null })
    expect(rest.transfer_params.normalization_params).toEqual({
      movement_mult: false,
      move_location: false,
      adapt_variance: false,
      clip_mean: false
    })
  })

  it('takes every kind of variance', () => {
    const variance = (as: string) =>
      right(parseConfig('f', with_("'matrix'", as))).model_params.common_params.kp_variance
    expect([variance('single'), variance('0.01'), variance('1.0e-2')]).toEqual(['single', 0.01, 0.01])
  })

  it('fills in a discriminator, and passes over sections that nobody knows', () => {
    const text = `${minimal.slice(0, minimal.indexOf('  discriminator'))}extra: {a: 1}\n`
    expect(right(parseConfig('f', text)).model_params.discriminator_params.max_features).toBe(512)
  })

  it('makes pairs of single numbers', () => {
    const text = `${minimal}dataset_params:
  root_dir: data
  augmentation_params: {crop_param: {size: 64}, rotation_param: {degrees: 10}, resize_param: {}}
`
    expect(right(parseConfig('f', text)).dataset_params?.augmentation_params).toEqual({
      flip_param: null,
      crop_param: { size: [64, 64] },
      rotation_param: { degrees: [-10, 10] },
      resize_param: { ratio: [3 / 4, 4 / 3], interpolation: 'nearest' },
      jitter_param: null
    })
  })

  const refused: ReadonlyArray<readonly [string, string, string]> = [
    [
      'a misspelt key',
      with_('temperature', 'temprature'),
      'f:7:6: model_params.kp_detector_params.temprature: expected temperature, got a key that is not known here'
    ],
    [
      'a missing key, where its section begins',
      with_('     temperature: 0.1\n', ''),
      'f:6:3: model_params.kp_detector_params.temperature: expected a positive number, got nothing'
    ],
    [
      'a value of another type',
      with_('num_kp: 4', 'num_kp: four'),
      'f:3:13: model_params.common_params.num_kp: expected a whole number from 1 to 1024, got "four"'
    ],
    [
      'a variance of no kind',
      with_("'matrix'", 'matrx'),
      "f:4:18: model_params.common_params.kp_variance: expected 'matrix', 'single' or a positive number, got \"matrx\""
    ],
    [
      'no movement to embed',
      with_('use_deformed_source_image: yes', 'use_heatmap: no'),
      'f:23:9: model_params.generator_params.dense_motion_params.mask_embedding_params: expected one of use_heatmap, use_difference, use_deformed_source_image, got "none of them"'
    ],
    [
      'neither mask nor correction',
      with_('use_mask: True\n      use_correction: True', 'use_mask: no\n      use_correction: no'),
      'f:20:17: model_params.generator_params.dense_motion_params.use_mask: expected True, or use_correction, got false'
    ],
    [
      'a key given twice',
      `${minimal}model_params: {}`,
      'f:28:1: model_params: expected every key once, got the key again'
    ],
    ['an empty file', '', 'f:1:1: document: expected configuration, got null'],
    [
      'a tag that names a class',
      with_('0.1', '!!python/object/apply:os.system [ls]'),
      'f:7:19: document: expected well-formed YAML, got Unresolved tag: tag:yaml.org,2002:python/object/apply:os.system'
    ],
    ['two documents', `${minimal}---\na: 1`, 'f:28:1: document: expected one document, got 2'],
    [
      'infinity',
      with_('0.1', '.inf'),
      'f:7:19: model_params.kp_detector_params.temperature: expected a positive number, got null'
    ],
    ['deep nesting', '['.repeat(50_000), 'f:1:1: document: expected at most 100 levels of nesting, got 50000'],
    [
      'nesting by indentation',
      'a: '.repeat(20_000),
      'f:1:1: document: expected at most 100 levels of nesting, got 20001'
    ],
    [
      'an alias of itself',
      'a: &a [*a]',
      'f:1:8: a.0.0: expected aliases that unfold to at most 10000 values, got more'
    ],
    ['an alias of nothing', 'a: *b', 'f:1:4: a: expected an anchor named b above, got none'],
    ['a huge text', ' '.repeat(300_000), 'f:1:1: document: expected at most 65536 characters, got 300000']
  ]
  it.each(refused)('refuses %s', (_, text, words) => expect(told(parseConfig('f', text))).toContain(words))

  it('holds the weights of the losses against the discriminator', () => {
    const text = `${minimal}train_params: {num_epochs: 1, epoch_milestones: [], lr: 2.0e-4, batch_size: 1, loss_weights:
  {reconstruction: [1, 1], reconstruction_deformed: 0, generator_gan: 1, discriminator_gan: 1}}\n`
    expect(told(parseConfig('f', text))).toEqual([
      'f:29:20: train_params.loss_weights.reconstruction: ' +
        'expected 5 weights, one for each map of the discriminator, got [1,1]'
    ])
  })

  it('tells everything at once', () => {
    const text = minimal.replace('num_kp: 4', 'num_kpp: 4').replace('0.1', 'cold').replace('use_mask', 'mask')
    expect(told(parseConfig('f', text))).toHaveLength(5)
  })

  it('keeps anchors and merge keys', () => {
    const text = minimal
      .replace('kp_detector_params:', 'kp_detector_params: &d')
      .replace('kp_embedding_params:\n', 'kp_embedding_params: &e {norm_const: 3}\n')
      .replace('{norm_const: 10.0}', '{<<: *e, use_difference: on}')
    expect(right(parseConfig('f', text)).model_params.discriminator_params.kp_embedding_params).toMatchObject({
      norm_const: 3,
      use_difference: true
    })
  })
})

describe('configFromJson', () => {
  it('reads what JSON.stringify wrote', () => {
    const config = right(parseConfig('f', minimal))
    expect(right(configFromJson('f', JSON.stringify(config)))).toEqual(config)
  })

  it('refuses what is not JSON, and keys given twice', () => {
    expect(told(configFromJson('f', '{'))[0]).toMatch(/f:1:1: document: expected JSON/)
    expect(told(configFromJson('f', '{"a":1,"a":2}'))[0]).toMatch(/every key once/)
    expect(told(configFromJson('f', '{}'))[0]).toMatch(/model_params: expected model parameters, got nothing/)
  })
})

describe('readConfig', () => {
  it('reads a file, or says why not', async () => {
    const path = join(folder, 'a.yaml')
    writeFileSync(path, minimal)
    expect(right(await readConfig(path)()).model_params.common_params.num_kp).toBe(4)
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x41]))
    expect(told(await readConfig(path)())[0]).toMatch(/text in UTF-8/)
    expect(told(await readConfig(join(folder, 'none'))())[0]).toMatch(/cannot read.*ENOENT/)
    expect(told(await readConfig('/dev/zero')())[0]).toMatch(/not a regular file/)
  })
})

describe('shared files', () => {
  const configs = join(shared, 'configs')
  it.skipIf(!existsSync(configs))("the original's configurations are accepted (needs ../shared/configs)", async () => {
    const read = async (name: string): Promise<Config> => right(await readConfig(join(configs, name))())
    const names = readdirSync(configs).filter((name) => name.endsWith('.yaml'))
    expect(names).toHaveLength(8)
    for (const name of names) {
      const config = await read(name)
      expect(right(configFromJson(name, JSON.stringify(config)))).toEqual(config)
    }
    const actions = await read('actions.yaml')
    expect(actions.train_params).toMatchObject({
      lr: 2e-4,
      detach_kp_generator: false,
      log_params: { log_freq_iter: 200 }
    })
    expect(actions.dataset_params?.augmentation_params.rotation_param).toEqual({ degrees: [-10, 10] })
    const vox = await read('vox.yaml')
    expect(vox.model_params.kp_detector_params).toMatchObject({ scale_factor: 0.25, clip_variance: 0.001 })
    expect(vox.model_params.generator_params.interpolation_mode).toBe('trilinear')
  })

  const golden = join(shared, 'golden')
  it.skipIf(!existsSync(golden))('the golden configurations are accepted (needs ../shared/golden)', () => {
    const paths = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((p) => p.endsWith('.yaml'))
    expect(paths.length).toBeGreaterThan(8)
    for (const path of paths) right(parseConfig(path, readFileSync(join(golden, path), 'utf8')))
  })

  const lol = join(shared, 'media/hostile/lol.yaml')
  it.skipIf(!existsSync(lol))(
    'exponential aliases are refused before they are unfolded, which has no end (needs ../shared/media)',
    async () => {
      expect(told(await readConfig(lol)())[0]).toMatch(/aliases that unfold to at most 10000 values/)
    }
  )
})
