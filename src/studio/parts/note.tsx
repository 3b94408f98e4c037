/**
 * Trouble, where it happened.
 *
 * @since 0.1.0
 */
import { clear, type Spot, troubles } from '../state/troubles.js'

/** What went wrong at a place and what helps; nothing while all is well. */
export const Note = ({ spot }: { readonly spot: Spot }) => {
  const trouble = troubles.value[spot]
  return (
    <div role="alert" hidden={trouble === undefined}>
      {trouble !== undefined && (
        <div class="note">
          <strong>{trouble.what}</strong>
          <button type="button" class="button bare" onClick={() => clear(spot)}>
            Dismiss
          </button>
          <p>{trouble.remedy}</p>
        </div>
      )}
    </div>
  )
}
