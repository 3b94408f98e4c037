/** What the tests of a run's files share. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { afterAll } from 'vitest'
import { type Problem, showProblem } from '../../../src/io/problem/problem.js'
import type { Line } from '../../../src/io/training/log.js'

const root = mkdtempSync(join(tmpdir(), 'keyflow-run-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A new folder, gone after the tests. */
export const folder = (): string => mkdtempSync(join(root, 'f-'))

export const done = async <A>(task: TE.TaskEither<Problem, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(showProblem(result.left))
  return result.right
}

/** What a task failed with, in words. */
export const refusal = async (task: TE.TaskEither<Problem, unknown>): Promise<string> => {
  const result = await task()
  return E.isLeft(result) ? showProblem(result.left) : 'accepted'
}

/** Step `step` of a run that always goes the same way; its times differ. */
export const line = (step: number): Line => ({
  step,
  epoch: Math.floor(step / 4),
  losses: { 'layer-0_rec': 1 / step, gen_gan: Math.sin(step) },
  seconds: Math.random(),
  waiting: 0
})
