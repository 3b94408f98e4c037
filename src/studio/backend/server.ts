/**
 * The server behind the page.
 *
 * @since 0.1.0
 */
import { connect } from '../../client/client.js'
import type { Opened, Opening } from './opening.js'

/**
 * A client of the server that the page came from.
 *
 * @category constructors
 * @since 0.1.0
 */
export const server = ({ model, ...opening }: Opening): Opened => ({
  animator: connect(location.origin, { ...opening, model: model.name }),
  close: () => {}
})
