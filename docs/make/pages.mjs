// @ts-check
/**
 * The pages of the site, put together in one folder: those of docs/, with what the program makes in its places
 * (`<!-- made: NAME -->`), the examples, the interface and the drawings.
 */
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { figures } from '../../bench/figures.mjs'
import { drawings } from '../drawings/index.mjs'
import { writeApi } from './api.mjs'
import { commandReference } from './commands.mjs'
import * as errors from './errors.mjs'
import { exampleFile, examplePage, examples } from './examples.mjs'
import { drawFlowcharts } from './flowchart.mjs'
import { fence } from './markdown.mjs'
import * as protocol from './protocol.mjs'
import { root } from './source.mjs'

/** A file of the root as a part of a page, without its title. @param {string} name */
const included = (name) => () => readFileSync(join(root, name), 'utf8').replace(/^# .*\n+/, '')

/** What is put in the place of each mark. @type {Readonly<Record<string, () => string>>} */
const made = {
  commands: commandReference,
  'exit-codes': errors.exitCodes,
  problems: errors.problems,
  'graph-errors': errors.graphErrors,
  'run-errors': errors.runErrors,
  'json-errors': errors.jsonErrors,
  'client-errors': errors.clientErrors,
  refusals: errors.refusalTable,
  'protocol-names': protocol.names,
  'protocol-client': protocol.clientSays,
  'protocol-server': protocol.serverSays,
  'protocol-binary': protocol.binary,
  'protocol-limits': protocol.limitTable,
  machine: () => figures().machine,
  transfer: () => figures().transfer,
  train: () => figures().train,
  live: () => figures().live,
  commands_cost: () => figures().commands,
  quality: included('bench/results/quality-shapes.md'),
  architecture: included('ARCHITECTURE.md'),
  security: included('SECURITY.md'),
  models: included('models/README.md'),
  creatures: () => fence('yaml', readFileSync(join(root, 'models/creatures.yaml'), 'utf8').trimEnd())
}

/** A page with everything in its place. @param {string} text @param {string} name */
const filled = (text, name) =>
  text.replaceAll(/^<!-- made: (\S+) -->$/gm, (_, what) => {
    const make = made[what]
    if (make === undefined) throw new Error(`${name}: nothing makes ${what}`)
    return make()
  })

/** The pages that are written by hand, as paths in docs/. */
const written = () =>
  readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.md') && !/^(make|drawings|\.vitepress)[\\/]/.test(name)
  )

/** Writes all of it into a folder, which is emptied first. @param {string} to */
export const assemble = async (to) => {
  const put = (/** @type {string} */ name, /** @type {string} */ text) => {
    mkdirSync(dirname(join(to, name)), { recursive: true })
    writeFileSync(join(to, name), drawFlowcharts(filled(text, name)))
  }
  rmSync(to, { recursive: true, force: true })
  await writeApi(join(to, 'api'))
  for (const name of written()) put(name, readFileSync(join(root, 'docs', name), 'utf8'))
  for (const { name, page, pictures } of examples()) {
    put(join('examples', `${name}.md`), page)
    for (const file of pictures) copyFileSync(exampleFile(name, file), join(to, 'examples', file))
  }
  const all = examplePage()
  if (all !== undefined) put(join('examples', 'index.md'), all)
  mkdirSync(join(to, 'drawings'), { recursive: true })
  for (const [name, content] of await drawings()) writeFileSync(join(to, 'drawings', name), content)
  for (const picture of ['docs/studio.png', 'models/demo/result.png'])
    copyFileSync(join(root, picture), join(to, picture.split('/').at(-1) ?? picture))
  mkdirSync(join(to, 'public'), { recursive: true })
  copyFileSync(join(root, 'src/studio/public/icon.svg'), join(to, 'public', 'icon.svg'))
  cpSync(join(root, 'docs', '.vitepress'), join(to, '.vitepress'), { recursive: true })
}
