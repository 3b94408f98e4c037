import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readModel, valuesOf } from '../../src/io/model/model.js'
import * as tf from '../../src/nodes/tf.js'
import { live, livePrograms, liveWeights, type Motion } from '../../src/streams/live.js'
import { bundle } from './bundle.js'
import { executable, sayWhy, startChromium } from './chromium.js'
import { serveFolders } from './serve.js'

const side = 64
const model = 'models/shapes.safetensors'
const smoothing = { minCutoff: 2, beta: 0.5, derivativeCutoff: 1 }
/** Bytes of a prediction may differ by this much from the Node engine's: rounding, and sums in another order. */
const tolerance = { most: 2, mean: 0.05 }

/** RGB bytes of a disc on its way. */
const disc = (i: number): Array<number> =>
  Array.from({ length: side * side * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)]
    const inside = (x - 20 - 4 * i) ** 2 + (y - 24 - 2 * i) ** 2 < 120
    return inside ? [220, 120, 40][at % 3]! : 30
  })
const frames = [0, 1, 2, 3].map(disc)

sayWhy()
describe.skipIf(executable === undefined)('the library in chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyflow-page-'))
  const troubles: Array<string> = []
  let server: Awaited<ReturnType<typeof serveFolders>>
  let browser: Browser
  let page: Page
  let source: Array<number>

  beforeAll(async () => {
    await tf.startEngine()
    source = [...(await sharp('models/demo/source.png').resize(side, side).removeAlpha().raw().toBuffer())]
    await bundle('src/browser/index.ts', folder)
    writeFileSync(
      join(folder, 'index.html'),
      '<!doctype html><title>keyflow</title><script type="module" src="boot.js"></script>'
    )
    writeFileSync(join(folder, 'boot.js'), "import * as keyflow from './keyflow.js'\nglobalThis.keyflow = keyflow\n")
    writeFileSync(join(folder, 'favicon.ico'), '')
    const require = createRequire(import.meta.url)
    const wasm = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist')
    server = await serveFolders({ '': folder, models: 'models', wasm })
    browser = await startChromium()
    page = await browser.newPage()
    page.setDefaultTimeout(200_000)
    page.on('pageerror', (cause) => troubles.push(cause.message))
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text())
    })
    await page.goto(`${server.url}/index.html`)
    await page.waitForFunction(() => 'keyflow' in globalThis)
  })
  afterAll(async () => {
    await browser?.close()
    server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Predictions of the Node engine, as bytes. */
  const expected = async () => {
    const read = await readModel(model)()
    if (E.isLeft(read)) throw new Error('no model')
    const { config } = read.right
    const values = valuesOf(read.right, liveWeights(livePrograms(config.model_params)))
    const animator = live(livePrograms(config.model_params), values, { height: side, width: side })
    const picture = (bytes: ReadonlyArray<number>) =>
      tf.tensor3d(
        bytes.map((b) => b / 255),
        [side, side, 3]
      )
    const still = animator.still(picture(source))
    const normalisation = config.transfer_params.normalization_params
    let motion: Motion | undefined
    return frames.map((frame, i) => {
      const [shown] = animator.tick([
        {
          still,
          driving: picture(frame),
          seconds: i / 25,
          manner: { normalisation, strength: 1, smoothing },
          ...(motion === undefined ? {} : { motion })
        }
      ])
      motion = shown!.motion
      return { bytes: [...shown!.prediction.dataSync()].map((x) => Math.round(x * 255)), score: shown!.score }
    })
  }

  /** The same in the page. */
  const inPage = (backend: string, apart: boolean, frames: Array<Array<number>>) =>
    page.evaluate(
      async ({ backend, apart, source, frames, side, smoothing }) => {
        const { keyflow, location } = globalThis as any
        const { wasm, models } = keyflow.placesAt(location.href)
        const picture = (bytes: Array<number>) => ({
          format: 'raw',
          width: side,
          height: side,
          bytes: Uint8Array.from(bytes)
        })
        const animator = keyflow.animator({
          model: `${models}shapes.safetensors`,
          backend,
          wasm,
          policy: 'block',
          manner: { smoothing },
          overlays: ['flow', 'mask', 'deformed'],
          ...(apart ? {} : { port: keyflow.here })
        })
        const film = async function* () {
          for (const [i, frame] of frames.entries()) yield { time: i * 40, picture: picture(frame) }
        }
        let engine = ''
        animator.ready.subscribe((ready: { engine: string }) => {
          engine = ready.engine
        })
        const shown: Array<{ bytes: Array<number>; score: number; overlays: Array<string> }> = []
        await new Promise<void>((resolve, reject) => {
          animator.animate(picture(source), film()).subscribe({
            next: (frame: any) =>
              shown.push({
                bytes: [...frame.prediction.bytes],
                score: frame.score,
                overlays: Object.keys(frame.overlays).sort()
              }),
            complete: () => resolve(),
            error: (cause: any) => reject(new Error(JSON.stringify(cause.error)))
          })
        })
        animator.close()
        return { shown, engine }
      },
      { backend, apart, source, frames, side, smoothing }
    )

  it.each([
    ['wasm', true, 4],
    ['wasm', false, 4],
    ['cpu', true, 2],
    ['webgl', true, 2] // drawn by the processor: its programs alone take a minute to make
  ])(
    'moves a picture as Node does: %s, in a worker: %s, %i frames',
    { timeout: 1_200_000 },
    async (backend, apart, count) => {
      const [there, { shown, engine }] = [await expected(), await inPage(backend, apart, frames.slice(0, count))]
      expect(engine).toMatch(new RegExp(`^${backend} \\d`))
      expect(shown.length).toBe(count)
      shown.forEach(({ bytes, score, overlays }, i) => {
        const differences = bytes.map((b, at) => Math.abs(b - there[i]!.bytes[at]!))
        const mean = differences.reduce((a, b) => a + b, 0) / differences.length
        process.env['KEYFLOW_TELL'] && process.stderr.write(`${backend} ${i}: ${Math.max(...differences)} ${mean}\n`)
        expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance.most)
        expect(mean).toBeLessThan(tolerance.mean)
        expect(score).toBeCloseTo(there[i]!.score, 3)
        expect(overlays).toEqual(['deformed', 'flow', 'mask'])
      })
    }
  )

  it('moved at all: the last picture is another than the first', async () => {
    const there = await expected()
    const moved = there[0]!.bytes.map((b, at) => Math.abs(b - there[3]!.bytes[at]!))
    expect(Math.max(...moved)).toBeGreaterThan(50 * tolerance.most)
  })

  it('reads a picture from its file, and asked nobody but its own origin', async () => {
    const png = [...readFileSync('models/demo/source.png')]
    const size = await page.evaluate(async (png) => {
      const { keyflow, location } = globalThis as any
      const { wasm, models } = keyflow.placesAt(location.href)
      const animator = keyflow.animator({ model: `${models}shapes.safetensors`, backend: 'wasm', wasm })
      const points = new Promise<Array<number>>((resolve) => animator.sources.subscribe(resolve))
      const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
      const session = animator.animate(Uint8Array.from(png), never).subscribe()
      const { length } = await points
      session.unsubscribe()
      animator.close()
      return length
    }, png)
    expect(size).toBe(8)
    expect(server.asked.some((path) => path.endsWith('.wasm'))).toBe(true)
    expect(troubles).toEqual([])
  })
})
