import { beforeAll } from 'vitest'
import { plateauRates } from '../src/io/training/plateau.js'
import { startEngine } from '../src/nodes/tf.js'
import { inFlightLaws, playLaws, scheduleLaws } from '../src/properties/index.js'
import { inFlight } from '../src/streams/in-flight.js'
import { play } from '../src/streams/play.js'
import { hold, row } from './held.js'

beforeAll(() => startEngine())
hold(
  [
    row('a program that is played', play, playLaws),
    row('values in flight', inFlight, inFlightLaws),
    row('a learning rate', plateauRates, scheduleLaws)
  ],
  true
)
