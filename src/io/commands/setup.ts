/** `keyflow setup`: provides native TensorFlow for this package, in the cache of the user; `setup/setup.mjs` does it. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Report } from '../cli/command.js'
import type { RunOf } from '../cli/declarations.js'
import type { Problem } from '../problem/index.js'

const script = fileURLToPath(new URL('../../../setup/setup.mjs', import.meta.url))

/** Runs the script, which talks on standard error; what it prints comes back. Interrupted, it tidies up and ends. */
const perform = (
  args: ReadonlyArray<string>,
  signal: AbortSignal
): Promise<{ readonly code: number; readonly out: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    const stop = (): boolean => child.kill('SIGTERM')
    let out = ''
    child.stdout.on('data', (data) => (out += data))
    child.on('error', reject)
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop)
      resolve({ code: code ?? 1, out })
    })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })

export const run: RunOf<'setup'> = ({ plan, ...wishes }, { signal }) => {
  const args = Object.entries({ ...wishes, plan }).flatMap(([name, wished]) => (wished ? [`--${name}`] : []))
  return TE.chain(({ code, out }: { readonly code: number; readonly out: string }): TE.TaskEither<Problem, Report> => {
    if (signal.aborted) return TE.left({ _tag: 'Interrupted', signal: String(signal.reason) })
    return TE.right({ json: { plan: plan ? out : null }, text: out.trimEnd(), code })
  })(
    TE.tryCatch(
      () => perform(args, signal),
      (cause) => ({ _tag: 'Failed', at: script, cause: String(cause) })
    )
  )
}
