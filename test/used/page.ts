/// <reference lib="dom" />
/** The studio's page in a real browser, before a real server, with a camera that plays a film. */
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { executable } from '../browser/chromium.js'
import { driving } from '../cli/keyflow.js'
import { type Running, ready, start } from '../server/server.js'
import { cameraFilm } from './camera.js'

export interface Studio {
  readonly server: Running
  readonly context: BrowserContext
  readonly page: Page
  /** What the page's console complained of. */
  readonly troubles: ReadonlyArray<string>
  readonly button: (name: string | RegExp) => ReturnType<Page['getByRole']>
  /** Chooses a file in the field of that name. */
  readonly give: (label: string, file: string) => Promise<void>
  /** Resolves when a session runs. */
  readonly running: () => Promise<void>
  readonly end: () => Promise<void>
}

/** Starts a server with these words and opens its page; `address` makes the page's address of the server's. */
export const openStudio = async (
  folder: string,
  words: ReadonlyArray<string>,
  address = (url: string): string => url
): Promise<Studio> => {
  const camera = join(folder, 'camera.mjpeg')
  await cameraFilm(driving, camera)
  const server = await start(words)
  await ready(server.url)
  const browser = await chromium.launch({
    executablePath: executable!,
    timeout: 200_000,
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${camera}`
    ]
  })
  const context = await browser.newContext({ permissions: ['camera'], viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(200_000)
  const troubles: Array<string> = []
  page.on('pageerror', (cause) => troubles.push(cause.message))
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text())
  })
  await page.goto(address(server.url))
  return {
    server,
    context,
    page,
    troubles,
    button: (name) => page.getByRole('button', { name }),
    give: (label, file) => page.locator(`input[type=file][aria-label="${label}"]`).setInputFiles(file),
    running: () => page.getByText('The session runs.').waitFor({ state: 'attached' }),
    end: async () => {
      await browser.close()
      await server.end()
    }
  }
}
