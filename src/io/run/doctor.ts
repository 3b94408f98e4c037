/**
 * What this machine offers keyflow, and what stands in its way, each with the command that mends it.
 *
 * @since 0.1.0
 */
import { existsSync, readFileSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, homedir, totalmem } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'

type Media = { readonly [K in 'ffmpeg' | 'ffprobe' | 'version']?: string }

/**
 * What only others can tell: the engine that starts, its speed at convolutions in GFLOP/s, where ffmpeg is.
 *
 * @category model
 * @since 0.1.0
 */
export interface Probes {
  readonly engine: () => Promise<{ readonly backend: string; readonly version: string }>
  readonly probe: () => number | Promise<number>
  readonly media: () => Promise<Media>
}

/**
 * The state of a machine as plain data. Bytes, GFLOP/s; null where there is nothing.
 *
 * @category model
 * @since 0.1.0
 */
export interface Diagnosis {
  readonly node: string
  /** `native`: whether the native engine has been set up, whatever runs now. */
  readonly engine: Record<'backend' | 'version', string | null> & { readonly gflops: number | null; native: boolean }
  readonly processor: string | null
  readonly threads: { readonly used: number; readonly available: number }
  readonly vector: ReadonlyArray<string>
  readonly media: Readonly<Record<'ffmpeg' | 'ffprobe' | 'version', string | null>>
  readonly memory: { readonly total: number; readonly free: number }
  readonly cache: { readonly folder: string; readonly bytes: number }
  readonly problems: ReadonlyArray<{ readonly what: string; readonly remedy: string }>
}

const firstLine = (cause: unknown): string => String(cause instanceof Error ? cause.message : cause).split('\n')[0]!

const installed = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** TensorFlow's addon, in the package's own modules or beside it. */
const addon = (): string => {
  const { resolve } = createRequire(import.meta.url)
  return join(dirname(resolve('@tensorflow/tfjs-node-gpu/package.json')), 'lib/napi-v8/tfjs_binding.node')
}

const text = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** What set-up noted down when it could not provide the native engine. */
const setupNote = (): { readonly lacking?: string; readonly remedy?: string } =>
  JSON.parse(text(join(installed, '.keyflow/engine.json')) || '{}')

const instructions =
  /^(sse4_2|avx|avx2|fma|f16c|avx_vnni|avx512(f|bw|vl|_vnni|_bf16|_fp16)|amx_\w+|asimd|sve2?|bf16|i8mm)$/

/**
 * The vector instructions named in the text of `/proc/cpuinfo`; Arm's `asimd` by its common name, neon.
 *
 * @category parts
 * @since 0.1.0
 */
export const vectorInstructions = (cpuinfo: string): ReadonlyArray<string> =>
  (/^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? '')
    .split(' ')
    .filter((flag) => instructions.test(flag))
    .map((flag) => (flag === 'asimd' ? 'neon' : flag))

const cacheFolder = (named = process.env.XDG_CACHE_HOME): string =>
  join(named && isAbsolute(named) ? named : join(process.env.HOME || homedir(), '.cache'), 'keyflow')

const bytesUnder = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const found = await Promise.all(names.map((name) => lstat(join(folder, name)).catch(() => undefined)))
  return found.reduce((sum, file) => sum + (file?.isFile() ? file.size : 0), 0)
}

