/**
 * The programs of a live session, from wherever they are told.
 *
 * @since 0.1.0
 */
import type { Programs } from '../draw/boxes.js'
import { api, type Model } from './api.js'

/**
 * The programs that a session with a model runs.
 *
 * @category requests
 * @since 0.1.0
 */
export const graphOf = async (model: Model): Promise<Programs> => (await api.graph(model.name)).programs
