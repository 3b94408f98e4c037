/**
 * Trouble by the place where it is shown.
 *
 * @since 0.1.0
 */
import { signal } from '@preact/signals'
import { type Trouble, troubleOf } from './words.js'

/** Where trouble is shown. */
export type Spot = 'source' | 'driving' | 'stage' | 'record' | 'job' | 'graph' | 'runs' | 'catalogue'

/** What there is to tell, by place. */
export const troubles = signal<Readonly<Partial<Record<Spot, Trouble>>>>({})

/** Tells trouble at a place. */
export const tell = (spot: Spot, cause: unknown): void => {
  troubles.value = { ...troubles.value, [spot]: troubleOf(cause) }
}

/** Takes back what was told at a place. */
export const clear = (spot: Spot): void => {
  const { [spot]: gone, ...rest } = troubles.value
  if (gone !== undefined) troubles.value = rest
}

/**
 * Does something whose failure is told at a place; undefined when it failed.
 *
 * @category state
 * @since 0.1.0
 */
export const attempt = async <A>(spot: Spot, work: () => Promise<A>): Promise<A | undefined> => {
  clear(spot)
  try {
    return await work()
  } catch (cause) {
    tell(spot, cause)
    return undefined
  }
}