const problemsOf = (d: Omit<Diagnosis, 'problems'>, failure: string | undefined): Diagnosis['problems'] => {
  const { KEYFLOW_BACKEND: chosen, TF_ENABLE_ONEDNN_OPTS: oneDnn } = process.env
  const { lacking = 'not set up', remedy = 'npx keyflow setup' } = setupNote()
  const [again, install] = ['npx keyflow setup --force', 'apt-get install -y ffmpeg']
  const [major = 0, minor = 0] = d.node.slice(1).split('.').map(Number)
  const off = chosen === 'wasm' || chosen === 'cpu'
  const found: ReadonlyArray<readonly [boolean, string, string]> = [
    [major < 20 || (major === 20 && minor < 19), `Node ${d.node} is older than 20.19`, 'nvm install 22'],
    [failure !== undefined, `the engine does not start: ${failure}`, again],
    [off, `KEYFLOW_BACKEND=${chosen} keeps the native engine off`, 'unset KEYFLOW_BACKEND'],
    [d.engine.native && d.engine.backend === 'wasm' && !off, 'native TensorFlow does not start', again],
    [!d.engine.native, `no native engine: ${lacking}`, remedy],
    [oneDnn === '0', 'oneDNN is switched off, so convolutions are slow', 'unset TF_ENABLE_ONEDNN_OPTS'],
    [d.media.ffmpeg === null, 'no ffmpeg, so no video', install],
    [d.media.ffmpeg !== null && d.media.ffprobe === null, 'no ffprobe, so no video is read', install],
    [d.memory.free < 1e9, `only ${size(d.memory.free)} of memory is free`, 'ps aux --sort=-rss | head']
  ]
  return found.flatMap(([is, what, mend]) => (is ? [{ what, remedy: mend }] : []))
}

/**
 * Looks at the machine. Starts the engine; never rejects: what cannot be found is null, and named among the problems.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const diagnose = async ({ engine, probe, media }: Probes): Promise<Diagnosis> => {
  const trouble = (cause: unknown) => ({ failure: firstLine(cause) })
  const runs: { backend?: string; version?: string; failure?: string } = await engine().catch(trouble)
  const speed = runs.backend === undefined ? null : await Promise.resolve().then(probe).catch(trouble)
  const { ffmpeg = null, ffprobe = null, version = null } = await media().catch((): Media => ({}))
  const available = availableParallelism()
  const used = runs.backend === 'tensorflow' ? Number(process.env.TF_NUM_INTRAOP_THREADS) || available : 1
  const gflops = typeof speed === 'number' ? speed : null
  const found = {
    node: process.version,
    engine: { backend: runs.backend ?? null, version: runs.version ?? null, gflops, native: existsSync(addon()) },
    processor: cpus()[0]?.model ?? null,
    threads: { used, available },
    vector: vectorInstructions(text('/proc/cpuinfo')),
    media: { ffmpeg, ffprobe, version },
    memory: { total: Math.min(totalmem(), process.constrainedMemory() || totalmem()), free: process.availableMemory() },
    cache: { folder: cacheFolder(), bytes: await bytesUnder(cacheFolder()) }
  }
  const failure = runs.failure ?? (typeof speed === 'object' ? speed?.failure : undefined)
  return { ...found, problems: problemsOf(found, failure) }
}

const size = (bytes: number): string => (bytes < 1e9 ? `${(bytes / 1e6) | 0} MB` : `${(bytes / 1e9).toFixed(1)} GB`)

/**
 * A diagnosis as lines for a person.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const showDiagnosis = (d: Diagnosis): string => {
  const speed = d.engine.gflops === null ? '' : `, ${d.engine.gflops.toFixed(0)} GFLOP/s at convolutions`
  const lines: ReadonlyArray<readonly [string, string]> = [
    ['node', d.node],
    ['engine', d.engine.backend === null ? 'none' : `${d.engine.backend} ${d.engine.version}${speed}`],
    ['processor', `${d.processor ?? 'unknown'}; ${d.vector.join(' ') || 'no vector instructions known'}`],
    ['threads', `${d.threads.used} of ${d.threads.available}`],
    ['ffmpeg', d.media.ffmpeg === null ? 'none' : `${d.media.ffmpeg}${d.media.version ? ` (${d.media.version})` : ''}`],
    ['ffprobe', d.media.ffprobe ?? 'none'],
    ['memory', `${size(d.memory.free)} free of ${size(d.memory.total)}`],
    ['cache', `${d.cache.folder}, ${size(d.cache.bytes)}`],
    ...d.problems.map(({ what, remedy }) => ['problem', `${what}; to mend it: ${remedy}`] as const)
  ]
  return lines.map(([name, value]) => `${name.padEnd(9)}  ${value}`).join('\n')
}
