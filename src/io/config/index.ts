/**
 * Configurations as the original has them, and what they say of graphs.
 *
 * @since 0.1.0
 */
export { Config, configFromJson, parseConfig, readConfig } from './config.js'
export { purposeOf, trainedSize } from './purpose.js'
