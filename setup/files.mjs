// @ts-check
/**
 * Files written whole or not at all: everything is made under a temporary name and renamed into place.
 */
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** What a temporary name looks like: nobody but the holder of the lock makes any, so a later holder may sweep them. */
const mark = '.keyflow-tmp-'

let made = 0

/** A temporary name beside a file, on the same file system. @param {string} file */
export const beside = (file) => join(dirname(file), `${mark}${process.pid}-${made++}-${basename(file)}`)

/** Removes what interrupted runs left in a folder. @param {string} folder */
export const sweep = (folder) => {
  const names = (() => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  })()
  for (const name of names) if (name.startsWith(mark)) rmSync(join(folder, name), { recursive: true, force: true })
}

/** @param {string | Buffer} data */
export const sha256 = (data) => createHash('sha256').update(data).digest('hex')

/** The sha256 of a file of any size. @param {string} file @returns {Promise<string>} */
export const sha256File = async (file) => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/** Writes a small file atomically. @param {string} file @param {string} text */
const writeWhole = (file, text) => {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = beside(file)
  writeFileSync(temporary, text)
  renameSync(temporary, file)
}

/** A JSON file, or undefined when it is missing or broken: a stamp that cannot be read is no stamp. @param {string} file @returns {any} */
export const readJson = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {string} file @param {unknown} value */
export const writeJson = (file, value) => writeWhole(file, `${JSON.stringify(value, null, 1)}\n`)

/** Puts a finished folder in the place of another. @param {string} made @param {string} place */
export const replaceFolder = (made, place) => {
  const old = beside(place)
  try {
    renameSync(place, old)
  } catch (cause) {
    if (/** @type {NodeJS.ErrnoException} */ (cause).code !== 'ENOENT') throw cause
  }
  renameSync(made, place)
  rmSync(old, { recursive: true, force: true })
}
