/**
 * The view that moves pictures.
 *
 * @since 0.1.0
 */
import { alone } from '../state/place.js'
import { DrivingPicker } from './driving-picker.js'
import { GraphPanel } from './graph-panel.js'
import { MeterPanel } from './meter-panel.js'
import { RenderPanel } from './render-panel.js'
import { ComputingPanel, MotionPanel, OverlayPanel } from './settings-panels.js'
import { SourcePicker } from './source-picker.js'
import { Stage } from './stage.js'

/** The view. */
export const Animate = () => (
  <div class="animate">
    <div class="column inputs">
      <SourcePicker />
      <DrivingPicker />
    </div>
    <div class="column">
      <Stage />
      <MeterPanel />
      <GraphPanel />
    </div>
    <div class="column settings">
      <MotionPanel />
      <OverlayPanel />
      <ComputingPanel />
      {!alone && <RenderPanel />}
    </div>
  </div>
)
