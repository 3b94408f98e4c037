import * as fc from 'fast-check'
import { beforeAll, describe, it } from 'vitest'
import { align, animate, watch } from '../src/graphs/animate.js'
import { fastForms } from '../src/graphs/fast-forms.js'
import type { Graph } from '../src/graphs/graph.js'
import { named, networks, type Purpose } from '../src/graphs/named.js'
import { readFilm, readFrame, readPicture, writeFilm } from '../src/nodes/media.js'
import * as tf from '../src/nodes/tf.js'
import { purposes } from '../src/properties/arbitrary/configs.js'
import { drawGraph, ops } from '../src/properties/arbitrary/graphs.js'
import { inputsOf } from '../src/properties/arbitrary/inputs.js'
import { rewrittenIsRun } from '../src/properties/laws/graphs.js'
import { compiled } from '../src/properties/laws/programs.js'
import * as laws from '../src/properties/laws/written.js'

const names = Object.keys(named)

/** Whole commands, from files to files. */
const commands: Readonly<Record<string, (purpose: Purpose) => Graph<any, any>>> = {
  animate: ({ model, normalisation }) => {
    const size = { height: 32, width: 32, fit: 'crop', strip: null } as const
    return animate({
      model: { ...model, common_params: { ...model.common_params, num_channels: 3 } },
      normalisation,
      source: readPicture({ path: 'a.png', ...size }),
      driving: readFilm({ path: 'b.mp4', batch: 4, ...size }),
      initial: readFrame({ path: 'b.mp4', index: 2, ...size }),
      films: [
        { sink: writeFilm({ path: 'c.mp4', timing: 'driving', audio: true }), compare: false },
        { sink: writeFilm({ path: 'd.gif', timing: 'driving', audio: false }), compare: normalisation.clip_mean }
      ],
      framing: { cut: { top: 1, left: 2, height: 20, width: 24 }, size: { height: 40, width: 48 } }
    })
  },
  watch: ({ model }) =>
    watch(
      { ...model, common_params: { ...model.common_params, num_channels: 3 } },
      readFilm({ path: 'b.mp4', batch: 4, height: 32, width: 32, fit: 'pad', strip: { height: 8, width: 9 } }),
      model.generator_params.num_refinement_blocks > 0
        ? writeFilm({ path: 'c.gif', timing: 'frames', audio: false })
        : null
    ),
  align: ({ model }) => {
    const size = { height: 32, width: 32, fit: 'stretch', strip: null } as const
    return align(
      { ...model, common_params: { ...model.common_params, num_channels: 3 } },
      readPicture({ path: 'a.png', ...size }),
      readFilm({ path: 'b.mp4', batch: 4, ...size })
    )
  },
  networks: ({ model }) => networks(model)
}
const every: Readonly<Record<string, (purpose: Purpose) => Graph<any, any>>> = {
  ...Object.fromEntries(Object.entries(named).map(([name, { build: draw }]) => [name, draw])),
  ...commands
}

describe('a graph of the original', () => {
  beforeAll(() => tf.startEngine())

  it.each(Object.keys(every))('(%s) is written as JSON and read back, whatever the model', (name) =>
    fc.assert(
      fc.property(purposes, (purpose) => laws.roundTrips(every[name]!(purpose))),
      { numRuns: 12 }
    )
  )
  it.each(Object.keys(every))('(%s) is drawn with every node', (name) =>
    fc.assert(
      fc.property(purposes, fc.boolean(), (purpose, fast) =>
        laws.drawingsMentionEveryNode(compiled(every[name]!(purpose), { rules: fast ? fastForms : [], taps: !fast }))
      ),
      { numRuns: 8 }
    )
  )
  it.each(names)('(%s) is the same function in fast forms, whatever the model', (name) =>
    fc.assert(
      fc.property(purposes, fc.integer({ min: 1, max: 2 ** 30 }), fc.boolean(), (purpose, seed, taps) =>
        tf.tidy(() => {
          const graph = named[name]!.build(purpose)
          rewrittenIsRun(fastForms)(graph, inputsOf(compiled(graph), seed), seed, taps, 2e-3)
        })
      ),
      { numRuns: 6 }
    )
  )
})

describe('a random graph', () => {
  it('is written as JSON and read back', () => fc.assert(fc.property(ops(12), (o) => laws.roundTrips(drawGraph(o)))))
  it('is drawn with every node', () =>
    fc.assert(
      fc.property(ops(12), fc.boolean(), (o, fast) =>
        laws.drawingsMentionEveryNode(compiled(drawGraph(o), { rules: fast ? fastForms : [] }))
      )
    ))
})
