/**
 * The settings of a session.
 *
 * @since 0.1.0
 */
import { Panel } from '../parts/panel.js'
import { Segments } from '../parts/segments.js'
import { Slider } from '../parts/slider.js'
import { Switch } from '../parts/switch.js'
import { model, models, where } from '../state/catalogue.js'
import { alone } from '../state/place.js'
import { settings } from '../state/settings.js'
import { Score } from './score.js'

/** How the picture moves. */
export const MotionPanel = () => (
  <Panel title="Motion">
    <Segments
      label="What is carried over"
      name="motion"
      value={settings.motion}
      choices={{ relative: 'Relative', absolute: 'Absolute' }}
    />
    <Slider
      label="Strength"
      value={settings.strength}
      most={2}
      step={0.05}
      disabled={settings.motion.value === 'absolute'}
      words={(n) => (settings.motion.value === 'absolute' ? 'relative only' : `${Math.round(100 * n)} %`)}
    />
    <Slider
      label="Smoothing"
      value={settings.calm}
      most={1}
      step={0.05}
      words={(n) => (n === 0 ? 'off' : `${Math.round(100 * n)} %`)}
    />
    <Switch name="align" label="Best frame first" hint="b" />
    <Score />
  </Panel>
)

/** What is shown. */
export const OverlayPanel = () => (
  <Panel title="Show">
    <div>
      <Switch name="keypoints" label="Keypoints" hint="k" />
      <Switch name="deformed" label="Deformed picture" hint="d" />
      <Switch name="flow" label="Optical flow" hint="f" />
      <Switch name="mask" label="Mask" hint="m" />
      <Switch name="alone" label="Result alone" hint="s" />
    </div>
  </Panel>
)

const Models = () => (
  <label class="choice">
    <span class="quiet">Model</span>
    <select
      value={model.value?.name ?? ''}
      disabled={models.value.length === 0}
      onChange={(e) => {
        settings.model.value = e.currentTarget.value
      }}
    >
      {models.value.map(({ name, size: { width, height } }) => (
        <option key={name} value={name}>
          {name}, {width}×{height}
        </option>
      ))}
    </select>
  </label>
)

/** Where and how it computes. */
export const ComputingPanel = () => (
  <Panel title="Computing">
    <Models />
    {alone ? (
      <p class="quiet">This page computes in your browser: pictures and camera stay on this machine.</p>
    ) : (
      <Segments label="Where" name="where" value={settings.where} choices={{ server: 'Server', browser: 'This browser' }} />
    )}
    {where.value === 'browser' && (
      <Segments
        label="Engine"
        name="engine"
        value={settings.engine}
        choices={{ auto: 'Best', webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'Wasm' }}
        barred={'gpu' in navigator ? [] : ['webgpu']}
      />
    )}
    <Segments
      label="When frames come too fast"
      name="policy"
      value={settings.policy}
      choices={{ latest: 'Newest frame', block: 'Every frame' }}
    />
  </Panel>
)
