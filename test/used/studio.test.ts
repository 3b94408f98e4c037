/// <reference lib="dom" />
/** The studio as a person uses it: a real server, a real browser, a camera that plays a film. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClip } from '../../src/io/media/index.js'
import { executable, sayWhy } from '../browser/chromium.js'
import { driving, keyflow, model, source } from '../cli/keyflow.js'
import { temporaryFolder } from '../temporary.js'
import { openStudio, type Studio } from './page.js'
import { correlation, look, marks, span, whereabouts } from './watch.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A training run that has come to step 40. */
const aRun = async (folder: string): Promise<void> => {
  mkdirSync(join(folder, 'pictures'), { recursive: true })
  const line = (step: number): string =>
    `${JSON.stringify({ step, epoch: 0, losses: { rec: 2 / step, equivariance: 1 / (step + 3) } })}\n`
  writeFileSync(join(folder, 'log.ndjson'), Array.from({ length: 40 }, (_, i) => line(i + 1)).join(''))
  writeFileSync(join(folder, 'run.json'), '{"seed":7}')
  for (const step of [20, 40]) writeFileSync(join(folder, 'pictures', `step-${step}.png`), readFileSync(source))
}

/** Size and frames of a film; it is decoded from its first to its last frame. */
const decoded = async (path: string) => {
  const clip = await openClip(path, {})()
  if (E.isLeft(clip)) throw new Error(JSON.stringify(clip.left))
  let [frames, most] = [0, 0]
  for await (const { data } of clip.right.frames()) {
    frames += 1
    most = data.reduce((a, b) => Math.max(a, b), most)
  }
  return { width: clip.right.width, height: clip.right.height, frames, most }
}

