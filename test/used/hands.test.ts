/// <reference lib="dom" />
/** The studio by hand: dropped, pasted, snapped, by keyboard alone, behind a token. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executable, sayWhy } from '../browser/chromium.js'
import { driving, model, source } from '../cli/keyflow.js'
import { ffmpeg } from '../io/media/make.js'
import { json } from '../server/server.js'
import { temporaryFolder } from '../temporary.js'
import { until } from '../until.js'
import { openStudio, type Studio } from './page.js'

/** Lets a file fall onto an element, or pastes it, as a browser tells it. */
const bring = (page: Page, how: 'drop' | 'paste', selector: string, file: string, name: string, type: string) =>
  page.evaluate(
    ({ how, selector, bytes, name, type }) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(bytes)], name, { type }))
      const options = { bubbles: true, cancelable: true }
      const event =
        how === 'drop'
          ? new DragEvent('drop', { ...options, dataTransfer: data })
          : new ClipboardEvent('paste', { ...options, clipboardData: data })
      document.querySelector(selector)!.dispatchEvent(event)
    },
    { how, selector, bytes: [...readFileSync(file)], name, type }
  )

/** What has the focus: its role or tag, and its name. */
const focus = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLInputElement
    const inside = at.querySelector('img')?.alt ?? (at.labels?.[0] ?? at).textContent?.trim()
    return `${at.type ?? at.tagName} ${at.getAttribute('aria-label') ?? inside}`
  })

/** Presses Tab until something has the focus. */
const tabTo = async (page: Page, what: RegExp): Promise<void> => {
  const passed: Array<string> = []
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab')
    passed.push(await focus(page))
    if (what.test(passed.at(-1)!)) return
  }
  throw new Error(`Tab does not come to ${what}; it came to ${passed.join(' | ')}`)
}

sayWhy()
describe.skipIf(executable === undefined)('the studio by hand', () => {
  let studio: Studio
  let page: Page
  const picture = (selector: string): Promise<string> =>
    page.locator(selector).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())

  beforeAll(async () => {
    studio = await openStudio(temporaryFolder('hands'), ['--model', model])
    page = studio.page
  })
  afterAll(() => studio?.end())

  it('takes what is dropped and what is pasted', async () => {
    await bring(page, 'drop', '.drop', source, 'dropped.png', 'image/png')
    await page.getByText('dropped.png').waitFor()
    const before = await picture('.drop canvas')
    await bring(page, 'paste', 'body', 'models/demo/result.png', 'pasted.png', 'image/png')
    await page.getByText('pasted.png').waitFor()
    await until(
      () => picture('.drop canvas'),
      (now) => now !== before
    )
    await bring(page, 'drop', 'main', driving, 'fallen.mp4', 'video/mp4')
    await studio.button('fallen.mp4').waitFor()
    await bring(page, 'drop', 'main', 'package.json', 'package.json', 'application/json')
    expect(await page.getByRole('region', { name: 'Source' }).getByRole('alert').innerText()).toContain('package.json')
  })

  it('takes a picture from the camera', async () => {
    await studio.button('Snapshot').click()
    await page.waitForFunction(() => (document.querySelector('.snapshot video') as HTMLVideoElement)?.videoWidth > 0)
    await studio.button('Take it').click()
    await page.locator('.drop').getByText('Snapshot').waitFor()
    await page.locator('.snapshot').waitFor({ state: 'detached' })
  })

  it('shows how well the poses fit, and starts at the best frame when asked', async () => {
    await studio.give('File', source)
    await page.getByText('source.png').waitFor()
    await studio.button('fallen.mp4').click()
    const score = page.locator('.score .figures')
    expect(await score.innerText()).toBe('no frame yet')
    await studio.button(/^Start$/).click()
    await studio.running()
    const scores = new Set<string>()
    await until(
      async () => scores.add(await score.innerText()),
      ({ size }) => size > 5
    )
    for (const words of scores) expect(words).toMatch(/^[012]\.\d\d, (good|fair|poor)$|^no frame yet$/)
    await page.getByRole('switch', { name: 'Best frame first' }).check()
    const shown = await picture('#result-canvas')
    await until(
      () => picture('#result-canvas'),
      (now) => now !== shown
    )
    await studio.button('Recalibrate').click()
    await studio.button('Stop').click()
    await page.getByRole('switch', { name: 'Best frame first' }).uncheck()
  })

  it('gives up a job that is cancelled, and the server knows', async () => {
    const long = join(temporaryFolder('hands'), 'long.mp4') // it is not done before somebody presses Cancel
    await ffmpeg('-stream_loop', '99', '-i', driving, '-c', 'copy', long)
    await studio.give('Film', long)
    await studio.button('long.mp4').waitFor()
    await studio.button('Render on the server').click()
    await page.getByRole('progressbar', { name: 'Rendering' }).waitFor()
    await page.getByText(/\d+ of 9600 frames|Waiting/).waitFor()
    await studio.button('Cancel').click()
    await studio.button('Render on the server').waitFor()
    await until(
      async () => (await json(await fetch(`${studio.server.url}/api/jobs`))) as ReadonlyArray<{ state: string }>,
      (jobs) => jobs.length === 1 && jobs[0]!.state === 'cancelled'
    )
  })

  it('can be used from the first to the last step without a mouse', async () => {
    await page.reload()
    await page.getByText('Drawn creatures').waitFor()
    await tabTo(page, /To the content/)
    await page.keyboard.press('Enter')
    await tabTo(page, /Snapshot/)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.locator('.thumb[aria-pressed=true]').waitFor()
    await tabTo(page, /Camera/)
    await page.keyboard.press('Space')
    await tabTo(page, /Optical flow/)
    await page.keyboard.press('Space')
    await page.locator('body').press('k')
    await tabTo(page, /Start/)
    await page.keyboard.press('Enter')
    await studio.running()
    await page.locator('#flow-canvas').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' })
    await tabTo(page, /Stop/)
    await page.keyboard.press('Enter')
    await studio.button(/^Start$/).waitFor()
  })

  it('had nothing to complain of', () => {
    expect(studio.troubles).toEqual([])
  })
})

describe.skipIf(executable === undefined)('the studio of a server that wants a token', () => {
  it('asks for it, says when it is wrong, and opens', async () => {
    const studio = await openStudio(
      temporaryFolder('hands'),
      ['--model', model, '--host', '0.0.0.0', '--token', 'of two words'],
      (url) => url.replace('0.0.0.0', '127.0.0.1')
    )
    try {
      const { page } = studio
      const field = page.getByLabel('Token')
      await field.fill('another')
      await studio.button('Unlock').click()
      await page.getByRole('alert').first().waitFor()
      await field.fill('of two words')
      await studio.button('Unlock').click()
      await page.getByText('Drawn creatures').waitFor()
      expect(await field.isVisible()).toBe(false)
      await studio.give('File', source)
      await studio.button('Camera').click()
      await studio.button(/^Start$/).click()
      await studio.running()
    } finally {
      await studio.end()
    }
  })
})
