#!/usr/bin/env node
/**
 * The command line: reads what was asked, runs one command, prints its report, exits with its code.
 *
 * @since 0.1.0
 */
import { CommanderError, Command as Parser, Option as Wish } from 'commander'
import { gather } from '../problem/complaint.js'
import { exitCode, type Problem, showProblem } from '../problem/problem.js'
import { version } from '../run/version.js'
import type { Command, Report } from './command.js'
import { always } from './declared/common.js'
import { type Option, type Options, spelt } from './option.js'
import { commands } from './table.js'
import { coloured, terminal } from './terminal.js'

const say = (problem: Problem): void => {
  const label = coloured() ? '\u001b[31mkeyflow:\u001b[0m' : 'keyflow:'
  for (const line of showProblem(problem).split('\n')) process.stderr.write(`${label} ${line}\n`)
}

/** Whether a film goes to standard output, so that nothing else may. */
const piped = (): boolean =>
  process.argv.some((word, i, all) => word === '--out=-' || (word === '-' && all[i - 1] === '--out'))

/** Says what is wrong, on standard output too where JSON was asked for, and exits with its code. */
const end = (problem: Problem, command: string | null): never => {
  const out = piped() ? process.stderr : process.stdout
  if (process.argv.includes('--json'))
    out.write(`${JSON.stringify({ version: 1, command, error: problem }, undefined, 2)}\n`)
  say(problem)
  process.exit(exitCode(problem))
}

/** What was typed for an option; the parser makes an `audio` that is false of `--no-audio`. */
const typedFor = (name: string, given: Readonly<Record<string, unknown>>): unknown => {
  const [, first, rest] = /^no([A-Z])(.*)$/.exec(name) ?? []
  return first === undefined ? given[name] : given[`${first.toLowerCase()}${rest}`] === false
}

/** Ends where options that must be given are not. The parser leaves this to us: it would not look for misspelt ones first. */
const needAll = (command: string, declared: Options, given: Readonly<Record<string, unknown>>): void => {
  const [first, ...rest] = Object.entries<Option<unknown>>(declared).flatMap(
    ([name, { required, summary }]): ReadonlyArray<Problem> =>
      required === true && given[name] === undefined
        ? [{ _tag: 'Usage', at: `--${spelt(name)}`, expected: summary, actual: 'nothing' }]
        : []
  )
  if (first !== undefined) end(gather(first, rest), command)
}

/** The values of options from what was typed, or what was typed wrongly. */
const read = (command: string, declared: Options, given: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(declared).map(([name, option]: [string, Option<unknown>]) => {
      const typed = typedFor(name, given)
      if (typed === undefined || typed === false) return [name, option.fallback]
      const values = [typed].flat().map((text) => {
        const reading = option.read(String(text))
        if ('value' in reading) return reading.value
        return end({ _tag: 'Usage', at: `--${spelt(name)}`, expected: reading.expected, actual: String(text) }, command)
      })
      if (option.gather === true) return [name, values.flat()]
      return [name, option.many === true ? Object.assign({}, ...values) : values[0]]
    })
  )

const print = (command: Command, report: Report, json: boolean): void => {
  const text = json ? JSON.stringify({ version: 1, command: command.name, ...report.json }, undefined, 2) : report.text
  const out = report.aside === true ? process.stderr : process.stdout
  if (text !== '') out.write(`${text}\n`)
}

/** How many milliseconds a command may take to end when whoever started it is gone. */
const farewell = 5000

/** A process that was given a channel to its parent stops, and ends soon, when that is closed: nobody wants its work any more. */
const outlived = (stop: () => void): void => {
  process.on('disconnect', () => {
    setTimeout(() => process.exit(143), farewell).unref()
    stop()
  })
  process.channel?.unref()
}

/**
 * A signal that a user's interrupt aborts. Once nobody listens, or it comes again, the process ends at once; a terminal that is closed
 * may say so twice, and is in no hurry.
 */
