/**
 * The bar over the page.
 *
 * @since 0.1.0
 */
import { Icon } from '../parts/icon.js'
import { where } from '../state/catalogue.js'
import { phase, ready } from '../state/live.js'
import { alone, type View, view } from '../state/place.js'
import { settings } from '../state/settings.js'
import { troubles } from '../state/troubles.js'
import { openHelp } from './help.js'

const themes = { auto: 'light', light: 'dark', dark: 'auto' } as const
const looks = { auto: 'as the system', light: 'light', dark: 'dark' } as const

const Tab = ({ to, label }: { readonly to: View; readonly label: string }) => (
  <a href={`#${to}`} aria-current={view.value === to ? 'page' : undefined}>
    {label}
  </a>
)

/** Where it computes, and how that goes. */
const Engine = () => {
  const place = where.value === 'server' ? 'Server' : 'This browser'
  const state = troubles.value.stage !== undefined ? 'failed' : phase.value
  return (
    <span class="engine" data-state={state}>
      {ready.value === undefined || phase.value !== 'live' ? place : `${place}: ${ready.value.engine}`}
    </span>
  )
}

/** The bar. */
export const Bar = () => (
  <header class="bar">
    <a class="button skip" href="#main" onClick={(e) => (e.preventDefault(), document.getElementById('main')?.focus())}>
      To the content
    </a>
    <h1>
      <img src="./icon.svg" alt="" width="24" height="24" />
      Keyflow
    </h1>
    {!alone && (
      <nav aria-label="Views">
        <Tab to="animate" label="Animate" />
        <Tab to="training" label="Training" />
      </nav>
    )}
    <div class="rest">
      <Engine />
      <button
        type="button"
        class="button bare small"
        aria-label={`Look: ${looks[settings.theme.value]}. Change it`}
        onClick={() => {
          settings.theme.value = themes[settings.theme.value]
        }}
      >
        <Icon name={settings.theme.value} />
      </button>
      <button type="button" class="button bare small" aria-label="Keys and help" onClick={openHelp}>
        <Icon name="help" />
      </button>
    </div>
  </header>
)
