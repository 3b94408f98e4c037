/**
 * The checkpoints of a run: which are written, which are kept, which one a run goes on from.
 *
 * A checkpoint has its own name, `step-N.safetensors`; `last.safetensors` and `best.safetensors` are further names of the
 * same files.
 *
 * @since 0.1.0
 */
import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { real, whole } from '../../graphs/params/leaf.js'
import { sweep } from '../files/atomic.js'
import { fileTrouble } from '../files/file-trouble.js'
import { cutJournal, openJournal } from '../files/journal.js'
import { lineOf, lines } from '../files/ndjson.js'
import type { Problem } from '../problem/problem.js'

/**
 * What is kept beside the best one: the newest `recent`, and those whose step is a multiple of `every` (0 for none).
 *
 * @category model
 * @since 0.1.0
 */
export interface Keeping {
  readonly recent: number
  readonly every: number
}

/**
 * The checkpoints of a run that is under way. `write` writes a whole file at the path it is given, or none; a checkpoint
 * with the lowest `score` so far is the best, the first of several.
 *
 * @category model
 * @since 0.1.0
 */
export interface Keeper {
  readonly save: (
    step: number,
    write: (path: string) => TE.TaskEither<Problem, void>,
    score?: number
  ) => TE.TaskEither<Problem, string>
  readonly close: TE.TaskEither<Problem, void>
}

/**
 * The newest checkpoint that can be read, and what is wrong with newer ones.
 *
 * @category model
 * @since 0.1.0
 */
export interface Newest<A> {
  readonly found: { readonly step: number; readonly path: string; readonly value: A } | undefined
  readonly broken: ReadonlyArray<Problem>
}

const named = /^step-(\d+)\.safetensors$/
const nameOf = (step: number): string => `step-${step}.safetensors`

const Score = t.strict({ step: whole(0, Number.MAX_SAFE_INTEGER), score: real }, 'score of a checkpoint')
const scores = lines(Score)

/** The steps of the checkpoints in a folder, newest first. */
const stepsIn = (folder: string): TE.TaskEither<Problem, ReadonlyArray<number>> =>
  TE.tryCatch(
    async () =>
      (await readdir(folder).catch((e: NodeJS.ErrnoException) => (e.code === 'ENOENT' ? [] : Promise.reject(e))))
        .flatMap((n) => named.exec(n)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => b - a),
    fileTrouble(folder, 'read')
  )

/**
 * Reads the newest checkpoint that `read` accepts.
 *
 * @category files
 * @since 0.1.0
 */
export const newest =
  <A>(folder: string, read: (path: string) => TE.TaskEither<Problem, A>): TE.TaskEither<Problem, Newest<A>> =>
  async () => {
    const steps = await stepsIn(folder)()
    if (E.isLeft(steps)) return steps
    const broken: Array<Problem> = []
    for (const step of steps.right) {
      const path = join(folder, nameOf(step))
      const value = await read(path)()
      if (E.isRight(value)) return E.right({ found: { step, path, value: value.right }, broken })
      broken.push(value.left)
    }
    return E.right({ found: undefined, broken })
  }

/** Gives a file a further name, in place of what had that name; a copy where the system knows no further names. */
const alias = (folder: string, step: number, name: string): TE.TaskEither<Problem, void> => {
  const [file, temporary] = [join(folder, nameOf(step)), join(folder, `.${name}.tmp`)]
  return TE.tryCatch(
    async () => {
      await rm(temporary, { force: true })
      await link(file, temporary).catch(() => copyFile(file, temporary))
      await rename(temporary, join(folder, name))
      await rm(temporary, { force: true }) // a rename onto another name of the same file leaves both
    },
    fileTrouble(join(folder, name), 'write')
  )
}

/** The step with the lowest score, the first of several. */
const bestOf = (all: ReadonlyArray<t.TypeOf<typeof Score>>): number | undefined =>
  all.reduce<t.TypeOf<typeof Score> | undefined>(
    (best, one) => (best === undefined || one.score < best.score ? one : best),
    undefined
  )?.step

/** The steps to be kept, of steps from the newest on. */
const keptOf = (
  steps: ReadonlyArray<number>,
  best: number | undefined,
  { recent, every }: Keeping
): ReadonlySet<number> =>
  new Set(steps.filter((step, i) => i < Math.max(1, recent) || step === best || (every > 0 && step % every === 0)))

/**
 * Opens the checkpoints in a folder, which is made, to go on after step `done`. What was left half written is removed;
 * checkpoints after `done`, which could not be read, get the ending `.broken`.
 *
 * @category files
 * @since 0.1.0
 */
export const openKeeper = (folder: string, done: number, keeping: Keeping): TE.TaskEither<Problem, Keeper> => {
  const file = join(folder, 'scores.ndjson')
  const discard = (name: string) =>
    TE.tryCatch(() => rm(join(folder, name), { force: true }), fileTrouble(join(folder, name), 'remove'))
  const setAside = (step: number) => {
    const path = join(folder, nameOf(step))
    return TE.tryCatch(() => rename(path, `${path}.broken`), fileTrouble(path, 'rename'))
  }
  const each = <A>(all: Iterable<A>, f: (a: A) => TE.TaskEither<Problem, void>) =>
    pipe(
      [...all],
      TE.traverseSeqArray(f),
      TE.map(() => undefined)
    )

  /** Brings names and number of the checkpoints in order; does nothing more when it is done again. */
  const settle = (all: ReadonlyArray<t.TypeOf<typeof Score>>): TE.TaskEither<Problem, void> =>
    pipe(
      stepsIn(folder),
      TE.flatMap((steps) => {
        const [last] = steps
        const best = bestOf(all)
        const kept = keptOf(steps, best, keeping)
        return pipe(
          last === undefined ? TE.right(undefined) : alias(folder, last, 'last.safetensors'),
          TE.flatMap(() =>
            best === undefined || !kept.has(best) ? TE.right(undefined) : alias(folder, best, 'best.safetensors')
          ),
          TE.flatMap(() =>
            each(
              steps.filter((step) => !kept.has(step)),
              (step) => discard(nameOf(step))
            )
          )
        )
      })
    )
  return pipe(
    TE.tryCatch(() => mkdir(folder, { recursive: true }), fileTrouble(folder, 'make')),
    TE.flatMap(() => sweep(folder)),
    TE.flatMap(() => stepsIn(folder)),
    TE.tap((steps) =>
      each(
        steps.filter((step) => step > done),
        setAside
      )
    ),
    TE.flatMap(() => cutJournal(file, scores, done)),
    TE.tap(settle),
    TE.bindTo('known'),
    TE.bind('journal', () => openJournal(file)),
    TE.map(({ known, journal }) => {
      let all = known
      return {
        save: (step, write, score) => {
          const path = join(folder, nameOf(step))
          const next = score === undefined ? all : [...all, { step, score }]
          return pipe(
            score === undefined
              ? TE.right(undefined)
              : pipe(
                  journal.append(lineOf({ step, score })),
                  TE.flatMap(() => journal.sync)
                ),
            TE.flatMap(() => write(path)),
            TE.flatMap(() => settle(next)),
            TE.map(() => {
              all = next
              return path
            })
          )
        },
        close: journal.close
      }
    })
  )
}
