import { hold } from './held.js'
import { keypoints } from './table.js'

hold(keypoints)
