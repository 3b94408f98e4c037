import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Extractor, ExtractorConfig, type IExtractorMessagesConfig } from '@microsoft/api-extractor'
import { afterAll, describe, expect, it } from 'vitest'
import { entries, root } from './entries.js'

const made = mkdtempSync(join(tmpdir(), 'keyflow-api-'))
afterAll(() => rmSync(made, { recursive: true }))

/** `UPDATE=1 npm run check:package` writes the reports anew. */
const update = process.env['UPDATE'] !== undefined

const none = { default: { logLevel: 'none' as never } }
const messages: IExtractorMessagesConfig = {
  compilerMessageReporting: none,
  extractorMessageReporting: none,
  tsdocMessageReporting: none
}

const one = String.raw`(?:"[^"\n]*"|\b(?:string|number|boolean|null|undefined|true|false)\b)`
const choice = new RegExp(String.raw`${one}(?: \| ${one})+`, 'g')

/** A report with the words of each choice in order: the compiler has them as it met them, which depends on what it built before. */
const ordered = (text: string): string => text.replaceAll(choice, (words) => words.split(' | ').sort().join(' | '))

const fileOf = (name: string): string => `${name.replaceAll('/', '-')}.api.md`

/** Makes the report of an entry. */
const report = (name: string, source: string): { readonly text: string; readonly errors: number } => {
  const types = join(root, 'dist', relative(join(root, 'src'), source)).replace(/\.ts$/, '.d.ts')
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    paths: { '@tensorflow/tfjs-core': [join(root, 'test/package/tfjs-core.d.ts')] }
  }
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: types,
      compiler: { overrideTsconfig: { compilerOptions, files: [types] } },
      apiReport: {
        enabled: true,
        reportFileName: fileOf(name),
        reportFolder: join(made, 'kept'),
        reportTempFolder: made
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json')
  })
  const { errorCount } = Extractor.invoke(config, { messageCallback: (message) => (message.handled = true) })
  return { text: ordered(readFileSync(join(made, fileOf(name)), 'utf8')), errors: errorCount }
}

describe('the public interface is the one that etc/*.api.md tells; UPDATE=1 writes it anew', () => {
  it.each(entries)('$name', ({ name, source }) => {
    const { text, errors } = report(name, source)
    const kept = join(root, 'etc', fileOf(name))
    if (update) writeFileSync(kept, text)
    expect(errors).toBe(0)
    expect(readFileSync(kept, 'utf8')).toBe(text)
  })
})
