/**
 * The programs of a live session, from wherever they are told.
 *
 * @since 0.1.0
 */
import type { Feeds, Programs } from '../draw/boxes.js'
import { api, type Model } from './api.js'

/**
 * The programs that a session with a model runs.
 *
 * @category requests
 * @since 0.1.0
 */
export const graphOf = async (model: Model): Promise<Programs> => (await api.graph(model.name)).programs

/** What each program of a session is given by another: keypoints go from `detect` to `follow` and `paint`, maps from `encode`. */
const joins: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  follow: { source: 'detect', initial: 'detect', driving: 'detect' },
  paint: { 'motion.from': 'detect', 'motion.to': 'follow', maps: 'encode' }
}

/**
 * Which program an input of another comes from in a session.
 *
 * @category requests
 * @since 0.1.0
 */
export const feeds: Feeds = (program, input) => {
  const name = input.replace(/^in\./, '')
  return Object.entries(joins[program] ?? {}).find(([start]) => name === start || name.startsWith(`${start}.`))?.[1]
}
