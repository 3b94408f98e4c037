/** The library's browser entry as a bundler sees it, and what it reached that no browser has. */
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Packages of the project that run in Node only. */
const nodeOnly =
  /^(@tensorflow\/tfjs-node|sharp|ws|hono|@hono\/|prom-client|commander|linkedom|@ffmpeg-|@ffprobe-|ffmpeg-static|yaml$)/

/** The package.json above a file. */
const packageOf = (file: string): { readonly browser?: Readonly<Record<string, unknown>> | string } => {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder))
    try {
      return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    } catch {}
  return {}
}

/** Whether a package says itself that it does without a module in browsers. */
const doesWithout = (importer: string, module: string): boolean => {
  const { browser } = importer.includes('/node_modules/') ? packageOf(importer) : {}
  return typeof browser === 'object' && browser[module] === false
}

const watching = (reached: Array<string>): Plugin => ({
  name: 'what-browsers-lack',
  enforce: 'pre',
  resolveId(source, importer = '') {
    const bad = (isBuiltin(source) && !doesWithout(importer, source)) || nodeOnly.test(source)
    if (bad) reached.push(`${source} from ${importer.replace(root, '')}`)
    return null
  }
})

/** Bundles `entry` into `out` and tells what was reached of Node. */
export const bundle = async (entry: string, out: string | undefined): Promise<ReadonlyArray<string>> => {
  const reached: Array<string> = []
  const plugins = () => [watching(reached)]
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    base: './',
    resolve: { alias: { '#engine': join(root, 'src/nodes/engine-browser.ts') } },
    plugins: plugins(),
    worker: { format: 'es', plugins },
    build: {
      outDir: out ?? 'out',
      emptyOutDir: false,
      write: out !== undefined,
      minify: false,
      target: 'es2022',
      lib: { entry, formats: ['es'], fileName: 'keyflow' }
    }
  })
  return reached
}
