/**
 * The view that follows training.
 *
 * @since 0.1.0
 */
import { Note } from '../parts/note.js'
import { Panel } from '../parts/panel.js'
import { runs } from '../state/runs.js'
import { Compared } from './compared.js'
import { CurvesPanel } from './curves.js'
import { PicturesPanel } from './pictures.js'
import { RunList } from './run-list.js'

/** What to do where there is no run. */
const Empty = () => (
  <Panel title="No runs yet">
    <p>
      Start one with <code>keyflow train --out runs/first …</code>, and the server with <code>keyflow serve --runs runs</code>. It
      appears here and is followed as it grows.
    </p>
  </Panel>
)

/** The view. */
export const Training = () => (
  <>
    <Note spot="runs" />
    {runs.value?.length === 0 ? (
      <Empty />
    ) : (
      <div class="training">
        <RunList />
        <div class="column">
          <CurvesPanel />
          <PicturesPanel />
          <Compared />
        </div>
      </div>
    )}
  </>
)
