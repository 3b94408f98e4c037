// @ts-check
/**
 * The reference of the public interface: a page for each entry of package.json, by typedoc from the doc comments.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Application } from 'typedoc'
import { root } from './source.mjs'

/** `./dist/nodes/index.js` is made from `src/nodes/index.ts`. @returns {ReadonlyArray<string>} */
const entries = () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.values(exports).flatMap((to) =>
    typeof to === 'string' ? [] : [to.default.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')]
  )
}

/** A page under the name of its entry; since when something is there, in one line. @param {string} text */
const trimmed = (text) =>
  text
    .replace(/^# (nodes|graphs|streams|io|client|browser|properties)$/m, '# keyflow/$1')
    .replace(/^# index$/m, '# keyflow')
    .replaceAll(/^#+ Since\n\n(\S+)$/gm, '*Since $1.*')

/** Writes the pages into a folder; says what typedoc counts as an error. @param {string} folder @returns {Promise<void>} */
export const writeApi = async (folder) => {
  const options = {
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: entries().map((file) => join(root, file)),
    tsconfig: join(root, 'tsconfig.build.json'),
    readme: 'none',
    skipErrorChecking: true,
    excludeExternals: true,
    disableSources: true,
    disableGit: true,
    outputFileStrategy: 'modules',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    entryFileName: 'index',
    logLevel: /** @type {const} */ ('Error'),
    validation: { notExported: false, invalidLink: true, notDocumented: false }
  }
  const app = await Application.bootstrapWithPlugins(/** @type {any} */ (options))
  const project = await app.convert()
  if (project === undefined) throw new Error('the public interface could not be read')
  rmSync(folder, { recursive: true, force: true })
  app.options.setValue('out', folder)
  await app.generateOutputs(project)
  if (app.logger.hasErrors()) throw new Error('typedoc found errors')
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')))
    writeFileSync(join(folder, name), trimmed(readFileSync(join(folder, name), 'utf8')))
}
