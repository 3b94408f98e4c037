// @ts-check
/**
 * Makes the site: `npm run docs`, without network.
 *
 *     node docs/make/site.mjs [FOLDER]
 *
 * The pages are put together in FOLDER/pages (out/docs unless given) and built into FOLDER/site, which any static host serves.
 * A link that leads nowhere is an error, and so is an error of the program that nothing explains.
 */
import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vitepress'
import { unexplained } from './errors.mjs'
import { assemble } from './pages.mjs'
import { root } from './source.mjs'

if (!existsSync(join(root, 'dist', 'index.js'))) throw new Error('dist is not there: npm run setup')
const mute = unexplained()
if (mute.length > 0) throw new Error(mute.join('\n'))
const folder = resolve(process.argv[2] ?? join(root, 'out', 'docs'))
const [pages, site] = [join(folder, 'pages'), join(folder, 'site')]
await assemble(pages)
rmSync(site, { recursive: true, force: true })
await build(pages, { outDir: site })
process.stdout.write(`${site}\n`)
