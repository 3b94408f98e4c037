/** `keyflow completion`: a script that completes commands and options in a shell. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import { bash } from '../cli/completion/bash.js'
import { fish } from '../cli/completion/fish.js'
import { zsh } from '../cli/completion/zsh.js'
import { declarations, type RunOf } from '../cli/declarations.js'

const shells = { bash, zsh, fish }

export const run: RunOf<'completion'> = ({ shell }) => {
  const script = shells[shell](declarations)
  return TE.right({ json: { shell, script }, text: script.trimEnd() })
}