const interruptible = (command: string): AbortSignal => {
  const interrupt = new AbortController()
  let heard = false
  const stop = (name: NodeJS.Signals): void => {
    if (name === 'SIGHUP' && interrupt.signal.aborted) return
    if (!heard || interrupt.signal.aborted) end({ _tag: 'Interrupted', signal: name }, command)
    interrupt.abort(name)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop(name))
  if (process.channel !== undefined) outlived(() => stop('SIGTERM'))
  const { signal } = interrupt
  return new Proxy(signal, {
    get: (target, key) => {
      heard ||= key === 'addEventListener'
      const value = Reflect.get(target, key, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}

const perform = async (
  command: Command,
  args: ReadonlyArray<string>,
  given: Record<string, unknown>
): Promise<void> => {
  const { json, quiet, progress, ...typed } = given as { json?: boolean; quiet?: boolean; progress?: string }
  const names = Object.keys(command.args)
  needAll(command.name, command.options, typed)
  const flags = {
    ...read(command.name, command.args, Object.fromEntries(names.map((name, i) => [name, args[i]]))),
    ...read(command.name, command.options, typed)
  }
  const signal = interruptible(command.name)
  const { run } = await command.load()
  const result = await run(flags as never, terminal(signal, quiet === true, json === true, progress === 'json'))()
  if (result._tag === 'Left') end(result.left, command.name)
  else {
    print(command, result.right, json === true)
    process.exitCode = result.right.code ?? 0
  }
}

/** The second words of the commands of a group. */
const verbs = (group: string): string =>
  commands
    .map(({ name }) => name.split(' '))
    .filter(([first, second]) => first === group && second !== undefined)
    .map(([, second]) => second)
    .join('|')

/** One parser for each command, below one for each first word of two. */
const parser = (): Parser => {
  const root = new Parser('keyflow')
    .description('Motion transfer as typed dataflow: animate a picture with the motion of a film.')
    .version(version)
    .showHelpAfterError('(keyflow COMMAND --help tells more)')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 asked wrongly, 65 bad data, 69 engine missing, 74 input/output,\n78 configuration, 130 interrupted. Data goes to standard output, talk to standard error.'
    )
  const groups = new Map<string, Parser>()
  for (const command of commands) {
    const words = command.name.split(' ')
    const name = words.at(-1)!
    const group =
      words.length === 1
        ? root
        : (groups.get(words[0]!) ?? root.command(words[0]!).summary(`${words[0]} ${verbs(words[0]!)}`))
    if (words.length > 1) groups.set(words[0]!, group)
    const own = group.command(name).summary(command.summary).description(command.summary)
    for (const { placeholder, summary } of Object.values<Option<unknown>>(command.args))
      own.argument(`<${placeholder}>`, summary)
    for (const [option, { placeholder, summary, many }] of Object.entries<Option<unknown>>(command.options)) {
      const flags = `--${spelt(option)}${placeholder === undefined ? '' : ` <${placeholder}>`}`
      const gather = (text: string, before: ReadonlyArray<string> | undefined) => [...(before ?? []), text]
      if (many === true) own.option(flags, summary, gather)
      else own.option(flags, summary)
    }
    for (const [option, { summary }] of Object.entries(always)) own.option(`--${spelt(option)}`, summary)
    own.addOption(new Wish('--progress <json>', 'tell progress as lines of JSON on standard error').choices(['json']))
    own.addHelpText('after', `\nExamples:\n${command.examples.map((e) => `  ${e}`).join('\n')}`)
    own.action((...typed: Array<unknown>) => {
      const args = typed.slice(0, Object.keys(command.args).length) as Array<string>
      return perform(command, args, own.opts())
    })
  }
  return root
}

/** Standard output may be closed by whoever reads it: that is not an error. What is said to nobody is lost. */
process.stdout.on('error', (e: NodeJS.ErrnoException) => process.exit(e.code === 'EPIPE' ? 0 : 74))
process.stderr.on('error', () => {})

const main = async (): Promise<void> => {
  const root = parser()
  const strict = (p: Parser): void => {
    p.exitOverride()
    p.commands.forEach(strict)
  }
  strict(root)
  try {
    await root.parseAsync(process.argv)
  } catch (e) {
    if (!(e instanceof CommanderError))
      end({ _tag: 'Failed', at: 'keyflow', cause: e instanceof Error ? (e.stack ?? e.message) : String(e) }, null)
    else if (e.exitCode !== 0 && process.argv.includes('--json')) {
      const problem: Problem = { _tag: 'Usage', at: 'command line', expected: 'what --help tells', actual: e.message }
      process.stdout.write(`${JSON.stringify({ version: 1, command: null, error: problem }, undefined, 2)}\n`)
    }
    if (e instanceof CommanderError) process.exit(e.exitCode === 0 ? 0 : 2)
  }
}

await main()
