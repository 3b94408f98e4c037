import { hold } from './held.js'
import { layers } from './table.js'

hold(layers)
