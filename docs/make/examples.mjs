// @ts-check
/**
 * The examples as pages: what each says of itself, its picture, its program.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fence } from './markdown.mjs'
import { root } from './source.mjs'

const folder = join(root, 'examples')

/** Text of an example with its links as they are on the site. @param {string} text */
const moved = (text) =>
  text
    .replaceAll(/\]\((?:\.\.\/)?([\w-]+)\/(?:README\.md|[\w-]+\.(?:mjs|ts))\)/g, '](./$1.md)')
    .replaceAll(/\]\([\w.-]+\.(?:mjs|ts)\)/g, '](#programs)')
    .replaceAll(/\]\(\.\.\/\.\.\/docs\//g, '](../')
    .replaceAll(/!\[([^\]]*)\]\(([\w-]+)\/([\w.-]+)\)/g, (_, said, of, file) => `![${said || of}](./${file})`)

/** What an example without words of its own is called. @param {string} name */
const titled = (name) => `# ${name[0]?.toUpperCase()}${name.slice(1).replaceAll('-', ' ')}\n`

/** The page of all examples, where it is written. @returns {string | undefined} */
export const examplePage = () =>
  existsSync(join(folder, 'README.md')) ? moved(readFileSync(join(folder, 'README.md'), 'utf8')) : undefined

/** @typedef {{ readonly name: string, readonly title: string, readonly page: string, readonly pictures: ReadonlyArray<string> }} Example */

/** @returns {ReadonlyArray<Example>} */
export const examples = () =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const files = readdirSync(join(folder, name)).sort()
      const said = files.includes('README.md')
        ? moved(readFileSync(join(folder, name, 'README.md'), 'utf8'))
        : titled(name)
      const programs = files.filter((file) => /\.(ts|mjs|js)$/.test(file))
      const own = programs.find((file) => file.startsWith(`${name}.`) && !file.includes('.test.')) ?? programs[0]
      const shown = (/** @type {string} */ file) =>
        fence(file.endsWith('.ts') ? 'ts' : 'js', readFileSync(join(folder, name, file), 'utf8').trimEnd())
      const listed = programs
        .sort((a, b) => Number(b === own) - Number(a === own))
        .map((file) => (file === own ? `### ${file}\n\n${shown(file)}` : `::: details ${file}\n${shown(file)}\n:::`))
      return {
        name,
        title: /^# (.+)$/m.exec(said)?.[1] ?? name,
        page: [said.trimEnd(), '## Programs', ...listed, ''].join('\n\n'),
        pictures: files.filter((file) => /\.(png|svg|gif|webp|jpe?g)$/.test(file))
      }
    })

/** Where the files of examples lie. @param {string} name @param {string} file */
export const exampleFile = (name, file) => join(folder, name, file)
