/**
 * Frames per second of live transfer in chromium without a window: everything in the page, no server that computes.
 *
 *     node bench/browser.mjs [--model FILE] [--backends wasm,webgl] [--seconds 5] [--here] [--out FILE]
 *
 * Needs dist (`node setup/setup.mjs --quiet`) and a chromium. WebGL is drawn by the processor (SwiftShader), so that its number
 * says that it runs, not how fast a graphics processor is. With `--out bench/results/browser.json`, `node bench/figures.mjs` puts
 * it into the tables.
 */
import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values: asked } = parseArgs({
  options: {
    model: { type: 'string', default: join(root, 'models/shapes.safetensors') },
    backends: { type: 'string', default: 'wasm,webgl' },
    seconds: { type: 'string', default: '5' },
    here: { type: 'boolean', default: false },
    out: { type: 'string' }
  }
})
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (p) => p && existsSync(p)
)
if (executablePath === undefined) {
  process.stderr.write('no chromium: set CHROMIUM, or apt-get install chromium\n')
  process.exit(69)
}

const folder = mkdtempSync(join(tmpdir(), 'keyflow-bench-'))
await build({
  root,
  configFile: false,
  logLevel: 'silent',
  base: './',
  worker: { format: 'es' },
  build: {
    outDir: folder,
    lib: { entry: 'dist/browser/index.js', formats: ['es'], fileName: 'keyflow' },
    target: 'es2022'
  }
})
writeFileSync(
  join(folder, 'index.html'),
  '<!doctype html><title>bench</title><script type="module" src="boot.js"></script>'
)
writeFileSync(join(folder, 'boot.js'), "import * as keyflow from './keyflow.js'\nglobalThis.keyflow = keyflow\n")
const wasm = join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist')
const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }
const server = createServer((request, response) => {
  const [, first, ...rest] = (request.url ?? '/').split('/')
  const file =
    first === 'wasm'
      ? join(wasm, ...rest)
      : first === 'models'
        ? resolve(asked.model)
        : join(folder, first || 'index.html', ...rest)
  if (!existsSync(file)) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
  return createReadStream(file).pipe(response)
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const url = `http://127.0.0.1:${server.address().port}/`
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--enable-unsafe-webgpu']
})

/** Runs in the page: a picture that follows another as fast as it can. */
const measure = ({ backend, seconds, here, model }) => {
  const { keyflow } = globalThis
  const { wasm, models } = keyflow.placesAt(location.href)
  const options = { model: `${models}${model}`, backend, wasm, policy: 'block', underWay: 2 }
  const animator = keyflow.animator(here ? { ...options, port: keyflow.here } : options)
  return new Promise((done, fail) => {
    const times = []
    let about
    let goes = true
    animator.ready.subscribe((ready) => {
      about = ready
    })
    animator.refusals.subscribe((refusal) => fail(new Error(JSON.stringify(refusal))))
    const picture = (n) => {
      const bytes = new Uint8Array(64 * 64 * 3).fill(30)
      for (let i = 0; i < 20 * 20; i++) bytes[3 * ((20 + (i % 20)) * 64 + 10 + (n % 20) + Math.floor(i / 20))] = 230
      return { format: 'raw', width: 64, height: 64, bytes }
    }
    const frames = async function* () {
      for (let n = 0; goes; n++) yield { time: n * 40, picture: picture(n) }
    }
    animator.animate(picture(0), frames()).subscribe({
      next: ({ modelMs }) => {
        times.push([performance.now(), modelMs])
        // the first frames compile shaders and fill caches
        if (times.length > 4 && performance.now() - times[3][0] > 1000 * seconds) goes = false
      },
      error: (cause) => fail(new Error(JSON.stringify(cause.error ?? String(cause)))),
      complete: () => {
        animator.close()
        const warm = times.slice(3)
        const fps = (1000 * (warm.length - 1)) / (warm.at(-1)[0] - warm[0][0])
        const ms = warm.map(([, m]) => m).sort((a, b) => a - b)[Math.floor(warm.length / 2)]
        done({
          engine: about.engine,
          size: `${about.size.width}x${about.size.height}`,
          frames: warm.length - 1,
          fps,
          ms,
          first: times[0][1]
        })
      }
    })
  })
}

const backends = []
try {
  for (const backend of asked.backends.split(',')) {
    const page = await browser.newPage()
    page.on('console', (message) => {
      if (process.env.KEYFLOW_TELL) process.stderr.write(`${message.text()}\n`)
    })
    await page.goto(url)
    await page.waitForFunction(() => 'keyflow' in globalThis)
    const how = { backend, seconds: Number(asked.seconds), here: asked.here, model: basename(asked.model) }
    const line = await page.evaluate(measure, how).then(
      ({ engine, size, frames, fps, ms, first }) => {
        backends.push({ engine, size, frames, framesPerSecond: fps, milliseconds: ms, first })
        return `${engine.padEnd(16)} ${size}  ${fps.toFixed(2)} frames/s  ${ms.toFixed(0)} ms a frame (median of ${frames}; first ${first.toFixed(0)} ms)`
      },
      (cause) => `${backend.padEnd(16)} ${cause.message.split('\n')[0]}`
    )
    process.stdout.write(`${line}\n`)
    await page.close()
  }
  process.stdout.write(
    `chromium ${browser.version()}, ${availableParallelism()} processors, ${asked.here ? 'in the page' : 'in a worker'}\n`
  )
  if (asked.out !== undefined) {
    const machine = { processor: cpus()[0].model, processors: availableParallelism(), node: process.version }
    const made = { machine, chromium: browser.version(), worker: !asked.here, backends }
    writeFileSync(asked.out, `${JSON.stringify(made, undefined, 2)}\n`)
  }
} finally {
  await browser.close()
  server.close()
  rmSync(folder, { recursive: true, force: true })
}
