/**
 * Where a text stops being JSON, which not every engine tells.
 *
 * @since 0.1.0
 */

const blank = /[ \t\n\r]*/y
const token =
  /([{}[\],:])|"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy

/** What may come next: a value, a value or the end of a list that has begun, a key, a key or the end of an object, a colon, or what follows a value. */
type Due = 'value' | 'item' | 'key' | 'entry' | ':' | 'rest'

/** How a part of a text is read on, or nothing where it may not stand there. `open` are the brackets around. */
const next = (due: Due, word: string, open: Array<string>): Due | undefined => {
  const around = open.at(-1)
  if (due === ':') return word === ':' ? 'value' : undefined
  if (due === 'key' || (due === 'entry' && word !== '}')) return word.startsWith('"') ? ':' : undefined
  const ends =
    due === 'rest' ? word === (around === '{' ? '}' : ']') : word === (due === 'item' ? ']' : '}') && due !== 'value'
  if (ends && around !== undefined) {
    open.pop()
    return 'rest'
  }
  if (due === 'rest') return word === ',' && around !== undefined ? (around === '{' ? 'key' : 'value') : undefined
  if (word === '{' || word === '[') {
    open.push(word)
    return word === '{' ? 'entry' : 'item'
  }
  return /^[}\],:]$/.test(word) ? undefined : 'rest'
}

/**
 * The place of the first thing that JSON does not have there, lines and columns from 1; the end of the text where it only stops
 * too soon.
 *
 * @category codec
 * @since 0.1.0
 */
export const jsonPlace = (text: string): { readonly line: number; readonly column: number } => {
  const open: Array<string> = []
  let due: Due | undefined = 'value'
  let at = 0
  while (due !== undefined) {
    blank.lastIndex = at
    at += blank.exec(text)?.[0].length ?? 0
    token.lastIndex = at
    const word = token.exec(text)?.[0]
    due = word === undefined ? undefined : next(due, word, open)
    if (due !== undefined) at += word!.length
  }
  const lines = text.slice(0, at).split('\n')
  return { line: lines.length, column: lines.at(-1)!.length + 1 }
}
