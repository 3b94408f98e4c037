/**
 * Modules of users, loaded: graphs and extensions in TypeScript or JavaScript, from a path or a package.
 *
 * @since 0.1.0
 */
import { access } from 'node:fs/promises'
import { register } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fileTrouble } from '../files/file-trouble.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { type BadSyntax, type ModuleText, scheme, syntaxOf } from './scheme.js'
import { badSyntax } from './syntax.js'

/**
 * What a module exports, by name.
 *
 * @since 0.1.0
 */
export type Exports = Readonly<Record<string, unknown>>

/** Whether a text names a module file, and not a graph or a package. */
export const isModulePath = (text: string): boolean => /\.m?[jt]s$/.test(text) || /^(\.{1,2}|)[/\\]/.test(text)

let hooks: MessagePort | undefined

/** From now on modules in TypeScript can be imported. */
const hook = (): void => {
  if (hooks !== undefined) return
  const { port1, port2 } = new MessageChannel()
  register('./hooks.js', import.meta.url, { data: port2, transferList: [port2] })
  hooks = port1
}

/** The modules that were read since this was asked last. */
const modulesRead = (): ReadonlyArray<ModuleText> => {
  const read: Array<ModuleText> = []
  for (;;) {
    const told = hooks && receiveMessageOnPort(hooks)
    if (told === undefined) return read
    read.push(told.message as ModuleText)
  }
}

/** The first place in a file that a stack trace names, by numbers or by a mark under its line, such as `line 3, column 5`. */
const placeIn = (stack: string, url: string): string => {
  const rest = (url === '' ? undefined : stack.split(url)[1]) ?? ''
  const [, line, number, space] = /^:(\d+)(?::(\d+)|\n.*\n(\s*)\^)?/.exec(rest) ?? []
  const column = number ?? (space === undefined ? undefined : space.length + 1)
  return line === undefined ? 'module' : column === undefined ? `line ${line}` : `line ${line}, column ${column}`
}

/** The file that an import stands in, by the words of Node's error; none where it was asked for from outside. */
const importer = (message: string): string | undefined => {
  const from = / imported from (.+?)$/m.exec(message)?.[1]
  const path = from?.startsWith('file:') ? fileURLToPath(from) : from
  return path === join(process.cwd(), 'package.json') ? undefined : path
}

/** A mistake of a module that is no program at all. */
const misspelt = ({ file, line, column, message }: BadSyntax, due: string): Problem =>
  complaint(file)(`line ${line}, column ${column}`, due, message)

/** Whether an error was thrown by code that ran, as its stack has a place that is not Node's. */
const ran = (stack: string): boolean => /^ +at (?!async |.*\bnode:).*:\d+:\d+\)?$/m.test(stack)

/** What went wrong while a module was loaded: where, what was due, what came. */
const loadProblem =
  (file: string, url: string) =>
  (cause: unknown): Problem => {
    const { code, message, name, stack } = (
      cause instanceof Error ? cause : new Error(String(cause))
    ) as NodeJS.ErrnoException
    const untyped = syntaxOf(message)
    if (untyped !== undefined) return misspelt(untyped, 'TypeScript whose types can be left out')
    const [first = ''] = message.split('\n')
    if (/^ERR_(MODULE_NOT_FOUND|PACKAGE_\w+|UNSUPPORTED_DIR_IMPORT|UNKNOWN_BUILTIN_MODULE)/.test(code ?? ''))
      return complaint(importer(first) ?? file)(
        'import',
        'a module that is there',
        first.replace(/ imported from .*/, '')
      )
    if (/provide an export named/.test(first))
      return complaint(file)(placeIn(stack ?? '', url), 'a name that the module exports', first)
    const bad = name === 'SyntaxError' && !ran(stack ?? '') ? badSyntax(modulesRead()) : undefined
    if (bad !== undefined) return misspelt(bad, 'a module without mistakes')
    return complaint(file)(placeIn(stack ?? '', url), 'a module that can be loaded', `${name}: ${first}`)
  }

/**
 * The exports of a module: a path, or the name of a package that is looked for from the working directory. It is run, with all
 * that a program may do.
 *
 * Fails with `FileTrouble` where it cannot be read, `BadData` with file, line and column where it is no such module, imports what is
 * not there, or throws.
 *
 * @category files
 * @since 0.1.0
 */
export const loadModule = (asked: string): TE.TaskEither<Problem, Exports> => {
  hook()
  modulesRead() // those of another time
  if (!isModulePath(asked)) {
    const from = pathToFileURL(join(process.cwd(), 'package.json')).href
    const specifier = scheme + encodeURIComponent(JSON.stringify([asked, from]))
    return TE.tryCatch(() => import(specifier) as Promise<Exports>, loadProblem(asked, ''))
  }
  const path = resolve(asked)
  const url = pathToFileURL(path).href
  return pipe(
    TE.tryCatch(() => access(path), fileTrouble(asked, 'read')),
    TE.flatMap(() => TE.tryCatch(() => import(url) as Promise<Exports>, loadProblem(asked, url)))
  )
}
