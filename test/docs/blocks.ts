/**
 * The fenced blocks of every page that is shown to people, with what their info strings say:
 *
 *     ```sh                                       run, in the folder of the page's session
 *     ```sh exit=65                               run; ends with this code
 *     ```sh no-run reason="needs a camera"        shown only, and counted
 *     ```ts no-run no-check reason="a part"       its types are not checked, either
 *     ```js file=motion.mjs                       saved under this name, for a later block to run; its types are checked
 *     ```ts                                       a whole program: its types are checked, and it is run
 *     ```text output                              every line was printed by the block before; `...` stands for anything
 *     ```yaml file=mine.yaml                      saved, and read as what it is
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../package/entries.js'

/** A fenced block of a page; `line` is that of its fence, from 1. */
export interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly marks: Readonly<Record<string, string>>
  readonly code: string
}

const under = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name))

/** Every page, as a path from the root. */
export const pages: ReadonlyArray<string> = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'models/README.md',
  ...under('docs'),
  ...under('examples')
].sort()

/** The text of a page, without what is made of it (out, dist). */
export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')

const marksOf = (info: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...info.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g)].map(([, name, quoted, bare]) => [
      name,
      quoted ?? bare ?? ''
    ])
  )

/** The blocks of a page, in order. */
const blocksIn = (page: string, text: string = textOf(page)): ReadonlyArray<Block> => {
  const blocks: Array<Block> = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const [, indent = '', fence, language = '', info = ''] = /^(\s*)(`{3,})(\S*)(.*)$/.exec(lines[i]!) ?? []
    if (fence === undefined) continue
    const line = i + 1
    const code: Array<string> = []
    for (i++; i < lines.length && lines[i]!.trim() !== fence; i++) code.push(lines[i]!.slice(indent.length))
    blocks.push({ page, line, language, marks: marksOf(info), code: code.join('\n') })
  }
  return blocks
}

/** Where a block is, for a message. */
export const placeOf = ({ page, line }: Block): string => `${page}:${line}`

/** Every block of every page. */
export const blocks: ReadonlyArray<Block> = pages.flatMap((page) => blocksIn(page))

/** Whether a block is run by itself. */
export const isRun = ({ language, marks }: Block): boolean =>
  ['sh', 'ts', 'js'].includes(language) && !('no-run' in marks) && !('file' in marks)

/** Whether the types of a block are checked. */
export const isProgram = ({ language, marks }: Block): boolean =>
  ['ts', 'js'].includes(language) && !('no-check' in marks)
