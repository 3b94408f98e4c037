// @ts-check
/**
 * One setup at a time per user: a lock folder that names its holder, so that a dead holder is noticed.
 *
 * The folder is made complete under another name and renamed into place, which fails when a lock is there: no
 * moment exists in which a lock has no holder. The holder also writes down the program that it is waiting for, so
 * that whoever breaks the lock of a killed setup can end what that setup left running.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beside, readJson, writeJson } from './files.mjs'

/** @typedef {{ readonly pid: number, readonly started?: string | undefined, readonly host: string }} Holder */
/** @typedef {{ readonly track: (pid: number | undefined) => void, readonly release: () => void }} Held */

/** State and start time of a process: a number may be used again, a number with its start time is not. @param {number} pid */
const look = (pid) => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return { dead: fields[0] === 'Z' || fields[0] === 'X', started: fields[19] }
  } catch {
    return { dead: false, started: undefined }
  }
}

/** @param {number} pid @returns {Holder} */
const holder = (pid) => ({ pid, started: look(pid).started, host: hostname() })

/** Whether a process still runs. @public @param {Holder} who */
export const alive = (who) => {
  try {
    process.kill(who.pid, 0)
  } catch (cause) {
    if (/** @type {NodeJS.ErrnoException} */ (cause).code !== 'EPERM') return false
  }
  const { dead, started } = look(who.pid)
  return !dead && (who.started === undefined || started === undefined || who.started === started)
}

/** Age of a file in milliseconds. @param {string} file */
const age = (file) => {
  try {
    return Date.now() - statSync(file).mtimeMs
  } catch {
    return 0
  }
}

/** A lock whose holder is gone, or on another host and an hour old. @param {string} lock */
const stale = (lock) => {
  const who = /** @type {Holder | undefined} */ (readJson(join(lock, 'holder.json')))
  if (who === undefined) return age(lock) > 10_000
  return who.host === hostname() ? !alive(who) : age(lock) > 3_600_000
}

/** Lets a lock go at once, then clears it away: an emptied lock that still stands could be taken over. @param {string} lock */
const drop = (lock) => {
  const gone = beside(lock)
  try {
    renameSync(lock, gone)
    rmSync(gone, { recursive: true, force: true })
  } catch {}
}

/** Breaks a stale lock; two that try at once are kept apart by a second, momentary folder. @param {string} lock */
const breakLock = (lock) => {
  const guard = `${lock}.breaking`
  try {
    mkdirSync(guard)
  } catch {
    if (age(guard) > 10_000) rmSync(guard, { recursive: true, force: true })
    return
  }
  try {
    if (!stale(lock)) return
    const left = /** @type {Holder | undefined} */ (readJson(join(lock, 'child.json')))
    if (left?.host === hostname() && alive(left)) process.kill(left.pid, 'SIGKILL')
    drop(lock)
  } finally {
    rmSync(guard, { recursive: true, force: true })
  }
}

/** @param {string} lock @returns {boolean} */
const take = (lock) => {
  const mine = beside(lock)
  mkdirSync(mine, { recursive: true })
  writeJson(join(mine, 'holder.json'), holder(process.pid))
  try {
    renameSync(mine, lock)
    return true
  } catch (cause) {
    rmSync(mine, { recursive: true, force: true })
    const code = /** @type {NodeJS.ErrnoException} */ (cause).code ?? ''
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')) return false
    throw cause
  }
}

/**
 * Waits for a lock and takes it. `waiting` is called once, with the holder's process number, if there is a wait.
 *
 * @param {string} lock
 * @param {(pid: number | undefined) => void} [waiting]
 * @returns {Promise<Held>}
 */
export const acquire = async (lock, waiting = () => {}) => {
  mkdirSync(dirname(lock), { recursive: true })
  for (let told = false; !take(lock); ) {
    if (stale(lock)) breakLock(lock)
    else {
      if (!told) waiting(readJson(join(lock, 'holder.json'))?.pid)
      told = true
      await sleep(150)
    }
  }
  const child = join(lock, 'child.json')
  return {
    track: (pid) => (pid === undefined ? rmSync(child, { force: true }) : writeJson(child, holder(pid))),
    release: () => drop(lock)
  }
}
