import { hold } from './held.js'
import { sequences } from './table.js'

hold(sequences)
