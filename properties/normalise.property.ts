import { normalise } from '../src/graphs/normalise.js'
import { foresee } from '../src/graphs/predictor.js'
import { foreseenLaws, normalisationLaws } from '../src/properties/index.js'
import { hold, row } from './held.js'

hold([row('normalisation', normalise, normalisationLaws), row('a predicted film', foresee, foreseenLaws)])
