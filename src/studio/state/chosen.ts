/**
 * The source and the driving that are chosen.
 *
 * @since 0.1.0
 */
import { signal } from '@preact/signals'
import type { Template } from '../media/template.js'

/** A picture to be moved. `url` is its address at the server, where it has one. */
export interface SourcePicture {
  readonly name: string
  readonly bitmap: ImageBitmap
  readonly file: Blob
  readonly url: string | undefined
}

/** What moves it. `url` is the address that it plays from, `home` that at the server or beside the page, where it has one. */
export type Driver =
  | { readonly kind: 'camera'; readonly name: string }
  | {
      readonly kind: 'film'
      readonly name: string
      readonly url: string
      readonly home: string | undefined
      readonly file: Blob
    }
  | { readonly kind: 'motion'; readonly name: string; readonly template: Template; readonly file: Blob }

/** The source. */
export const source = signal<SourcePicture | undefined>(undefined)

/** The driving. */
export const driver = signal<Driver | undefined>(undefined)

/** Chooses a driving; the address of a film that was made for the page is let go with it. */
export const drive = (next: Driver | undefined): void => {
  const was = driver.value
  driver.value = next
  if (was?.kind === 'film' && was.url.startsWith('blob:')) URL.revokeObjectURL(was.url)
}
