/**
 * Networks inside packages that a user installs: where their files are, and what they are by their checksums.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fileTrouble } from '../files/file-trouble.js'
import type { Problem } from '../problem/problem.js'
import type { Witness } from './report.js'

/** A package by the version that is known to work. */
export interface Needed {
  readonly name: string
  readonly version: string
}

/** An installed package: its folder, its version, and how it loads modules. */
export interface Installed extends Needed {
  readonly folder: string
  readonly load: NodeJS.Require
}

/**
 * Finds a package beside this program or in the working folder; `purpose` is what it is needed for.
 *
 * @category files
 * @since 0.1.0
 */
export const installed = ({ name, version }: Needed, purpose: string): TE.TaskEither<Problem, Installed> => {
  const from = [import.meta.url, join(process.cwd(), 'package.json')].map((place) => createRequire(place))
  const folders = from.flatMap((load) => load.resolve.paths(name) ?? []).map((modules) => join(modules, name))
  const folder = folders.find((f) => existsSync(join(f, 'package.json')))
  if (folder === undefined) {
    const exact = `${name}@${version}`
    return TE.left({ _tag: 'NoPackage', needed: exact, for: purpose, remedy: `npm install ${exact}` })
  }
  const load = createRequire(join(folder, 'package.json'))
  return TE.right({ name, folder, load, version: (load('./package.json') as Needed).version })
}

/** Files of a package with their checksums, as a report has them. */
export const witness = (
  name: string,
  { folder, version, name: called }: Installed,
  files: ReadonlyArray<string>,
  input: string
): TE.TaskEither<Problem, Witness> =>
  pipe(
    files,
    TE.traverseArray((file) =>
      TE.tryCatch(
        async () => ({
          file,
          sha256: createHash('sha256')
            .update(await readFile(join(folder, file)))
            .digest('hex')
        }),
        fileTrouble(join(folder, file), 'read')
      )
    ),
    TE.map((weights) => ({ name, package: `${called} ${version}`, weights, input }))
  )
