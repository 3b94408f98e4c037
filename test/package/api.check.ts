import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Extractor, ExtractorConfig, type IExtractorMessagesConfig } from '@microsoft/api-extractor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entries, root } from './entries.js'

mkdirSync(join(root, 'out'), { recursive: true })
const made = mkdtempSync(join(root, 'out/api-'))
afterAll(() => rmSync(made, { recursive: true }))

/** All types anew: those of `dist` have the words of a choice in an order that depends on what was built before. */
beforeAll(() => {
  const options = ['--incremental', 'false', '--tsBuildInfoFile', 'null', '--emitDeclarationOnly', '--outDir', made]
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', ...options],
    {
      cwd: root
    }
  )
})

/** `UPDATE=1 npm run check:package` writes the reports anew. */
const update = process.env['UPDATE'] !== undefined

const none = { default: { logLevel: 'none' as never } }
const messages: IExtractorMessagesConfig = {
  compilerMessageReporting: none,
  extractorMessageReporting: none,
  tsdocMessageReporting: none
}

/** Makes the report of an entry; whether it is the one that is kept in `etc`. */
const report = (name: string, source: string): { readonly asKept: boolean; readonly errors: number } => {
  const types = join(made, relative(join(root, 'src'), source)).replace(/\.ts$/, '.d.ts')
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    paths: {
      '#engine': [join(made, 'nodes/engine-node.d.ts')],
      '@tensorflow/tfjs-core': [join(root, 'test/package/tfjs-core.d.ts')]
    }
  }
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: types,
      compiler: { overrideTsconfig: { compilerOptions, files: [types] } },
      apiReport: {
        enabled: true,
        reportFileName: `${name.replaceAll('/', '-')}.api.md`,
        reportFolder: join(root, 'etc'),
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
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild: update,
    messageCallback: (message) => (message.handled = true)
  })
  return { asKept: update || !apiReportChanged, errors: errorCount }
}

describe('the public interface is the one that etc/*.api.md tells; UPDATE=1 writes it anew', () => {
  it.each(entries)('$name', ({ name, source }) => {
    expect(report(name, source)).toEqual({ asKept: true, errors: 0 })
  })
})
