/**
 * The stage: pictures, and what starts, ends and keeps them.
 *
 * @since 0.1.0
 */
import { Note } from '../parts/note.js'
import { settings } from '../state/settings.js'
import { DeformedTile, DrivingTile, FlowTile, MaskTile, ResultTile, SourceTile } from './tiles.js'
import { Transport } from './transport.js'

/** The pictures that were asked for beside the result. */
const More = () => {
  const { deformed, flow, mask } = settings
  return deformed.value || flow.value || mask.value ? (
    <div class="tiles more">
      {deformed.value && <DeformedTile />}
      {flow.value && <FlowTile />}
      {mask.value && <MaskTile />}
    </div>
  ) : null
}

/** The stage. */
export const Stage = () => (
  <section class="panel stage" aria-label="Stage">
    <Note spot="catalogue" />
    <div class={`tiles${settings.alone.value ? ' alone' : ''}`}>
      {!settings.alone.value && <SourceTile />}
      {!settings.alone.value && <DrivingTile />}
      <ResultTile />
    </div>
    <More />
    <Note spot="stage" />
    <Transport />
    <Note spot="record" />
  </section>
)
