/**
 * What the keys do.
 *
 * @since 0.1.0
 */
import { Switch } from '../parts/switch.js'
import { keys } from '../state/keys.js'

/** Shows the help. */
export const openHelp = (): void => (document.getElementById('help') as HTMLDialogElement | null)?.showModal()

/** The help. */
export const Help = () => (
  <dialog id="help" aria-labelledby="help-title">
    <h2 id="help-title">Keys</h2>
    <dl>
      {keys.map(({ key, words }) => (
        <>
          <dt>
            <kbd>{key === ' ' ? 'space' : key}</kbd>
          </dt>
          <dd>{words}</dd>
        </>
      ))}
    </dl>
    <Switch name="singleKeys" label="These keys work" />
    <form method="dialog">
      <button class="button first" type="submit">
        Close
      </button>
    </form>
  </dialog>
)
