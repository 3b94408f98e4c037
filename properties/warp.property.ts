import { hold } from './held.js'
import { warps } from './table.js'

hold(warps)
