/**
 * Colours of an animal, and its border.
 *
 * @since 0.1.0
 */
import { type Colour, css, num } from '../svg.js'
import type { Marking } from './marks.js'
import type { Animal } from './pose.js'

/**
 * The colours of an animal.
 *
 * @category model
 * @since 0.1.0
 */
export interface Coat {
  readonly coat: Colour
  readonly pale: Colour
  readonly mark: Colour
  readonly line: Colour
  readonly horn: Colour
}

/**
 * An animal with its colours and marks; marks of a pale belly have the pale colour.
 *
 * @category model
 * @since 0.1.0
 */
export interface Dressed {
  readonly animal: Animal
  readonly coat: Coat
  readonly marks: ReadonlyArray<Marking>
  readonly tint: Colour
  readonly outline: number
}

/** An attribute that gives a group an outline. */
export const outlined = (line: string, width: number): string =>
  `stroke="${line}" stroke-width="${num(width)}" stroke-linejoin="round" stroke-linecap="round"`

/** The same paths twice: once with an outline, once over it without, so that only the outer border shows. */
export const bordered = (shapes: string, line: Colour, width: number): string =>
  width === 0 || shapes === '' ? shapes : `<g ${outlined(css(line), width * 2)}>${shapes}</g>${shapes}`
