/**
 * The commands on graphs.
 *
 * @since 0.1.0
 */
import { assignments, choice, flag, needed, optional } from '../option.js'
import { backend, extensions, limits } from './common.js'

const name = needed('NAME', 'graph, or a file that holds one: .json, .ts, .mts, .js or .mjs')

/**
 * The commands on graphs.
 *
 * @category model
 * @since 0.1.0
 */
export const graphs = {
  'graph list': {
    summary: 'the graphs that there are',
    args: {},
    options: { ...extensions },
    examples: ['keyflow graph list', 'keyflow graph list --with ./my-extension.ts']
  },
  'graph nodes': {
    summary: 'the kinds of node that a graph can be made of, or what one of them takes and gives',
    args: {},
    options: {
      kind: optional('KIND', 'one kind: its settings'),
      settings: optional('JSON', 'settings of the kind: what a node of them takes, gives and learns'),
      ...extensions
    },
    examples: ['keyflow graph nodes', `keyflow graph nodes --kind avgPool --settings '{"even": true}'`]
  },
  'graph show': {
    summary: 'draw a graph, or write it down',
    args: { name },
    options: {
      model: optional('FILE', 'model whose configuration the graph is made for'),
      config: optional('FILE', 'configuration (.yaml), instead of a model'),
      as: choice(['mermaid', 'dot', 'json', 'plan'], 'form (default mermaid)'),
      fast: flag('as it is run: with the fast forms, and with what it learns by (mermaid, dot and plan)'),
      set: assignments('option of the graph, as for graph run'),
      ...extensions
    },
    examples: [
      'keyflow graph show detect --model models/shapes.safetensors',
      'keyflow graph show transfer --config shapes.yaml --as dot | dot -Tsvg > transfer.svg'
    ]
  },
  'graph check': {
    summary: 'every mistake of a graph, or what it takes and gives',
    args: { name },
    options: {
      model: optional('FILE', 'model whose configuration the graph is made for'),
      config: optional('FILE', 'configuration (.yaml), instead of a model'),
      set: assignments('option of the graph, as for graph run'),
      ...extensions
    },
    examples: ['keyflow graph check my-graph.json', 'keyflow graph check ./my-graph.ts']
  },
  'graph run': {
    summary: 'run a graph on tensors, or play one that has sources and sinks',
    args: { name },
    options: {
      model: optional('FILE', 'model (.safetensors), for a graph with weights'),
      inputs: optional('FILE', 'inputs (.safetensors), channels last; not for a graph with sources of its own'),
      outputs: optional('FILE', 'where to write the outputs (.safetensors)'),
      next: optional('FILE', 'model after it, training state and all, for a graph that learns (.safetensors)'),
      config: optional('FILE', "configuration (.yaml), instead of the model's own"),
      taps: flag('write the side outputs too, as taps.NAME'),
      set: assignments(
        'option of the graph: move_location, movement_mult, adapt_variance, clip_mean, frames, init_frames'
      ),
      ...extensions,
      ...limits,
      backend
    },
    examples: [
      'keyflow graph run detect --model m.safetensors --inputs frames.safetensors --outputs points.safetensors',
      'keyflow graph run ./my-graph.ts --inputs frames.safetensors --outputs out.safetensors'
    ]
  }
}
