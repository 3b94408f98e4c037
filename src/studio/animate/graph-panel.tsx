/**
 * The running graph.
 *
 * @since 0.1.0
 */
import { Note } from '../parts/note.js'
import { drawing, drawn } from '../state/graph.js'
import { stats } from '../state/live.js'
import { GraphDrawing } from './graph-drawing.js'

/** The panel of the graph; it is drawn when it is opened. */
export const GraphPanel = () => (
  <details
    class="panel graphs"
    open={drawn.value}
    onToggle={(e) => {
      drawn.value = e.currentTarget.open
    }}
  >
    <summary>
      <h2>Graph</h2>
      <span class="quiet figures">
        {stats.value === undefined ? 'what runs, node by node' : `${stats.value.milliseconds.model.toFixed(1)} ms a frame`}
      </span>
    </summary>
    <Note spot="graph" />
    {drawing.value !== undefined && <GraphDrawing drawing={drawing.value} />}
    <p class="quiet">Boxes with a fold open when pressed, and close by their title. Times are means over the frames of the last second.</p>
  </details>
)
