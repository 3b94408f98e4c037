/**
 * A switch of the settings.
 *
 * @since 0.1.0
 */
import { type SwitchName, settings } from '../state/settings.js'

/** A switch with its label, and the key that does the same. */
export const Switch = ({ name, label, hint }: { readonly name: SwitchName; readonly label: string; readonly hint?: string }) => (
  <label class="switch">
    <span>
      {label} {hint !== undefined && <kbd aria-hidden="true">{hint}</kbd>}
    </span>
    <input
      type="checkbox"
      role="switch"
      checked={settings[name].value}
      onChange={(e) => {
        settings[name].value = e.currentTarget.checked
      }}
    />
  </label>
)
