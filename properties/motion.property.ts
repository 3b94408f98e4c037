import { hold } from './held.js'
import { motions } from './table.js'

hold(motions)
