/**
 * Where a module is no JavaScript, which the errors of `import` do not tell.
 *
 * @since 0.1.0
 */
import { spawnSync } from 'node:child_process'
import type { BadSyntax, ModuleText } from './scheme.js'

/** What `node --check` says of a module: its line, the line itself, a mark under the place, an empty line, and why. */
const said = /^\[stdin\]:(\d+)\n.*\n(.*)\n\n\w*Error: (.*)$/m

/**
 * The first mistake of the first module that has one. Nothing is run.
 *
 * @category errors
 * @since 0.1.0
 */
export const badSyntax = (modules: ReadonlyArray<ModuleText>): BadSyntax | undefined => {
  for (const { file, type, source } of modules) {
    const { stderr } = spawnSync(process.execPath, ['--check', `--input-type=${type}`, '-'], {
      input: source,
      encoding: 'utf8'
    })
    const [, line, mark = '', message = ''] = said.exec(stderr) ?? []
    if (line !== undefined) return { file, line: Number(line), column: mark.search(/\^|$/) + 1, message }
  }
  return undefined
}
