import { hold } from './held.js'
import { pictures } from './table.js'

hold(pictures)
