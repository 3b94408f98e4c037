/**
 * The programs of live transfer.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { compile } from '../graphs/compile.js'
import { showGraphError } from '../graphs/errors.js'
import { fastForms } from '../graphs/fast-forms.js'
import type { Graph } from '../graphs/graph.js'
import { detect, encode, paint } from '../graphs/live.js'
import type { ModelParams } from '../graphs/params/model.js'
import type { Program } from '../graphs/plan.js'

/** A graph of a model's own as a program; one that does not compile is a defect. */
export const compiled = <I, O>(g: Graph<I, O>): Program<I, O> => {
  const program = compile(g, { rules: fastForms })
  if (E.isLeft(program)) throw new Error(program.left.map(showGraphError).join('\n'))
  return program.right
}

/**
 * The programs of live transfer, compiled; `follow` is made for each manner.
 *
 * @category model
 * @since 0.1.0
 */
export interface LivePrograms extends Readonly<Record<'detect' | 'encode' | 'paint', Program<any, any>>> {
  readonly model: ModelParams
}

/**
 * Compiles the programs of a model.
 *
 * @category constructors
 * @since 0.1.0
 */
export const livePrograms = (model: ModelParams): LivePrograms => ({
  model,
  detect: compiled(detect(model)),
  encode: compiled(encode(model)),
  paint: compiled(paint(model))
})

/**
 * The paths of the weights that `live` needs.
 *
 * @category destructors
 * @since 0.1.0
 */
export const liveWeights = ({ detect, encode, paint }: LivePrograms): ReadonlyArray<string> => [
  ...new Set([detect, encode, paint].flatMap(({ weights }) => Object.keys(weights)))
]
