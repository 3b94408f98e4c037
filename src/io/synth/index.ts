/**
 * Drawn videos whose every joint is known.
 *
 * @since 0.1.0
 */
export { recordFile as synthFile, type Settings as SynthSettings, synthesise } from './dataset.js'
export { type Kind, kinds, type Size, type Truth } from './model.js'
export { framesOf, type Video, video } from './video.js'
