/** What the networks have in common, from Keyflow's blocks. Scopes are the original's module names: a weight's path is its name. */
import { decoder, encoder, graph } from 'keyflow/graphs'
import { batchNorm, conv2d, record, relu, tensor } from 'keyflow/nodes'
import { antiAlias } from './nodes.mjs'

/** A convolution that starts as the original's do. */
export const conv = (from, to, kernel, padding = 'same') =>
  conv2d({ from, to, kernel, padding, groups: 1, start: 'uniform' })

/** Keypoints with their Jacobians: `mean` [B, K, 2] and `jacobian` [B, K, 2, 2]. */
export const points = (batch, k) => record({ mean: tensor(`${batch} ${k} 2`), jacobian: tensor(`${batch} ${k} 2 2`) })

/** A picture with its keypoints, and those that drive it. */
export const motion = (k, c) => record({ source: tensor(`1 H W ${c}`), from: points('1', k), to: points('B', k) })

/** A drawing hand whose steps live in a scope. */
const within = (scope, { step, tap }) => ({
  tap,
  step: (id, node, wires, own = id) => step(id, node, wires, `${scope}.${own}`)
})

/** A U-Net without the last convolution of Monkey-Net's: `block_expansion + from` features. */
export const hourglass = (depth, from) =>
  graph('hourglass', record({ x: tensor(`B H W ${from}`) }), ({ x }, draw) => {
    const skips = encoder(depth, from, x, within('encoder', draw))
    return { y: decoder(depth, from, 0, skips, within('decoder', draw)) }
  })

/** A picture at the size at which a network works. */
export const smaller = ({ scale_factor: scale = 1 }, channels, x, { step }) =>
  scale === 1 ? x : step('down', antiAlias({ channels, scale }), { x }).y

/** 7x7 convolution, batch norm, ReLU. */
export const sameBlock = (from, to) =>
  graph('sameBlock', record({ x: tensor(`B H W ${from}`) }), ({ x }, { step }) => {
    const y = step('norm', batchNorm({ features: to }), { x: step('conv', conv(from, to, 7), { x }).y }).y
    return step('relu', relu, { x: y })
  })
