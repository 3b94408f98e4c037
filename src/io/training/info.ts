/**
 * What a run is started with, as far as this process knows it.
 *
 * @since 0.1.0
 */
import { cores, type Engine } from '../../nodes/tf.js'
import { checksum, type Model } from '../model/model.js'
import { version } from '../run/version.js'
import type { Start } from './started.js'

/**
 * The part of a start that is the same for all trainings; `init` is the model whose weights the run begins with.
 *
 * @category constructors
 * @since 0.1.0
 */
export const infoOf = (engine: Engine, seed: number, init: Model | undefined): Start['info'] => ({
  keyflow: version,
  node: process.version,
  engine,
  threads: Number(process.env.TF_NUM_INTRAOP_THREADS ?? 0) || cores(),
  seed,
  fineTune: false,
  began: 0,
  command: process.argv.slice(2),
  init: init === undefined ? null : checksum(init.tensors)
})
