/**
 * Options of commands as data: what they are called, what they mean, how their text is read.
 *
 * This module and the table of commands are all that `keyflow --help` loads, so they import nothing heavy.
 *
 * @since 0.1.0
 */

/** The value of a text, or what the text should have been. */
export type Reading<A> = { readonly value: A } | { readonly expected: string }

/**
 * One option or argument. Without a `placeholder` it is a flag; `required` ones must be given.
 *
 * @category model
 * @since 0.1.0
 */
export interface Option<A> {
  readonly summary: string
  readonly placeholder?: string
  /** The only words that it may be, for a shell to complete. */
  readonly words?: ReadonlyArray<string>
  readonly required?: boolean
  /** May be given several times. */
  readonly many?: boolean
  /** Given several times, it is a list instead of one record of all. */
  readonly gather?: boolean
  readonly read: (text: string) => Reading<A>
  /** The value when it is not given. */
  readonly fallback: A
}

/** Options by their long names, in the spelling of code: `maxFrames` is `--max-frames`. */
export type Options = Readonly<Record<string, Option<any>>>

/** The values that options read. */
export type Flags<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer A> ? A : never }

const asIs = (text: string): Reading<string> => ({ value: text })

/** A switch: given or not. */
export const flag = (summary: string): Option<boolean> => ({ summary, fallback: false, read: () => ({ value: true }) })

/** A text that must be given. */
export const needed = (placeholder: string, summary: string): Option<string> => {
  return { summary, placeholder, required: true, fallback: '', read: asIs }
}

/** A text that may be given. */
export const optional = (placeholder: string, summary: string): Option<string | undefined> => {
  return { summary, placeholder, fallback: undefined, read: asIs }
}

/** A secret that a header of HTTP can carry. */
export const secret = (summary: string): Option<string | undefined> => ({
  ...optional('T', summary),
  read: (text) =>
    /^[!-~]([ -~]*[!-~])?$/.test(text) ? { value: text } : { expected: 'ASCII letters, digits and signs' }
})

/** A text with a value of its own when it is not given. */
export const withDefault = (placeholder: string, summary: string, fallback: string): Option<string> => {
  return { summary: `${summary} (default ${fallback})`, placeholder, fallback, read: asIs }
}

/** One of a few words, or nothing. */
export const choice = <W extends string>(words: ReadonlyArray<W>, summary: string): Option<W | undefined> => ({
  summary,
  words,
  placeholder: words.join('|'),
  fallback: undefined,
  read: (text) => {
    const value = words.find((w) => w === text)
    return value === undefined ? { expected: `one of ${words.join(', ')}` } : { value }
  }
})

/** One of a few words, or one that an extension brings. */
export const openChoice = (words: ReadonlyArray<string>, summary: string): Option<string | undefined> => ({
  ...choice(words, summary),
  read: asIs
})

/** One of a few words, which must be given. */
export const oneOf = <W extends string>(words: readonly [W, ...ReadonlyArray<W>], summary: string): Option<W> => {
  const { read } = choice(words, summary)
  return {
    summary,
    words,
    placeholder: words.join('|'),
    required: true,
    fallback: words[0],
    read: read as Option<W>['read']
  }
}

/** Some of a few words, with commas between them: `face,body`. */
export const choices = <W extends string>(words: ReadonlyArray<W>, summary: string): Option<ReadonlyArray<W>> => ({
  summary,
  words,
  placeholder: words.join(','),
  fallback: [],
  read: (text) => {
    const value = text.split(',').map((asked) => words.find((w) => w === asked.trim()))
    return value.every((w) => w !== undefined)
      ? { value: [...new Set(value)] }
      : { expected: `some of ${words.join(', ')}, with commas between them` }
  }
})

/** Different whole numbers from 1 on, with commas between them: `1,2,5`. */
export const numbers = (
  placeholder: string,
  summary: string,
  fallback: ReadonlyArray<number>
): Option<ReadonlyArray<number>> => ({
  summary: `${summary} (default ${fallback.join(',')})`,
  placeholder,
  fallback,
  read: (text) => {
    const value = text.split(',').map((n) => (/^[1-9]\d{0,5}$/.test(n) ? Number(n) : 0))
    return value.every((n) => n > 0) && new Set(value).size === value.length
      ? { value }
      : { expected: `different whole numbers from 1 on, such as ${fallback.join(',')}` }
  }
})

/** A whole number of at least `least`. */
export const count = (placeholder: string, summary: string, least = 1): Option<number | undefined> => ({
  summary,
  placeholder,
  fallback: undefined,
  read: (text) =>
    /^\d+$/.test(text) && Number(text) >= least && Number.isSafeInteger(Number(text))
      ? { value: Number(text) }
      : { expected: `a whole number from ${least} on` }
})

/** Height and width in pixels: `128x96`. */
export const size = (summary: string): Option<{ readonly height: number; readonly width: number } | undefined> => ({
  summary,
  placeholder: 'HxW',
  fallback: undefined,
  read: (text) => {
    const [, height, width] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? []
    return Number(height) > 0 && Number(width) > 0
      ? { value: { height: Number(height), width: Number(width) } }
      : { expected: 'height and width in pixels, such as 128x96' }
  }
})

/** Width, height and rate of bare frames: `640x480@30`. */
export const frames = (
  summary: string
): Option<
  | {
      readonly height: number
      readonly width: number
      readonly rate: { readonly num: number; readonly den: number }
    }
  | undefined
