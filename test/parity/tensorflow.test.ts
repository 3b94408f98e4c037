import { contract } from './contract.js'

contract('tensorflow')
