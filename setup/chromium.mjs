// @ts-check
/**
 * Installs Debian's chromium, which the tests of the pages drive; needs root. Where there is one already, says where.
 *
 *     node setup/chromium.mjs
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome']
const found = () => places.find((path) => path !== undefined && path !== '' && existsSync(path))

/** @param {string} command @param {ReadonlyArray<string>} args */
const run = (command, args) => spawnSync(command, args, { stdio: 'inherit' }).status === 0

if (found() === undefined)
  run('apt-get', ['update']) && run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'])
const path = found()
process.stdout.write(`${path ?? 'chromium is not there: install it, or set CHROMIUM to its path'}\n`)
process.exitCode = path === undefined ? 1 : 0
