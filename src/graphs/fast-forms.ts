/**
 * The fast forms of evaluation, as equations: a chain of nodes on one side, an equal graph on the other.
 *
 * What the right side computes from weights alone runs once per stream, like everything that depends on what is held.
 *
 * @since 0.1.0
 */
import { convolutionOf as conv } from '../nodes/conv2d.js'
import { affineRelu, convolve, convolveOnto, convolvePhases } from '../nodes/convolve.js'
import { foldAffine, foldNorm, foldPhases, ownKernel } from '../nodes/folded.js'
import { record, tensor } from '../nodes/spec.js'
import type { Map4 } from './blocks.js'
import type { Draw } from './graph.js'
import { graph } from './graph.js'
import type { Rule } from './rewrite.js'

const input = record({ x: tensor('B H W C') })

const drawn = (name: string, draw: (x: Map4, step: Draw['step']) => { readonly y: Map4 }) =>
  graph(name, input, ({ x }, { step }) => draw(x, step))

/** Nearest x2, 3x3 convolution, batch norm, ReLU: four 2x2 convolutions at low resolution. */
const phases: Rule = {
  name: 'phases',
  chain: ['upsample', 'conv2d', 'batchNorm', 'relu'],
  to: ([, c]) => {
    const { from, to, kernel, groups, padding } = conv(c)
    return kernel !== 3 || groups !== 1 || padding !== 'same'
      ? undefined
      : drawn('phases', (x, step) =>
          step('conv', convolvePhases({ to }), { x, ...step('fold', foldPhases({ from, to }), {}) })
        )
  }
}

/** Convolution, batch norm, ReLU: one fused convolution with another kernel. */
const folded: Rule = {
  name: 'folded',
  chain: ['conv2d', 'batchNorm', 'relu'],
  to: ([c]) => {
    const { from, to, kernel, groups, padding } = conv(c)
    return drawn('folded', (x, step) =>
      step('conv', convolve({ kernel, padding, relu: true }), {
        x,
        ...step('fold', foldNorm({ from, to, kernel, groups }), {})
      })
    )
  }
}

/** Convolution, added to another map: one pass for bias and sum. */
const residual: Rule = {
  name: 'residual',
  chain: ['conv2d', 'add'],
  to: ([c]) => {
    const { from, to, kernel, groups, padding } = conv(c)
    return graph('residual', record({ x: tensor('B H W C'), other: tensor('B H W C') }), ({ x, other }, { step }) =>
      step('conv', convolveOnto({ kernel, padding }), {
        x,
        other,
        ...step('own', ownKernel({ from, to, kernel, groups }), {})
      })
    )
  }
}

/** Convolution: the kernel is made dense once, the bias is a pass of its own. */
const plain: Rule = {
  name: 'plain',
  chain: ['conv2d'],
  to: ([c]) => {
    const { from, to, kernel, groups, padding } = conv(c)
    return drawn('plain', (x, step) =>
      step('conv', convolve({ kernel, padding, relu: false }), {
        x,
        ...step('own', ownKernel({ from, to, kernel, groups }), {})
      })
    )
  }
}

/** Batch norm, ReLU: a scale, a shift and a ReLU. */
const affine: Rule = {
  name: 'affine',
  chain: ['batchNorm', 'relu'],
  to: ([n]) => {
    const { features } = n!.settings as { readonly features: number }
    return drawn('affine', (x, step) =>
      step('relu', affineRelu({}), { x, ...step('fold', foldAffine({ features }), {}) })
    )
  }
}

/**
 * The rules for evaluation, longest chain first.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fastForms: ReadonlyArray<Rule> = [phases, folded, residual, affine, plain]
