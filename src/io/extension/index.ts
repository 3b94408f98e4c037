/**
 * Nodes, graphs, datasets, sinks and measures of other packages, and graphs in modules of one's own.
 *
 * @since 0.1.0
 */
export { datasetFor, type FilmSink, type FilmSource, formatFor, measuresFor, sinkFor, sourceFor } from './choose.js'
export { type Exports, loadModule } from './load.js'
export { type Extension, extension, type Tables } from './model.js'
export { extended, ownTables, tablesOf } from './tables.js'
