/**
 * Letting others run.
 *
 * @since 0.1.0
 */

/** Lets whatever has arrived be heard first. */
export const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

/**
 * A breath after every so many values, for loops over sources that may have everything at once: nobody else would come to do
 * anything. What comes in a smaller burst stays together.
 */
export const breaths = (every = 32): (() => Promise<void> | undefined) => {
  let count = 0
  return () => (++count % every === 0 ? breath() : undefined)
}
