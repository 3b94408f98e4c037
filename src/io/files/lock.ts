/**
 * One process at a time in a folder.
 *
 * @since 0.1.0
 */
import { open, readdir, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import { fileTrouble, isFileError } from './file-trouble.js'

/** Who holds a folder: a machine, a process there, and when that process began, for numbers of processes are used again. */
interface Holder {
  readonly host: string
  readonly pid: number
  readonly began: string
}

const named = /^\.lock-([^-]*)-(\d+)-(\d+)$/
const nameOf = ({ host, pid, began }: Holder): string => `.lock-${host}-${pid}-${began}`
const here = (): string => encodeURIComponent(hostname()).replaceAll('-', '%2D')

/** When a process began, in the system's ticks; 0 where the system does not tell, nothing where there is no such process. */
const beganOf = async (pid: number): Promise<string | undefined> => {
  try {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    try {
      process.kill(pid, 0)
      return '0'
    } catch (cause) {
      return isFileError(cause) && cause.code === 'EPERM' ? '0' : undefined
    }
  }
}

/** Whether a holder may still be at work; one on another machine may be, or one that began nobody tells when. */
const alive = async ({ host, pid, began }: Holder): Promise<boolean> =>
  host !== here() || [began, '0'].includes((await beganOf(pid)) ?? '')

/** Who has taken a folder, or tries to. */
const holdersIn = async (folder: string): Promise<ReadonlyArray<Holder>> =>
  (await readdir(folder)).flatMap((name) => {
    const [, host, pid, began] = named.exec(name) ?? []
    return host === undefined ? [] : [{ host, pid: Number(pid), began: began! }]
  })

/**
 * Whether a folder was taken by processes none of which is there any more; false for one that nobody has taken.
 *
 * Rejects with the system's error where the folder cannot be read.
 *
 * @category files
 * @since 0.1.0
 */
export const isAbandoned = async (folder: string): Promise<boolean> => {
  const holders = await holdersIn(folder)
  return holders.length > 0 && !(await Promise.all(holders.map(alive))).includes(true)
}

const held = (folder: string, lock: string, { host, pid }: Holder): Problem => ({
  _tag: 'FileTrouble',
  file: folder,
  doing: 'lock',
  cause: `process ${pid} on ${decodeURIComponent(host)} is at work in it (if it is not, remove ${lock})`
})

/**
 * Takes a folder for this process, and gives what lets go of it. Every process puts down a file with its own name first
 * and looks for others then, so of two at once at most one comes through. What dead processes left is removed.
 *
 * @category files
 * @since 0.1.0
 */
export const lockFolder =
  (folder: string): TE.TaskEither<Problem, TE.TaskEither<Problem, void>> =>
  async () => {
    const me: Holder = { host: here(), pid: process.pid, began: (await beganOf(process.pid)) ?? '0' }
    const mine = join(folder, nameOf(me))
    try {
      await (await open(mine, 'wx')).close()
    } catch (cause) {
      const again = isFileError(cause) && cause.code === 'EEXIST'
      return E.left(again ? held(folder, nameOf(me), me) : fileTrouble(folder, 'lock')(cause))
    }
    const free: TE.TaskEither<Problem, void> = () =>
      rm(mine, { force: true }).then(E.right, (cause) => E.left(fileTrouble(mine, 'remove')(cause)))
    try {
      for (const other of await holdersIn(folder)) {
        const name = nameOf(other)
        if (name === nameOf(me)) continue
        if (await alive(other)) {
          await free()
          return E.left(held(folder, name, other))
        }
        await rm(join(folder, name), { force: true })
      }
      return E.right(free)
    } catch (cause) {
      await free()
      return E.left(fileTrouble(folder, 'lock')(cause))
    }
  }
