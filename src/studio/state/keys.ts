/**
 * What single keys do.
 *
 * @since 0.1.0
 */

/** What a key can ask for. */
export type Wish =
  | 'start'
  | 'recalibrate'
  | 'align'
  | 'keypoints'
  | 'deformed'
  | 'flow'
  | 'mask'
  | 'alone'
  | 'record'
  | 'help'

/**
 * Every key with what it does, in the order in which they are told.
 *
 * @category keyboard
 * @since 0.1.0
 */
export const keys: ReadonlyArray<{ readonly key: string; readonly wish: Wish; readonly words: string }> = [
  { key: ' ', wish: 'start', words: 'start or stop' },
  { key: 'r', wish: 'recalibrate', words: 'the motion starts here' },
  { key: 'b', wish: 'align', words: 'start at the best frame, or not' },
  { key: 'k', wish: 'keypoints', words: 'keypoints' },
  { key: 'd', wish: 'deformed', words: 'deformed picture' },
  { key: 'f', wish: 'flow', words: 'optical flow' },
  { key: 'm', wish: 'mask', words: 'mask' },
  { key: 's', wish: 'alone', words: 'side by side, or the result alone' },
  { key: 'v', wish: 'record', words: 'record, or end the recording' },
  { key: '?', wish: 'help', words: 'these keys' }
]

/** What of a keyboard event counts. */
export interface Stroke {
  readonly key: string
  readonly ctrl: boolean
  readonly alt: boolean
  readonly meta: boolean
  /** The name of the element that has the focus, in small letters; its role where it has one. */
  readonly on: string
}

/** Where a key belongs to what has the focus: everywhere in fields; the space bar also on what it presses. */
const typing = ['input', 'select', 'textarea', 'dialog']
const pressed = [...typing, 'button', 'a', 'summary', 'video']

/**
 * What a key asks for; undefined where it asks for nothing or is meant for the element that has the focus.
 *
 * @category keyboard
 * @since 0.1.0
 */
export const wishOf = ({ key, ctrl, alt, meta, on }: Stroke): Wish | undefined => {
  if (ctrl || alt || meta) return undefined
  if ((key === ' ' ? pressed : typing).includes(on)) return undefined
  return keys.find((k) => k.key === key.toLowerCase())?.wish
}
