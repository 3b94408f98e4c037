/**
 * The names of something new: of its files, of its value, in a sentence.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Problem } from '../problem/problem.js'

/** `edge-glow`, `edgeGlow`, `edge glow`. */
export interface Names {
  readonly file: string
  readonly value: string
  readonly words: string
}

/** Words that the language keeps for itself, and those that the written files use. */
const taken = new Set(
  [
    'break case catch class const continue debugger default delete do else enum export extends false finally for function if',
    'import in instanceof new null return super switch this throw true try typeof var void while with let static yield await',
    'async of node record tensor tf graph compile run fc it expect describe source driving out rate frames picture still pipeline'
  ].flatMap((words) => words.split(' '))
)

/**
 * Names from what was typed: small letters and figures, in words with hyphens between them, and no word of the language.
 *
 * @category constructors
 * @since 0.1.0
 */
export const namesOf = (typed: string): E.Either<Problem, Names> => {
  const value = typed.replaceAll(/-(.)/g, (_, c: string) => c.toUpperCase())
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(typed) && !taken.has(value) && typed.length <= 60
    ? E.right({ file: typed, value, words: typed.replaceAll('-', ' ') })
    : E.left({
        _tag: 'Usage',
        at: 'NAME',
        expected: 'small letters with hyphens between words, such as edge-glow, and no word of the language',
        actual: typed
      })
}
