import { contract } from './contract.js'

contract('wasm')
