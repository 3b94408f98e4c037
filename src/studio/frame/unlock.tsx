/**
 * The token that a server off this machine asks for.
 *
 * @since 0.1.0
 */
import { api, locked } from '../backend/api.js'
import { load } from '../state/catalogue.js'
import { attempt } from '../state/troubles.js'

const unlock = async (event: SubmitEvent): Promise<void> => {
  event.preventDefault()
  const token = String(new FormData(event.currentTarget as HTMLFormElement).get('token') ?? '')
  const done = await attempt('catalogue', async () => {
    await api.login(token)
    return true
  })
  if (done !== true) return
  locked.value = false
  await load()
}

/** The token of the address that the server printed, taken out of it. */
const given = /^#token=(.+)$/.exec(location.hash)?.[1]
if (given !== undefined) history.replaceState(null, '', location.pathname)

/** Gives the server the token of the address, if there is one; then what it has can be asked for. */
export const enter = async (): Promise<void> => {
  if (given !== undefined) await attempt('catalogue', () => api.login(decodeURIComponent(given)))
  await load()
}

/** A field for the token, where the server wants one. */
export const Unlock = () =>
  locked.value ? (
    <form class="panel unlock" onSubmit={unlock}>
      <label for="token">Token</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required />
      <button class="button first" type="submit">
        Unlock
      </button>
      <p class="quiet">The server printed it when it started.</p>
    </form>
  ) : null
