/**
 * What can be wrong with a drawn graph. Every one is found before a tensor exists.
 *
 * @since 0.1.0
 */

/**
 * A mistake in a graph: where, what was due, what came.
 *
 * @category model
 * @since 0.1.0
 */
export type GraphError =
  | { readonly _tag: 'DuplicateStep'; readonly at: string }
  | { readonly _tag: 'UnknownWire'; readonly at: string; readonly wire: string }
  /** Sources and sinks that cannot be played: one source ticks, sinks keep the timing of a source, nothing else comes in. */
  | { readonly _tag: 'BadDoor'; readonly at: string; readonly expected: string; readonly actual: string }
  | {
      readonly _tag: 'WeightConflict' | 'DtypeConflict' | 'RankConflict' | 'SizeConflict'
      readonly at: string
      readonly expected: string
      readonly actual: string
    }

/**
 * One line a person can act on.
 *
 * @category errors
 * @since 0.1.0
 */
export const showGraphError = (e: GraphError): string => {
  switch (e._tag) {
    case 'DuplicateStep':
      return `DuplicateStep ${e.at}: two steps have this name`
    case 'UnknownWire':
      return `UnknownWire ${e.at}: no step before it makes ${e.wire}`
    default:
      return `${e._tag} ${e.at}: expected ${e.expected}, actual ${e.actual}`
  }
}
