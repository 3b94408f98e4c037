/** `keyflow studio`: the page, behind a server of its own, or as a folder for any static host. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { liveGraph } from '../../server/graph.js'
import { type Known, lookAt, ownModels } from '../../server/models.js'
import { openSamples, type Samples } from '../../server/samples/samples.js'
import type { RunOf } from '../cli/declarations.js'
import { fileTrouble, readBytes, writeAtomic } from '../files/index.js'
import type { Problem } from '../problem/index.js'
import { run as serve } from './serve.js'

const page = fileURLToPath(new URL('../../studio', import.meta.url))

/** What tells the page that no server is behind it. */
const mark = '<html lang="en" data-static>'

/** A file of the folder: where it comes from or what it holds. */
type Made = { readonly to: string } & ({ readonly from: string } | { readonly text: string })

const json = (to: string, value: unknown): Made => ({ to, text: `${JSON.stringify(value)}\n` })

const filesIn = (folder: string): TE.TaskEither<Problem, ReadonlyArray<string>> =>
  TE.tryCatch(
    async () => {
      const all = await readdir(folder, { recursive: true, withFileTypes: true })
      return all.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
    },
    fileTrouble(folder, 'read')
  )

/** The page as it was built. */
const built: TE.TaskEither<Problem, ReadonlyArray<string>> = pipe(
  filesIn(page),
  TE.orElse(() => TE.right<Problem, ReadonlyArray<string>>([])),
  TE.filterOrElse(
    (files) => files.some((file) => basename(file) === 'index.html'),
    (): Problem => ({ _tag: 'NoPackage', needed: 'the built page', for: 'keyflow studio', remedy: 'npx keyflow setup' })
  )
)

/** A folder that is ours, or that nothing lies in; what an older page has left in it goes. */
const cleared = (folder: string): TE.TaskEither<Problem, void> =>
  pipe(
    TE.tryCatch(
      async () => {
        await mkdir(folder, { recursive: true })
        const inside = await readdir(folder)
        const index = await readFile(join(folder, 'index.html'), 'utf8').catch(() => '')
        if (inside.length > 0 && !index.includes(mark)) return inside.length
        for (const name of ['assets', 'models', 'samples', 'wasm'])
          await rm(join(folder, name), { recursive: true, force: true })
        return 0
      },
      fileTrouble(folder, 'make')
    ),
    TE.flatMap((others) =>
      others === 0
        ? TE.right(undefined)
        : TE.left<Problem, void>({
            _tag: 'Usage',
            at: '--static',
            expected: 'an empty folder, or one that this command has written',
            actual: `${folder}, where ${others} other files are`
          })
    )
  )

const modelFiles = (models: ReadonlyArray<Known>): TE.TaskEither<Problem, ReadonlyArray<Made>> =>
  pipe(
    models,
    TE.traverseArray((known) => TE.fromEither(liveGraph(known))),
    TE.map((graphs) => [
      json(
        'models.json',
        models.map(({ shown }) => ({ ...shown, url: `models/${shown.name}.safetensors` }))
      ),
      ...models.map(({ path, shown }) => ({ to: `models/${shown.name}.safetensors`, from: path })),
      ...models.map(({ shown }, i) => json(`models/${shown.name}.json`, graphs[i]))
    ])
  )

const sampleFiles = (folder: string, { all, file }: Samples): TE.TaskEither<Problem, Made> =>
  pipe(
    TE.tryCatch(() => mkdir(join(folder, 'samples'), { recursive: true }), fileTrouble(folder, 'make')),
    TE.flatMap(() =>
      pipe(
        all,
        TE.traverseSeqArray(
          ({ name }) =>
            () =>
              file(name)!
        )
      )
    ),
    TE.map(() =>
      json(
        'samples.json',
        all.map((sample) => ({ ...sample, url: `samples/${sample.name}` }))
      )
    )
  )

const write =
  (folder: string) =>
  (made: Made): TE.TaskEither<Problem, void> => {
    const path = join(folder, made.to)
    return pipe(
      TE.tryCatch(() => mkdir(dirname(path), { recursive: true }), fileTrouble(path, 'make')),
      TE.flatMap(() => ('text' in made ? TE.right(Buffer.from(made.text)) : readBytes(made.from))),
      TE.flatMap((bytes) => writeAtomic(path, bytes))
    )
  }

/** The page that says that it is alone. */
const index: TE.TaskEither<Problem, Made> = pipe(
  readBytes(join(page, 'index.html')),
  TE.map((bytes) => ({ to: 'index.html', text: Buffer.from(bytes).toString('utf8').replace('<html lang="en">', mark) }))
)

/** Writes the folder; the page itself comes last. */
const site = (folder: string, given: ReadonlyArray<string>): TE.TaskEither<Problem, ReadonlyArray<string>> =>
  pipe(
    TE.Do,
    TE.bind('page', () => built),
    TE.bind('models', () => lookAt(given.length === 0 ? ownModels : given)),
    TE.tap(() => cleared(folder)),
    TE.bind('samples', () => sampleFiles(folder, openSamples(join(folder, 'samples')))),
    TE.bind('nets', ({ models }) => modelFiles([...models.values()])),
    TE.bind('first', () => index),
    TE.flatMap(({ page: files, samples, nets, first, models }) => {
      const copied = files.map((from): Made => ({ from, to: from.slice(page.length + 1) }))
      const all = [...copied.filter(({ to }) => to !== 'index.html'), ...nets, samples, first]
      return pipe(
        all,
        TE.traverseSeqArray(write(folder)),
        TE.map(() => [...models.keys()])
      )
    })
  )

export const run: RunOf<'studio'> = (o, terminal) => {
  const folder = o.static
  if (folder === undefined) return serve(o, terminal)
  return pipe(
    site(folder, o.model),
    TE.map((models) => ({ json: { path: folder, models }, text: folder }))
  )
}
