/**
 * Where the page is: which view, and whether there is a server behind it.
 *
 * @since 0.1.0
 */
import { effect, signal } from '@preact/signals'
import { settings } from './settings.js'

/** The views. */
export type View = 'animate' | 'training'

const viewOf = (hash: string): View => (hash === '#training' ? 'training' : 'animate')

/** The view that is shown. */
export const view = signal<View>(viewOf(location.hash))
addEventListener('hashchange', () => {
  view.value = viewOf(location.hash)
})

/** Whether the page lies on a static host: `keyflow studio --static` marks it so. Then the browser computes. */
export const alone = document.documentElement.hasAttribute('data-static')

effect(() => {
  const { theme } = settings
  if (theme.value === 'auto') document.documentElement.removeAttribute('data-theme')
  else document.documentElement.setAttribute('data-theme', theme.value)
})

/** Counts the changes between light and dark, so that what is drawn with colours is drawn anew. */
export const repaint = signal(0)
const changed = () => {
  repaint.value++
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed)
settings.theme.subscribe(() => queueMicrotask(changed))
