/** `npm run check:docs`: the site is built in one command, and every link and picture of every page leads somewhere. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entries, root } from '../package/entries.js'
import { exportsOf } from '../package/exports.js'

mkdirSync(join(root, 'out'), { recursive: true })
const folder = mkdtempSync(join(root, 'out', 'docs-'))
const site = join(folder, 'site')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A page as it was built. */
interface Built {
  readonly name: string
  readonly document: Document
  readonly marks: ReadonlySet<string>
}

const built = (name: string): Built => {
  const document = parseHTML(readFileSync(join(site, name), 'utf8')).document as unknown as Document
  return { name, document, marks: new Set(Array.from(document.querySelectorAll('[id]')).map(({ id }) => id)) }
}

let pages: ReadonlyMap<string, Built>

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'docs/make/site.mjs'), folder], { cwd: root, stdio: 'pipe' })
  pages = new Map(
    readdirSync(site, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.html') && name !== '404.html')
      .map((name) => [name, built(name)])
  )
})

/** What an address of a page names: a file of the site, and a place in it. */
const targetOf = (page: string, address: string): { readonly file: string; readonly mark: string } => {
  const [path = '', mark = ''] = address.split('#')
  const file = path === '' ? page : path.startsWith('/') ? path.slice(1) : relative('', join(dirname(page), path))
  const folderOf =
    file === '' || file.endsWith('/') || (existsSync(join(site, file)) && statSync(join(site, file)).isDirectory())
  return { file: folderOf ? join(file, 'index.html') : file, mark: decodeURIComponent(mark) }
}

/** What is wrong with an address, if anything; one of another host is looked at for its form only. */
const wrong = (page: string, address: string): string | undefined => {
  if (/^[a-z]+:/i.test(address)) {
    if (address.startsWith('mailto:') || address.startsWith('data:')) return undefined
    return URL.canParse(address) && new URL(address).protocol === 'https:'
      ? undefined
      : `${page}: ${address} is not an https address`
  }
  const { file, mark } = targetOf(page, address)
  if (!existsSync(join(site, file))) return `${page}: ${address} leads to nothing`
  const there = pages.get(file)
  return mark === '' || there === undefined || there.marks.has(mark)
    ? undefined
    : `${page}: ${file} has no place #${mark}`
}

const addresses = ({ document }: Built, selector: string, attribute: string): ReadonlyArray<string> =>
  Array.from(document.querySelectorAll(selector))
    .map((e) => e.getAttribute(attribute) ?? '')
    .filter((a) => a !== '')

describe('the site', () => {
  it('has the pages that it should', () => {
    for (const name of [
      'index.html',
      'tutorials/first-animation.html',
      'reference/errors.html',
      'examples/property-test-your-warp.html'
    ])
      expect([...pages.keys()]).toContain(name)
  })

  it('has no link that leads nowhere', () => {
    const all = [...pages.values()].flatMap((page) =>
      addresses(page, 'a[href]', 'href').flatMap((address) => wrong(page.name, address) ?? [])
    )
    expect([...new Set(all)]).toEqual([])
  })

  it('shows every picture, with words for those who do not see it', () => {
    for (const page of pages.values())
      for (const image of Array.from(page.document.querySelectorAll('img'))) {
        expect(wrong(page.name, image.getAttribute('src') ?? '')).toBeUndefined()
        expect(image.getAttribute('alt'), `${page.name}: ${image.getAttribute('src')}`).not.toBe('')
      }
  })

  it('fetches nothing from elsewhere', () => {
    const outside = /(?:src|href)\s*=\s*["'](?:https?:)?\/\/|url\(\s*["']?(?:https?:)?\/\//
    for (const page of pages.values())
      for (const [selector, attribute] of [
        ['script[src]', 'src'],
        ['link[href]', 'href'],
        ['img[src]', 'src'],
        ['iframe', 'src']
      ] as const)
        for (const address of addresses(page, selector, attribute)) expect(address).not.toMatch(/^(https?:)?\/\//)
    const styles = readdirSync(join(site, 'assets')).filter((name) => name.endsWith('.css'))
    for (const name of styles) expect(readFileSync(join(site, 'assets', name), 'utf8')).not.toMatch(outside)
  })

  it('lists every public export in the reference', () => {
    const said = [...pages.values()]
      .filter(({ name }) => name.startsWith('api/'))
      .map(({ document }) => document.body.textContent ?? '')
    for (const entry of entries)
      for (const { name } of exportsOf(entry))
        expect(
          said.some((text) => text.includes(name)),
          `${entry.name} ${name}`
        ).toBe(true)
  })
})
