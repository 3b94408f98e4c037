// @ts-check
/**
 * Gets a wheel through the user's own pip and its settings, and believes nothing but the pinned sha256.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256File } from './files.mjs'
import { onPath } from './places.mjs'
import { Lacking, setUpAgain, tail } from './run.mjs'
import { platforms } from './wheels.mjs'

/** @typedef {ReadonlyArray<string>} Pip a command that is pip */

/** What might be pip, best first. @param {import('./places.mjs').Env} env @returns {ReadonlyArray<Pip>} */
export const pips = (env) => [
  ...['python3', 'python'].flatMap((name) => {
    const file = onPath([name], env)
    return file === undefined ? [] : [[file, '-m', 'pip']]
  }),
  ...['pip3', 'pip'].flatMap((name) => {
    const file = onPath([name], env)
    return file === undefined ? [] : [[file]]
  })
]

/** The first pip that runs. @param {import('./places.mjs').Env} env @param {import('./run.mjs').Run} run @returns {Promise<Pip | undefined>} */
export const findPip = async (env, run) => {
  for (const pip of pips(env)) {
    const [command = '', ...args] = pip
    if ((await run(command, [...args, '--version'])).code === 0) return pip
  }
  return undefined
}

/** The arguments after `pip`: a pinned wheel for its own platform, whatever Python runs. @param {import('./wheels.mjs').Wheel} wheel @param {string} folder */
export const downloadArguments = (wheel, folder) => [
  'download',
  '--no-deps',
  '--only-binary=:all:',
  '--no-cache-dir',
  '--disable-pip-version-check',
  '--quiet',
  '--retries=2',
  '--implementation=cp',
  '--python-version=311',
  ...platforms(wheel).map((platform) => `--platform=${platform}`),
  '--require-hashes',
  `--requirement=${join(folder, 'wheel.txt')}`,
  `--dest=${folder}`
]

/**
 * Puts a wheel into a new folder of its own, which the caller removes.
 *
 * @param {Pip} pip
 * @param {import('./wheels.mjs').Wheel} wheel
 * @param {string} folder
 * @param {import('./run.mjs').Run} run
 * @param {import('./places.mjs').Env} env
 * @returns {Promise<string>} the file
 */
export const download = async (pip, wheel, folder, run, env) => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'wheel.txt'), `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`)
  const [command = '', ...args] = pip
  // pip's own temporary files go into the folder too, so that nothing is left behind by a killed download.
  const { code, out } = await run(command, [...args, ...downloadArguments(wheel, folder)], {
    env: { ...env, TMPDIR: folder }
  })
  if (code !== 0) {
    const said = tail(out, 1)
      .replace(/^ERROR: /, '')
      .slice(0, 200)
    throw new Lacking(
      `pip could not get ${wheel.project} ${wheel.version} (${said})`,
      `${setUpAgain()}, with a network`
    )
  }
  const found = readdirSync(folder).find((name) => name.endsWith('.whl'))
  if (found === undefined) throw new Lacking(`pip got no wheel of ${wheel.project}`, setUpAgain())
  const file = join(folder, found)
  if ((await sha256File(file)) !== wheel.sha256) throw new Lacking(`${found} is not the pinned file`, setUpAgain())
  return file
}
