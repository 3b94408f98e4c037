/**
 * The beginnings of nodes, graphs and pipelines of one's own, written as files.
 *
 * @since 0.1.0
 */
export { type Begun, type Scaffold, scaffold } from './write.js'
