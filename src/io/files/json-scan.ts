/**
 * What JSON.parse lets pass: keys given twice and nesting without bound.
 *
 * @since 0.1.0
 */

/**
 * What was due and what came instead.
 *
 * @category model
 * @since 0.1.0
 */
export interface JsonTrouble {
  readonly expected: string
  readonly actual: string
}

const quote = 0x22
const backslash = 0x5c

/** The place just after a string literal that opens at `start`, past the text if it does not end. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1
  return at + 1
}

/**
 * The first key that an object repeats, or the first value that is nested deeper than `deepest`. Nothing is promised
 * about text that is not JSON, except that the scan takes linear time and finds such nesting too.
 *
 * @category codec
 * @since 0.1.0
 */
export const jsonTrouble = (text: string, deepest: number): JsonTrouble | undefined => {
  const open: Array<Set<string> | undefined> = [] // the keys of every object around, nothing for an array
  let keyIsDue = false
  for (let at = 0; at < text.length; at++) {
    const c = text[at]
    if (c === '{' || c === '[') {
      if (open.length === deepest) return { expected: `at most ${deepest} levels of nesting`, actual: 'more' }
      open.push(c === '{' ? new Set() : undefined)
      keyIsDue = c === '{'
    } else if (c === '}' || c === ']') {
      open.pop()
      keyIsDue = false
    } else if (c === ',') keyIsDue = open.at(-1) !== undefined
    else if (c === '"') {
      const end = endOfString(text, at)
      if (keyIsDue) {
        const word = text.slice(at, end)
        const key = word.includes('\\') ? unescaped(word) : word.slice(1, -1)
        if (open.at(-1)?.has(key)) return { expected: 'every key once', actual: `${word.slice(0, 80)} twice` }
        open.at(-1)?.add(key)
        keyIsDue = false
      }
      at = end - 1
    }
  }
  return undefined
}

/** The string that a JSON literal stands for; the literal itself where it is malformed. */
const unescaped = (literal: string): string => {
  try {
    return String(JSON.parse(literal))
  } catch {
    return literal
  }
}
