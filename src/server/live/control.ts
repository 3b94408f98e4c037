/**
 * What a client says in JSON, done.
 *
 * @since 0.1.0
 */
import type { ClientMessage, ClientSays, Manner } from '../../client/protocol.js'
import { fromProblem, refusal } from '../http/refusal.js'
import type { Known, Models } from '../models.js'
import { die, engineLost, lose, offended, type Seat } from './seat.js'
import { pump, settle } from './way-in.js'
import { fromEngine } from './way-out.js'

/** Tells the engine of the session: it answers with `opened`. */
const enter = ({ known, place, id }: Seat): void => {
  if (known !== undefined) place.engine.send({ tag: 'open', session: id, model: known.path })
}

/** What the engine had of a session went with it. */
const bereft = (seat: Seat): void => {
  const all = [...seat.underWay.values()]
  seat.ready = false
  seat.underWay.clear()
  seat.account.lost(all.length)
  lose(seat, all.length, 'failed')
  engineLost(seat, all.at(-1)?.sent.seq)
}

const meant = (models: Models, name: string | undefined): Known | undefined =>
  name === undefined ? [...models.values()][0] : models.get(name)

const begin = (seat: Seat, message: ClientSays<'open'>): void => {
  const { models, engine } = seat.place
  const known = meant(models, message.model)
  if (known === undefined) {
    const more = { where: 'model', expected: [...models.keys()].join(', '), actual: message.model ?? '' }
    die(seat, refusal(404, 'model', 'No such model', more), 1008)
    return
  }
  const own: Manner = { normalisation: known.normalisation, strength: 1, smoothing: null }
  seat.known = known
  seat.open = { ...message, manner: { ...own, ...message.manner } }
  seat.leave = engine.join(seat.id, {
    heard: (told) => fromEngine(seat, told),
    lost: () => bereft(seat),
    back: () => enter(seat)
  })
  const trouble = engine.trouble()
  if (trouble === undefined) enter(seat)
  else die(seat, fromProblem(trouble), 1011)
}

/**
 * Does what a client says.
 *
 * @category steps
 * @since 0.1.0
 */
export const obey = (seat: Seat, message: ClientMessage): void => {
  const { open, place, id } = seat
  if ((message.type === 'open') !== (open === undefined)) {
    const [title, expected] =
      open === undefined ? ['The session is not open', 'open'] : ['The session is open already', 'set']
    offended(seat, refusal(409, 'open', title, { where: 'type', expected, actual: message.type }), 1008)
    return
  }
  switch (message.type) {
    case 'open':
      begin(seat, message)
      return
    case 'ack':
      seat.account.ack(message.seq)
      void pump(seat)
      return
    case 'set': {
      const { type: _, manner, ...more } = message
      if (open !== undefined) seat.open = { ...open, ...more, manner: { ...open.manner, ...manner } }
      return
    }
    case 'recalibrate':
      place.engine.send({ tag: 'recalibrate', session: id })
      return
    case 'align':
      place.engine.send({ tag: 'align', session: id, on: message.on })
      return
    case 'close':
      seat.closing = true
      settle(seat)
  }
}
