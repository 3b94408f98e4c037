/**
 * Keys, paste and drop, wherever they happen on the page.
 *
 * @since 0.1.0
 */
import { actions } from './actions.js'
import { takeAny } from './intake.js'
import { wishOf } from './keys.js'
import { view } from './place.js'
import { settings } from './settings.js'

const onOf = (target: EventTarget | null): string => {
  if (!(target instanceof Element)) return ''
  if (target.closest('dialog') !== null) return 'dialog'
  if (target.matches('input[type=checkbox], input[type=radio]')) return 'button'
  return target.getAttribute('role') === 'button' ? 'button' : target.tagName.toLowerCase()
}

const pressed = (event: KeyboardEvent): void => {
  if (!settings.singleKeys.value || event.repeat || event.defaultPrevented) return
  const { key, ctrlKey: ctrl, altKey: alt, metaKey: meta } = event
  const wish = wishOf({ key, ctrl, alt, meta, on: onOf(event.target) })
  if (wish === undefined || (view.value !== 'animate' && wish !== 'help')) return
  event.preventDefault()
  actions[wish]()
}

/**
 * Begins to listen.
 *
 * @category keyboard
 * @since 0.1.0
 */
export const listen = (): void => {
  addEventListener('keydown', pressed)
  addEventListener('paste', (event) => {
    if (view.value === 'animate' && takeAny(event.clipboardData?.files ?? [])) event.preventDefault()
  })
  addEventListener('dragover', (event) => event.preventDefault())
  addEventListener('drop', (event) => {
    event.preventDefault()
    if (view.value === 'animate') takeAny(event.dataTransfer?.files ?? [])
  })
}
