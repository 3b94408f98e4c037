/**
 * Choosing what moves it.
 *
 * @since 0.1.0
 */
import { Icon, type IconName } from '../parts/icon.js'
import { Note } from '../parts/note.js'
import { Panel } from '../parts/panel.js'
import { Pick } from '../parts/pick.js'
import { Switch } from '../parts/switch.js'
import { samples } from '../state/catalogue.js'
import { drive, driver } from '../state/chosen.js'
import { arriving, sampleDriver, takeDriver } from '../state/intake.js'

interface Props {
  readonly label: string
  readonly icon: IconName
  readonly chosen: boolean
  readonly take: () => void
}

const Choice = ({ label, icon, chosen, take }: Props) => (
  <button type="button" class="chip" aria-pressed={chosen} onClick={take}>
    <span class="icon">
      <Icon name={icon} />
    </span>
    {label}
  </button>
)

/** A file that was chosen, which the lists below do not have. */
const Own = () => {
  const own = driver.value
  if (own === undefined || own.kind === 'camera' || (own.kind === 'film' && own.home !== undefined)) return null
  return <Choice label={own.name} icon={own.kind === 'film' ? 'film' : 'motion'} chosen take={() => {}} />
}

/** The panel of the driving. */
export const DrivingPicker = () => {
  const now = driver.value
  const films = samples.value.filter(({ kind }) => kind === 'film')
  return (
    <Panel title="Driving">
      <div class="actions">
        <Pick label="Film" icon="film" accept="video/*,.mp4,.webm,.mov,.mkv" take={takeDriver} />
        <Pick label="Motion" icon="motion" accept=".safetensors" take={takeDriver} />
      </div>
      <p class="quiet" role="status">
        {arriving.value.driving !== undefined && `Loading ${arriving.value.driving}`}
      </p>
      <Note spot="driving" />
      <div class="chips" role="group" aria-label="What moves it">
        <Choice label="Camera" icon="camera" chosen={now?.kind === 'camera'} take={() => drive({ kind: 'camera', name: 'Camera' })} />
        <Own />
        {films.map((sample) => (
          <Choice
            key={sample.url}
            label={sample.title}
            icon="film"
            chosen={now?.kind === 'film' && now.home === sample.url}
            take={() => sampleDriver(sample)}
          />
        ))}
      </div>
      {now?.kind === 'camera' ? <Switch name="mirror" label="Mirror" /> : <Switch name="loop" label="Begin again at the end" />}
    </Panel>
  )
}
