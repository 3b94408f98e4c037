/**
 * A page as a session: its blocks run one after the other, in a folder that begins with models/ and the package installed.
 */
import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import ts from 'typescript'
import { root } from '../package/entries.js'
import { type Block, isProgram, isRun, placeOf } from './blocks.js'

const modules = join(root, 'node_modules')

/** node_modules of a project that has installed Keyflow and what the pages use beside it. */
const install = (folder: string): void => {
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  for (const name of readdirSync(modules).filter((entry) => !entry.startsWith('.') && entry !== 'keyflow'))
    symlinkSync(join(modules, name), join(folder, 'node_modules', name))
  symlinkSync(root, join(folder, 'node_modules', 'keyflow'))
  mkdirSync(join(folder, 'node_modules', '.bin'))
  symlinkSync(join(root, 'dist', 'io', 'cli', 'main.js'), join(folder, 'node_modules', '.bin', 'keyflow'))
}

/** `npx keyflow` and `keyflow` as the built command, everything else of npx as it is. */
const programs = (folder: string): string => {
  const bin = join(folder, '.bin')
  mkdirSync(bin)
  const main = join(root, 'dist', 'io', 'cli', 'main.js')
  const scripts = {
    keyflow: `exec node '${main}' "$@"`,
    npx: `case "$1" in
  keyflow) shift; exec node '${main}' "$@" ;;
  vitest) shift; exec node '${join(modules, 'vitest', 'vitest.mjs')}' "$@" ;;
  tsc) shift; exec node '${join(modules, 'typescript', 'bin', 'tsc')}' "$@" ;;
  *) echo "npx $1: not in the session of a page" >&2; exit 1 ;;
esac`
  }
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return bin
}

/** A folder as the blocks of a page find it. */
const prepared = (page: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'keyflow-page-'))
  install(folder)
  symlinkSync(join(root, 'models'), join(folder, 'models'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  if (page.startsWith('examples/')) cpSync(join(root, dirname(page)), join(folder, dirname(page)), { recursive: true })
  return folder
}

/** Saves a block that has a file of its own, or is run by its file. The name of the file. */
const saved = (folder: string, block: Block): string => {
  const name = block.marks.file ?? `block-${block.line}.${block.language === 'ts' ? 'ts' : 'mjs'}`
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), `${block.code}\n`)
  return name
}

/** What came of a block: its exit code and all that it printed. */
interface Ended {
  readonly code: number
  readonly printed: string
}

/** Runs a file by a program in a group of its own, with both outputs in one pipe; what it leaves running ends with the page. */
const ended = (folder: string, bin: string, program: string, file: string, groups: Array<number>): Promise<Ended> =>
  new Promise((resolve) => {
    const { PATH, ...env } = process.env
    const child = spawn('bash', ['-c', `${program} ${file} 2>&1 | cat; exit \${PIPESTATUS[0]}`], {
      cwd: folder,
      env: { ...env, PATH: `${bin}${delimiter}${PATH}`, XDG_CACHE_HOME: join(folder, '.cache'), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true
    })
    if (child.pid !== undefined) groups.push(child.pid)
    let printed = ''
    const late = setTimeout(() => end(child.pid), limit)
    child.stdout.on('data', (data) => (printed += data))
    child.stderr.on('data', (data) => (printed += data))
    child.on('error', (cause) => resolve({ code: 1, printed: `${printed}${cause.message}` }))
    child.on('close', (code, signal) => {
      clearTimeout(late)
      resolve({ code: code ?? 1, printed: signal ? `${printed}${signal} after ${limit} ms` : printed })
    })
  })

/** Milliseconds that one block may take. */
const limit = 600_000

/** Ends a group of processes, if any of it still runs. */
const end = (group: number | undefined): void => {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL')
  } catch {}
}

const toJavaScript = (code: string): string =>
  ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true }
  }).outputText

const started = (folder: string, bin: string, block: Block, groups: Array<number>): Promise<Ended> => {
  const shell = block.language === 'sh'
  const name = `block-${block.line}.run.${shell ? 'sh' : 'mjs'}`
  writeFileSync(join(folder, name), block.language === 'ts' ? toJavaScript(block.code) : block.code)
  return ended(folder, bin, shell ? 'bash -euo pipefail' : 'node', name, groups)
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The lines of an `output` block that nothing printed. */
const missing = (due: string, printed: string): ReadonlyArray<string> =>
  due
    .split('\n')
    .filter((line) => line.trim() !== '')
    .filter((line) => !new RegExp(line.trim().split('...').map(escaped).join('.*')).test(printed))

/** Runs the blocks of a page; the first thing that is not as the page says, or nothing. */
export const played = async (page: string, blocks: ReadonlyArray<Block>): Promise<string | undefined> => {
  const folder = prepared(page)
  const groups: Array<number> = []
  try {
    const bin = programs(folder)
    let printed = ''
    for (const block of blocks) {
      if (block.language === 'text' && 'output' in block.marks) {
        const lines = missing(block.code, printed)
        if (lines.length > 0) return `${placeOf(block)}: not printed: ${lines.join(' | ')}\nbut:\n${printed}`
      } else if ('file' in block.marks) saved(folder, block)
      else if (isRun(block)) {
        const result = await started(folder, bin, block, groups)
        printed = result.printed
        const due = Number(block.marks.exit ?? 0)
        if (result.code !== due) return `${placeOf(block)}: exit code ${result.code}, not ${due}:\n${printed}`
      }
    }
    return undefined
  } finally {
    groups.forEach(end)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What TypeScript says of the programs of all pages: each page a folder, each block a module of it. */
export const typeErrors = (blocks: ReadonlyArray<Block>): ReadonlyArray<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'keyflow-types-'))
  try {
    install(folder)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
    const places = new Map<string, Block>()
    for (const block of blocks.filter(isProgram)) {
      const page = block.page.replaceAll(/[^\w]/g, '-')
      mkdirSync(join(folder, page), { recursive: true })
      places.set(join(folder, page, saved(join(folder, page), block)), block)
    }
    const program = ts.createProgram([...places.keys()], {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
      types: ['node'],
      typeRoots: [join(modules, '@types')],
      moduleDetection: ts.ModuleDetectionKind.Force,
      strict: true,
      allowJs: true,
      checkJs: true,
      noImplicitAny: false,
      noEmit: true,
      skipLibCheck: true
    })
    return ts.getPreEmitDiagnostics(program).flatMap(({ file, start, messageText }) => {
      const block = places.get(file?.fileName ?? '')
      if (file !== undefined && block === undefined) return []
      const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1
      const place = block === undefined ? 'all' : `${block.page}:${block.line + line}`
      return [`${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`]
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
