/**
 * Choosing the picture that is moved.
 *
 * @since 0.1.0
 */
import { signal } from '@preact/signals'
import { putPicture } from '../draw/paint.js'
import { Canvas } from '../parts/canvas.js'
import { Icon } from '../parts/icon.js'
import { Note } from '../parts/note.js'
import { Panel } from '../parts/panel.js'
import { Pick } from '../parts/pick.js'
import { samples } from '../state/catalogue.js'
import { source } from '../state/chosen.js'
import { arriving, sampleSource, takeSource } from '../state/intake.js'
import { Snapshot } from './snapshot.js'

const over = signal(false)
const snapping = signal(false)

/** Where a picture can be dropped; shows the one that is chosen. */
const Drop = () => (
  <div
    class="drop"
    data-over={over.value}
    onDragOver={(e) => {
      e.preventDefault()
      over.value = true
    }}
    onDragLeave={() => {
      over.value = false
    }}
    onDrop={(e) => {
      e.preventDefault()
      e.stopPropagation()
      over.value = false
      const file = e.dataTransfer?.files[0]
      if (file !== undefined) takeSource(file, file.name)
    }}
  >
    <div class="seen">
      <Canvas paint={(canvas) => source.value !== undefined && putPicture(canvas, source.value.bitmap)} />
    </div>
    <p>
      {arriving.value.source === undefined ? (source.value?.name ?? 'No picture yet') : `Loading ${arriving.value.source}`}
      <br />
      <span class="quiet">Drop or paste one here</span>
    </p>
  </div>
)

const Gallery = () => {
  const pictures = samples.value.filter(({ kind }) => kind === 'picture')
  return pictures.length === 0 ? null : (
    <>
      <h3 id="gallery">Drawn creatures</h3>
      <div class="thumbs" role="group" aria-labelledby="gallery">
        {pictures.map((sample) => (
          <button
            key={sample.url}
            type="button"
            class="thumb"
            aria-pressed={source.value?.url === sample.url}
            onClick={() => sampleSource(sample)}
          >
            <img src={sample.url} alt={sample.title} loading="lazy" />
          </button>
        ))}
      </div>
    </>
  )
}

/** The panel of the source. */
export const SourcePicker = () => (
  <Panel title="Source">
    <Drop />
    <div class="actions">
      <Pick label="File" icon="file" accept="image/*" take={(file) => takeSource(file, file.name)} />
      <button
        type="button"
        class="button small"
        aria-expanded={snapping.value}
        onClick={() => {
          snapping.value = !snapping.value
        }}
      >
        <Icon name="camera" />
        Snapshot
      </button>
    </div>
    {snapping.value && (
      <Snapshot
        done={() => {
          snapping.value = false
        }}
      />
    )}
    <Note spot="source" />
    <Gallery />
  </Panel>
)
