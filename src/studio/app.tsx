/**
 * The page: its bar, and one of two views.
 *
 * @since 0.1.0
 */
import { Animate } from './animate/animate.js'
import { Bar } from './frame/bar.js'
import { Help } from './frame/help.js'
import { Unlock } from './frame/unlock.js'
import { alone, view } from './state/place.js'
import { Training } from './training/training.js'

/** The page. */
export const App = () => (
  <>
    <Bar />
    <main id="main" tabIndex={-1}>
      <Unlock />
      {view.value === 'training' && !alone ? <Training /> : <Animate />}
    </main>
    <Help />
  </>
)
