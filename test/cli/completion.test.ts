import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { declarations } from '../../src/io/cli/declarations.js'
import { spelt } from '../../src/io/cli/option.js'
import { keyflow, root } from './keyflow.js'

const scripts: Record<string, string> = {}

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await keyflow(['completion', shell])
    expect(code).toBe(0)
    scripts[shell] = out
  }
})

/** What bash offers for the last of some words. */
const offered = (...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const ask = `source /dev/stdin <<'SCRIPT'\n${scripts['bash']}\nSCRIPT
COMP_WORDS=(keyflow ${words.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${words.length}; _keyflow; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', ask], { encoding: 'utf8', cwd: root })
  expect([status, stderr]).toEqual([0, ''])
  return stdout.split('\n').filter((line) => line !== '')
}

describe('in bash', () => {
  it('offers commands, and the verbs of a group', () => {
    expect(offered('').toSorted()).toEqual(
      [...new Set(Object.keys(declarations).map((n) => n.split(' ')[0]))].toSorted()
    )
    expect(offered('graph', '')).toEqual(['list', 'nodes', 'show', 'check', 'run'])
    expect(offered('tr')).toEqual(['transfer', 'train', 'train-predictor'])
  })

  it.each(Object.entries(declarations))('offers the options of %s', (name, { args, options }) => {
    const given = Object.keys(args).map(() => 'x')
    const names = Object.keys(options).map((option) => `--${spelt(option)}`)
    expect(offered(...name.split(' '), ...given, '--')).toEqual([...names, '--json', '--quiet', '--help'])
  })

  it('offers the values of an option: words, files, folders, nothing', () => {
    expect(offered('graph', 'show', 'x', '--as', '')).toEqual(['mermaid', 'dot', 'json', 'plan'])
    expect(offered('graph', 'show', 'x', '--as', 'm')).toEqual(['mermaid'])
    expect(offered('transfer', '--model', 'models/shapes.s')).toEqual(['models/shapes.safetensors'])
    expect(offered('train', '--data', 'model')).toEqual(['models'])
    expect(offered('transfer', '--batch', '')).toEqual([])
  })

  it('offers the arguments of a command, also after options with values', () => {
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(offered('inspect', 'models/shapes.s')).toEqual(['models/shapes.safetensors'])
    expect(offered('detect', '--model', 'm', '--backend', 'wasm', 'models/shapes.s')).toEqual([
      'models/shapes.safetensors'
    ])
  })
})

describe.each(['zsh', 'fish'])('in %s', (shell) => {
  it('speaks of every command and option', () => {
    for (const [name, { options }] of Object.entries(declarations)) {
      for (const word of name.split(' ')) expect(scripts[shell]).toContain(word)
      for (const option of Object.keys(options))
        expect(scripts[shell]).toContain(shell === 'fish' ? `-l ${spelt(option)} ` : `--${spelt(option)}`)
    }
  })

  it.runIf(['/bin', '/usr/bin'].some((folder) => existsSync(`${folder}/${shell}`)))('is read without complaint', () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: scripts[shell], encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
})
