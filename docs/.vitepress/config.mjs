// @ts-check
/** The site: what is in its menus. Everything it shows lies on its own host. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const pages = fileURLToPath(new URL('..', import.meta.url))

/** The pages of a folder by their titles, in the order of `order` in their front matter, then of their names. @param {string} folder */
const inFolder = (folder) =>
  readdirSync(join(pages, folder))
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .map((name) => {
      const text = readFileSync(join(pages, folder, name), 'utf8')
      const order = Number(/^order: (\d+)$/m.exec(text)?.[1] ?? 100)
      return { text: /^# (.+)$/m.exec(text)?.[1] ?? name, link: `/${folder}/${name.replace(/\.md$/, '')}`, order }
    })
    .sort((a, b) => a.order - b.order || (a.text < b.text ? -1 : 1))

/** The page of all in a folder, where there is one. @param {string} folder */
const list = (folder) => (readdirSync(join(pages, folder)).includes('index.md') ? { link: `/${folder}/` } : {})

const api = ['index', 'nodes', 'graphs', 'streams', 'io', 'client', 'browser', 'properties'].map((name) => ({
  text: name === 'index' ? 'keyflow' : `keyflow/${name}`,
  link: `/api/${readdirSync(join(pages, 'api')).includes(name) ? `${name}/index` : name}`
}))

/** Where on its host the site lies. */
const base = process.env.DOCS_BASE ?? '/'

export default {
  title: 'Keyflow',
  description: 'Motion transfer as typed dataflow: animate a picture with the motion of a video.',
  lang: 'en-GB',
  base,
  head: [['link', { rel: 'icon', href: `${base}icon.svg` }]],
  cacheDir: join(pages, '.cache'),
  lastUpdated: false,
  ignoreDeadLinks: false,
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  themeConfig: {
    nav: [
      { text: 'Tutorials', link: '/tutorials/first-animation' },
      { text: 'Guides', link: '/guide/data' },
      { text: 'Mathematics', link: '/mathematics/coordinates' },
      { text: 'Reference', link: '/reference/commands' },
      { text: 'API', link: '/api/index/index' }
    ],
    sidebar: [
      { text: 'Tutorials', items: inFolder('tutorials') },
      { text: 'Guides', items: inFolder('guide') },
      { text: 'Mathematics of the warp', items: inFolder('mathematics') },
      { text: 'Reference', items: inFolder('reference') },
      { text: 'Examples', ...list('examples'), collapsed: true, items: inFolder('examples') },
      { text: 'API', collapsed: true, items: api },
      { text: 'About', items: inFolder('about') }
    ],
    outline: { level: [2, 3] },
    search: { provider: 'local' }
  }
}