sayWhy()
describe.skipIf(executable === undefined)('the studio', () => {
  const folder = temporaryFolder('used')
  /** Where pictures of the views go; kept if it is named. */
  const shots = process.env['KEYFLOW_SHOTS'] ?? join(folder, 'shots')
  let studio: Studio
  let page: Page

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    await aRun(join(folder, 'runs', 'first'))
    await aRun(join(folder, 'runs', 'second'))
    studio = await openStudio(folder, ['--model', model, '--runs', join(folder, 'runs')])
    page = studio.page
  })
  afterAll(() => studio?.end())

  const button = (name: string | RegExp) => studio.button(name)
  const give = (label: string, file: string) => studio.give(label, file)
  const begun = async (): Promise<void> => {
    await button(/^Start$/).click()
    await studio.running()
  }
  const saved = async (click: () => Promise<void>): Promise<string> => {
    const [file] = await Promise.all([page.waitForEvent('download'), click()])
    const path = join(folder, file.suggestedFilename())
    await file.saveAs(path)
    return path
  }

  it('moves a picture as the camera moves', async () => {
    await give('File', source)
    await page.getByText('source.png').waitFor()
    await button('Camera').click()
    // wherever the film is when the camera starts, the picture stays in sight
    await page.getByRole('radio', { name: 'Absolute' }).check({ force: true })
    await begun()
    const sights = await look(page, 24, 3.2) // once round
    for (const axis of [0, 1] as const) {
      const [from, seen, to] = [
        sights.map(({ driving }) => whereabouts(driving)[axis]),
        sights.map(({ points }) => marks(points)[axis]),
        sights.map(({ result }) => whereabouts(result)[axis])
      ]
      process.env['KEYFLOW_TELL'] &&
        process.stderr.write(
          `axis ${axis}: span ${[from, seen, to].map((s) => span(s).toFixed(2))}, keypoints ${correlation(from, seen).toFixed(3)}, picture ${correlation(from, to).toFixed(3)}\n`
        )
      expect(span(from)).toBeGreaterThan(2)
      expect(correlation(from, seen)).toBeGreaterThan(0.8)
      expect(correlation(from, to)).toBeGreaterThan(0.8)
    }
  })

  it('records what it shows, as MP4 and as GIF, and the motion', async () => {
    for (const [form, kind] of [
      ['mp4', 'mp4'],
      ['gif', 'gif']
    ] as const) {
      await page.getByLabel('Form of the recording').selectOption(form)
      await button('Record').click()
      await page.getByText(/^End, [1-9]/).waitFor()
      await look(page, 4) // a second may have few frames
      const path = await saved(() => button(/^End/).click())
      const film = await decoded(path)
      expect(path.endsWith(kind)).toBe(true)
      expect(film.frames).toBeGreaterThan(2)
      expect(film.width).toBeGreaterThanOrEqual(64)
      expect(film.most).toBeGreaterThan(100)
    }
    await button('Stop').click()
    const motion = await saved(() => button('Save motion').click())
    const out = join(folder, 'moved.mp4')
    const made = await keyflow(['transfer', '--model', model, '--source', source, '--motion', motion, '--out', out])
    expect(made.code, made.err).toBe(0)
    expect((await decoded(out)).frames).toBeGreaterThan(10)
  })

  it('stands still when it is stopped', async () => {
    const shown = () => page.locator('#result-canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
    const before = await shown()
    await page.waitForTimeout(500)
    expect(await shown()).toBe(before)
  })

  it('renders a whole film at the server and gives it away', async () => {
    await give('Film', driving)
    await button('driving.mp4').waitFor()
    const told = Promise.all([
      page.getByRole('progressbar', { name: 'Rendering' }).waitFor(),
      page.getByText(/\d+ of 96 frames/).waitFor()
    ])
    await button('Render on the server').click()
    await told
    // the result beside what it was made of
    const path = await saved(() => page.getByRole('link', { name: 'Download the film' }).click())
    expect(await decoded(path)).toMatchObject({ width: 256, height: 64, frames: 96 })
  })

  it('says where it happened what cannot be taken', async () => {
    const path = join(folder, 'words.png')
    writeFileSync(path, 'no picture at all')
    await give('File', path)
    const note = page.getByRole('region', { name: 'Source' }).getByRole('alert')
    await note.getByRole('button', { name: 'Dismiss' }).waitFor()
    expect(await note.innerText()).toContain('words.png')
    await note.getByRole('button', { name: 'Dismiss' }).click()
  })

  /** Serious violations, in words. */
  const violations = async (): Promise<ReadonlyArray<string>> => {
    await page.evaluate(axe)
    const { violations } = await page.evaluate(() => (globalThis as any).axe.run())
    return violations
      .filter(({ impact }: { impact: string }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }: any) => `${id}: ${nodes.map((n: any) => `${n.html} ${n.failureSummary}`).join('; ')}`)
  }
  const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } }

  it.each(['light', 'dark'] as const)('can be used by everybody, in %s, on a desk and on a phone', async (look) => {
    await page.emulateMedia({ colorScheme: look })
    for (const view of ['animate', 'training'] as const) {
      await page.goto(`${studio.server.url}/#${view}`)
      if (view === 'animate') {
        for (const name of ['Deformed picture', 'Optical flow', 'Mask'])
          await page.getByRole('switch', { name }).setChecked(true)
        if (await button(/^Start$/).isVisible()) {
          await give('File', source)
          await button('Camera').click()
          await begun()
        }
        await page.locator('#flow-canvas').waitFor()
      } else await page.getByText('second').first().waitFor()
      for (const [name, size] of Object.entries(sizes)) {
        await page.setViewportSize(size)
        await page.waitForTimeout(1200) // for the picture alone: meters are drawn once a second
        await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))))
        const path = join(shots, `${view}-${look}-${name}.png`)
        await page.screenshot({ path, fullPage: true })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect(wide, `${view} on a ${name} is too wide`).toBeLessThanOrEqual(0)
        expect((await sharp(path).stats()).entropy).toBeGreaterThan(0.5)
        expect(await violations()).toEqual([])
      }
      await page.setViewportSize(sizes.desktop)
    }
  })

  it('had nothing to complain of', () => {
    expect(studio.troubles).toEqual([])
  })
})
