/**
 * Hooks of Node's module loader, for graphs and extensions that are written in TypeScript. They run in a thread of their own.
 *
 * Types are stripped, nothing is translated: lines and columns stay as they are. `keyflow` and its entries are the running ones,
 * wherever a module lies; other packages that are not found from there are keyflow's (io-ts, rxjs). `./other.js` finds
 * `./other.ts` where only that is there, as it does for TypeScript.
 *
 * @since 0.1.0
 */
import { readFile } from 'node:fs/promises'
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { transformSync } from '@swc/wasm-typescript'
import { type BadSyntax, type ModuleText, scheme, syntaxText } from './scheme.js'

/** JavaScript with spaces where types were; throws what `syntaxText` writes. */
const stripped = (file: string, source: string): string => {
  try {
    return transformSync(source, { mode: 'strip-only', filename: file, module: true }).code
  } catch (cause) {
    const { message, startLine: line, startColumn: column } = cause as Record<string, any>
    const bad: BadSyntax = {
      file,
      line: Number(line ?? 1),
      column: Number(column ?? 0) + 1,
      message: String(message ?? cause)
    }
    throw new SyntaxError(syntaxText(bad))
  }
}

/** Where else a module may be that is not found: in TypeScript, or, a package, where keyflow has it. */
const instead = (specifier: string): { readonly specifier: string; readonly parentURL?: string } | undefined => {
  const source = specifier.replace(/\.(m?)js$/, '.$1ts')
  if (/^\.{0,2}\//.test(specifier)) return source === specifier ? undefined : { specifier: source }
  return /^[@\w]/.test(specifier) && !specifier.includes(':') ? { specifier, parentURL: import.meta.url } : undefined
}

/** Finds a module. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (/^keyflow(\/|$)/.test(specifier)) return next(specifier, { ...context, parentURL: import.meta.url })
  if (specifier.startsWith(scheme)) {
    const [name, parentURL] = JSON.parse(decodeURIComponent(specifier.slice(scheme.length))) as [string, string]
    return next(name, { ...context, parentURL })
  }
  try {
    return await next(specifier, context)
  } catch (cause) {
    const other = instead(specifier)
    if (other === undefined) throw cause
    try {
      return await next(other.specifier, { ...context, ...other })
    } catch {
      throw cause
    }
  }
}

let main: MessagePort | undefined

/** Takes the port on which the main thread is told what is read. */
export const initialize: InitializeHook<MessagePort> = (port) => {
  main = port
}

const own = new URL('../../', import.meta.url).href

/** Reads a module; the main thread is told those of users. */
export const load: LoadHook = async (url, context, next) => {
  if (!/^file:.*\.m?[jt]s$/.test(url)) return next(url, context)
  const isScript = /js$/.test(url)
  if (isScript && (url.startsWith(own) || url.includes('/node_modules/'))) return next(url, context)
  const file = fileURLToPath(url)
  const text = await readFile(file, 'utf8')
  const source = isScript ? text : stripped(file, text)
  const loaded = isScript ? await next(url, context) : { format: 'module', shortCircuit: true, source }
  const type = loaded.format === 'module' ? 'module' : 'commonjs'
  main?.postMessage({ file, type, source } satisfies ModuleText)
  return loaded
}
