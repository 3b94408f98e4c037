/**
 * Saving what the page has made.
 *
 * @since 0.1.0
 */

/**
 * Gives a file to whoever sits there.
 *
 * @category files
 * @since 0.1.0
 */
export const download = (file: Blob, name: string): void => {
  const url = URL.createObjectURL(file)
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
