/** What a run writes down comes back as it was. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { Config, parseConfig } from '../../src/io/config/config.js'
import { type Framing, parseJournal } from '../../src/io/files/journal.js'
import { lineOf, lines } from '../../src/io/files/ndjson.js'
import { Step } from '../../src/io/training/log.js'
import { bytes, document, double, integer, integerIn } from '../../src/io/training/protobuf.js'
import { configText } from '../../src/io/training/started.js'
import { recordOf, records } from '../../src/io/training/tfrecord.js'
import { models } from '../../src/properties/arbitrary/configs.js'

const real = fc.double({ noNaN: true, noDefaultInfinity: true })
const positive = fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true })
const some = fc.integer({ min: 1, max: 1000 })
const perhaps = <A>(value: fc.Arbitrary<A>) => fc.option(value, { nil: null })
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '1:30',
    '1e5',
    '0x1',
    '2001-01-01',
    '- a',
    '# b',
    'a: b',
    ' c ',
    "it's",
    '"d"',
    '\n'
  )
)

const configs = fc
  .record({
    model_params: models,
    dataset_params: perhaps(
      fc.record({
        root_dir: text,
        pairs_list: perhaps(text),
        augmentation_params: fc.record({
          rotation_param: perhaps(fc.record({ degrees: fc.oneof(real, fc.tuple(real, real)) })),
          resize_param: perhaps(fc.record({ ratio: fc.tuple(positive, positive), interpolation: text })),
          crop_param: perhaps(fc.record({ size: some }))
        })
      })
    ),
    transfer_params: fc.record({ format: text }),
    visualizer_params: fc.record({ kp_size: positive, colormap: text })
  })
  .map((written) => {
    const read = Config.decode(written)
    if (E.isLeft(read)) throw new Error(`a random configuration is refused: ${JSON.stringify(written)}`)
    return read.right
  })

/** Law: a configuration that is written down is read back equal, to the sign of its zeros. */
const keepsConfig = (config: Config): void => {
  expect(parseConfig('f', configText(config))).toStrictEqual(E.right(config))
}

it('a configuration comes back from its YAML', () => fc.assert(fc.property(configs, keepsConfig)))

const steps = fc
  .array(fc.record({ epoch: fc.nat(), losses: fc.dictionary(fc.string(), real) }), { maxLength: 6 })
  .map((all) => all.map((one, i): Step => ({ step: i + 1, ...one })))

/** Law: cut anywhere, a journal holds the records that end before the cut; up to any step, those up to it. */
const keepsWhole =
  <A>(framing: Framing<A>) =>
  (all: ReadonlyArray<Uint8Array>, part: number, upTo: number): void => {
    const whole = Buffer.concat(all)
    const cut = Math.round(part * whole.length)
    const ends = all.map((_, i) => all.slice(0, i + 1).reduce((sum, one) => sum + one.length, 0))
    const entries = parseJournal('f', framing, upTo, whole.subarray(0, cut))
    const due = ends.filter((end, i) => end <= cut && i + 1 <= upTo)
    expect(E.isRight(entries) && entries.right.map(({ end }) => end)).toEqual(due)
  }
const part = fc.double({ min: 0, max: 1, noNaN: true })

it('a log that is cut keeps its whole lines', () =>
  fc.assert(
    fc.property(
      steps.map((all) => all.map(lineOf)),
      part,
      fc.nat(7),
      keepsWhole(lines(Step))
    )
  ))

const events = fc
  .array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 })
  .map((all) => all.map((data, i) => recordOf(document(double(1, i), bytes(9, data), integer(2, i + 1)))))

it('an event file that is cut keeps its whole records', () =>
  fc.assert(fc.property(events, part, fc.nat(7), keepsWhole(records))))

it('a log says what was written', () =>
  fc.assert(
    fc.property(steps, (all) => {
      const entries = parseJournal('f', lines(Step), Number.POSITIVE_INFINITY, Buffer.concat(all.map(lineOf)))
      expect(E.isRight(entries) && entries.right.map(({ value }) => value)).toEqual(JSON.parse(JSON.stringify(all)))
    })
  ))

it('a number comes back from its field, whatever stands before it', () =>
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.uint8Array(), real, (n, data, x) => {
      expect(integerIn(document(double(1, x), bytes(3, data), integer(2, n), integer(5, 1)), 2)).toBe(n)
    })
  ))
