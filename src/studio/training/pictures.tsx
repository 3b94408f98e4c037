/**
 * The pictures of a run, step by step.
 *
 * @since 0.1.0
 */
import { signal } from '@preact/signals'
import { Panel } from '../parts/panel.js'
import { followed, pickedRuns } from '../state/runs.js'

/** The picture that is shown, counted from the last one back. */
const back = signal(0)

const Film = ({ name }: { readonly name: string }) => {
  const pictures = followed.value[name]?.details.pictures ?? []
  const place = Math.max(0, pictures.length - 1 - back.value)
  const picture = pictures[place]
  if (picture === undefined) return <p class="quiet">{name} has no pictures yet.</p>
  return (
    <figure class="film">
      <figcaption class="quiet figures">
        {name}, step {picture.step}
      </figcaption>
      <img src={picture.url} alt={`Source and driving with keypoints, deformed source, prediction, driving; ${name}, step ${picture.step}`} />
    </figure>
  )
}

/** Pictures of the runs that are shown, beside one another, moved through together. */
export const PicturesPanel = () => {
  const longest = Math.max(0, ...pickedRuns.value.map(({ name }) => (followed.value[name]?.details.pictures.length ?? 0) - 1))
  return (
    <Panel title="Pictures">
      <p class="quiet">
        In each row: source and driving with their keypoints, the source deformed, the prediction, the driving frame it should be.
      </p>
      <label class="slider">
        <span>Step</span>
        <output>{back.value === 0 ? 'the newest' : `${back.value} before the newest`}</output>
        <input
          type="range"
          min="0"
          max={longest}
          step="1"
          value={longest - back.value}
          disabled={longest === 0}
          aria-valuetext={back.value === 0 ? 'the newest' : `${back.value} before the newest`}
          onInput={(e) => {
            back.value = longest - e.currentTarget.valueAsNumber
          }}
        />
      </label>
      <div class="films">
        {pickedRuns.value.map(({ name }) => (
          <Film key={name} name={name} />
        ))}
      </div>
    </Panel>
  )
}