> => ({
  summary,
  placeholder: 'WxH@FPS',
  fallback: undefined,
  read: (text) => {
    const [, width, height, per = ''] = /^(\d{1,5})x(\d{1,5})@(.+)$/.exec(text) ?? []
    const every = rate('').read(per)
    return Number(height) > 0 && Number(width) > 0 && 'value' in every && every.value !== undefined
      ? { value: { height: Number(height), width: Number(width), rate: every.value } }
      : { expected: 'width, height and frames per second, such as 640x480@30' }
  }
})

/** A number from 0 up to and with `most`. */
export const amount = (placeholder: string, summary: string, most: number): Option<number | undefined> => ({
  summary,
  placeholder,
  fallback: undefined,
  read: (text) =>
    /^\d*\.?\d+$/.test(text) && Number(text) <= most
      ? { value: Number(text) }
      : { expected: `a number from 0 to ${most}` }
})

/** Rising times in seconds, with commas between them: `2,7.5`. */
export const times = (summary: string): Option<ReadonlyArray<number>> => ({
  summary,
  placeholder: 'T,T',
  fallback: [],
  read: (text) => {
    const value = text.split(',').map((word) => (/^\d*\.?\d+$/.test(word) ? Number(word) : Number.NaN))
    return value.every((t, i) => t > (value[i - 1] ?? -1))
      ? { value }
      : { expected: 'rising times in seconds, such as 2,7.5' }
  }
})

/** A part of a picture in pixels: `100,60,200,200` is x, y, width and height. */
export const box = (
  summary: string
): Option<{ readonly x: number; readonly y: number; readonly width: number; readonly height: number } | undefined> => ({
  summary,
  placeholder: 'x,y,w,h',
  fallback: undefined,
  read: (text) => {
    const [x, y, width, height] = /^\d{1,5}(,\d{1,5}){3}$/.test(text) ? text.split(',').map(Number) : []
    return x !== undefined && y !== undefined && width && height
      ? { value: { x, y, width, height } }
      : { expected: 'x, y, width and height in pixels, such as 100,60,200,200' }
  }
})

/** Two whole numbers, the first from 1 on and not above the second: `16-128`. */
export const range = (summary: string): Option<{ readonly least: number; readonly most: number } | undefined> => ({
  summary,
  placeholder: 'MIN-MAX',
  fallback: undefined,
  read: (text) => {
    const [, least, most] = (/^(\d{1,9})-(\d{1,9})$/.exec(text) ?? []).map(Number)
    return least !== undefined && most !== undefined && least >= 1 && least <= most
      ? { value: { least, most } }
      : { expected: 'two whole numbers from 1 on, such as 16-128' }
  }
})

/** A positive fraction: `25`, `12.5` or `30000/1001`. */
export const rate = (summary: string): Option<{ readonly num: number; readonly den: number } | undefined> => ({
  summary,
  placeholder: 'N',
  fallback: undefined,
  read: (text) => {
    const [, whole = '', tenths = '', den = '1'] = /^(\d{1,6})(?:\.(\d{1,3}))?(?:\/(\d{1,6}))?$/.exec(text) ?? []
    const value = { num: Number(whole + tenths), den: Number(den) * 10 ** tenths.length }
    return whole !== '' && value.num > 0 && value.den > 0
      ? { value }
      : { expected: 'a number above 0, such as 25 or 30000/1001' }
  }
})

/** A number from 0 to 1. */
export const share = (summary: string): Option<number | undefined> => ({
  summary,
  placeholder: 'T',
  fallback: undefined,
  read: (text) =>
    /^\d*\.?\d+$/.test(text) && Number(text) <= 1 ? { value: Number(text) } : { expected: 'a number from 0 to 1' }
})

/** Texts, one each time it is given. */
export const several = (placeholder: string, summary: string): Option<ReadonlyArray<string>> => ({
  summary,
  placeholder,
  many: true,
  gather: true,
  fallback: [],
  read: (text) => ({ value: [text] })
})

/** Assignments `key=value`, each once; values are true, false, numbers or words. */
export const assignments = (summary: string): Option<Readonly<Record<string, boolean | number | string>>> => ({
  summary,
  placeholder: 'key=value',
  many: true,
  fallback: {},
  read: (text) => {
    const [, key, value] = /^([A-Za-z_]\w*)=(.+)$/.exec(text) ?? []
    if (key === undefined || value === undefined) return { expected: 'an assignment such as frames=32' }
    const word = /^(true|True)$/.test(value) ? true : /^(false|False)$/.test(value) ? false : value
    return {
      value: { [key]: typeof word === 'string' && word !== '' && !Number.isNaN(Number(word)) ? Number(word) : word }
    }
  }
})

/** `maxFrames` as `--max-frames`. */
export const spelt = (name: string): string => name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)

/** A word as a shell reads it. */
export const quoted = (word: string): string =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** A command as it is typed, with every option that is not as it would be without being given. */
export const typed = <O extends Options>(
  name: string,
  declared: O,
  given: { readonly [K in keyof O]: string | number | boolean | ReadonlyArray<number | string> | undefined }
): string => {
  const words = Object.entries(declared).flatMap(([option, { placeholder, fallback, gather }]) => {
    const value = given[option]
    if (value === fallback || value === undefined) return []
    if (gather === true) return [value].flat().flatMap((one) => [`--${spelt(option)}`, quoted(String(one))])
    return [`--${spelt(option)}`, ...(placeholder === undefined ? [] : [quoted(String(value))])]
  })
  return ['keyflow', name, ...words].join(' ')
}
