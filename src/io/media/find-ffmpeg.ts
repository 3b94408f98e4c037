/**
 * Where ffmpeg and ffprobe are.
 *
 * @since 0.1.0
 */
import { execFile } from 'node:child_process'
import { access, chmod, constants, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { MediaFailure } from './failure.js'

const require = createRequire(import.meta.url)

/** The programs that are looked for. */
type Program = 'ffmpeg' | 'ffprobe'

const suffix = process.platform === 'win32' ? '.exe' : ''

/** A file that may be run. npm ships one without the permission; where that can be given, it is. */
const runnable = async (path: string): Promise<boolean> => {
  try {
    if (!(await stat(path)).isFile()) return false
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755))
    return true
  } catch {
    return false
  }
}

/** A program inside an installed package, or inside the package `part` that it brings along; none if not there. */
const inside = (program: Program, name: string, part?: string): ReadonlyArray<string> => {
  try {
    const own = require.resolve(`${name}/package.json`)
    const at = part === undefined ? own : createRequire(own).resolve(`${part}/package.json`)
    return [join(dirname(at), program + suffix)]
  } catch {
    return []
  }
}

const platform = `${process.platform}-${process.arch}`
const bundled: Readonly<Record<Program, () => ReadonlyArray<string>>> = {
  ffmpeg: () => [
    ...inside('ffmpeg', 'ffmpeg-static'),
    ...inside('ffmpeg', '@ffmpeg-installer/ffmpeg', `@ffmpeg-installer/${platform}`)
  ],
  ffprobe: () => inside('ffprobe', '@ffprobe-installer/ffprobe', `@ffprobe-installer/${platform}`)
}

const search = async (program: Program): Promise<string | undefined> => {
  const named = process.env[`${program.toUpperCase()}_PATH`]
  if (named !== undefined && named !== '') return (await runnable(named)) ? named : undefined
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const path of [...onPath.map((folder) => join(folder, program + suffix)), ...bundled[program]()]) {
    if (await runnable(path)) return path
  }
  return undefined
}

/** Found once per process and environment: `doctor` and tests may change the environment between calls. */
const known = new Map<string, Promise<string | undefined>>()

const find = (program: Program): Promise<string | undefined> => {
  const key = [program, process.env[`${program.toUpperCase()}_PATH`], process.env.PATH].join('\n')
  const found = known.get(key) ?? search(program)
  known.set(key, found)
  return found
}

/**
 * The path of a program: named by `$FFMPEG_PATH` or `$FFPROBE_PATH`, else on the path, else in `ffmpeg-static` or the
 * installer packages. A name that leads nowhere is not passed over. Throws a `NoEngine` problem where there is none.
 *
 * @category programs
 * @since 0.1.0
 */
export const need = async (program: Program): Promise<string> => {
  const path = await find(program)
  if (path !== undefined) return path
  const named = process.env[`${program.toUpperCase()}_PATH`]
  throw new MediaFailure({
    _tag: 'NoEngine',
    needed: program,
    actual: named ? `not at ${program.toUpperCase()}_PATH=${named}` : 'not found',
    remedy: `npm install --include=optional, or install ffmpeg, or set ${program.toUpperCase()}_PATH`
  })
}

/**
 * What was found and which version of ffmpeg it is; never fails.
 *
 * @category programs
 * @since 0.1.0
 */
export const findFfmpeg = async (): Promise<{
  readonly ffmpeg?: string
  readonly ffprobe?: string
  readonly version?: string
}> => {
  const [ffmpeg, ffprobe] = await Promise.all([find('ffmpeg'), find('ffprobe')])
  const said = ffmpeg && (await promisify(execFile)(ffmpeg, ['-version'], { timeout: 10_000 }).catch(() => undefined))
  const version = said ? /^ffmpeg version (\S+)/.exec(said.stdout)?.[1] : undefined
  return { ...(ffmpeg && { ffmpeg }), ...(ffprobe && { ffprobe }), ...(version && { version }) }
}

let passing: Promise<ReadonlyArray<string>> | undefined

/**
 * The option that passes frames on with the times that they have, which old and new versions call differently.
 *
 * @category programs
 * @since 0.1.0
 */
export const asTheyAre = (): Promise<ReadonlyArray<string>> => {
  passing ??= findFfmpeg().then(({ version = '' }) =>
    /^(N-4|[1234]\.)/.test(version) ? ['-vsync', '0'] : ['-fps_mode', 'passthrough']
  )
  return passing
}
