/**
 * The studio's page.
 *
 * @since 0.1.0
 */
import { render } from 'preact'
import { App } from './app.js'
import { enter } from './frame/unlock.js'
import { listen } from './state/keyboard.js'

const root = document.getElementById('app')
if (root !== null) render(<App />, root)
listen()
enter()
