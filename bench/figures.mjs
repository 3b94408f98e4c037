// @ts-check
/**
 * The figures of bench/results as tables, each with the command that measured it.
 *
 *     node bench/figures.mjs
 *
 * writes them anew between the marks of README.md, as `npm run bench` does at its end; docs/reference/performance.md is given
 * the same tables when the site is made.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { table } from '../docs/make/markdown.mjs'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))
const readme = here('../README.md')

/** Three figures that count. @param {number | undefined} n */
const shown = (n) => (n === undefined ? '-' : n >= 100 ? n.toFixed(0) : n.toPrecision(3))

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)} %`

/** How a plan of `npm run bench` is asked for. @param {ReadonlyArray<string>} names */
const bench = (names) => `\`npm run bench ${names.join(' ')}\``

/** @typedef {(name: string) => any} Read gives a result by its name; undefined where it was not measured */
/** @typedef {(made: any) => ReadonlyArray<string>} Row */

/** A table with a row for each result that is there, and the command that measured them. @param {Read} read @param {ReadonlyArray<string>} names @param {ReadonlyArray<string>} head @param {Row} row */
const measured = (read, names, head, row) => {
  const found = names.filter((name) => read(name) !== undefined)
  return found.length === 0
    ? ''
    : [
        table(
          head,
          found.map((name) => row(read(name)))
        ),
        `Made by ${bench(found)}.`
      ].join('\n\n')
}

/** @param {Read} read */
const transfer = (read) => {
  const forms = ['original', 'best', 'tuned']
  return measured(
    read,
    ['transfer-moving-gif', 'transfer-shapes', 'transfer-vox-full'],
    [
      'transfer, 2 threads',
      'frames/s',
      'PyTorch, original form',
      'PyTorch, best form',
      'PyTorch, hand-tuned',
      'of convolutions alone'
    ],
    (r) => [
      `${r.config}, ${r.frames} frames of ${r.side}x${r.side}`,
      shown(r.framesPerSecond),
      ...forms.map((form) => `${shown(r.peers[form]?.ratio)} x (${shown(r.peers[form]?.framesPerSecond)})`),
      percent(r.shareOfConvolutionsAlone)
    ]
  )
}

/** @param {Read} read */
const train = (read) => {
  const forms = ['original', 'best']
  return measured(
    read,
    ['train-shapes', 'train-moving-gif'],
    [
      'an iteration of training, 2 threads',
      'Keyflow',
      'PyTorch, original form',
      'PyTorch, best form',
      'peak memory, MB: ours / original / best'
    ],
    (r) => [
      `${r.config}, ${r.batch} of ${r.side}x${r.side}`,
      `${shown(r.secondsPerIteration)} s`,
      ...forms.map((form) => `${shown(r.peers[form]?.ratio)} x (${shown(r.peers[form]?.secondsPerIteration)} s)`),
      [r, ...forms.map((form) => r.peers[form])].map((side) => shown(side?.peakMegabytes)).join(' / ')
    ]
  )
}

/** @param {Read} read */
const live = (read) => {
  const head = [
    'a live session',
    'frames/s',
    '`transfer --batch 1`',
    'of it, median of rounds',
    'added to the model, ms: median, 95 %',
    '`--policy latest` at 60/s: age of a frame, in model times'
  ]
  const rows = (read('live')?.sizes ?? []).map((/** @type {any} */ s) => [
    `${s.side}x${s.side}`,
    shown(s.live),
    shown(s.file),
    percent(s.ratio),
    `${shown(s.added.median)}, ${shown(s.added.p95)}`,
    shown(s.latest.times)
  ])
  return rows.length === 0 ? '' : `${table(head, rows)}\n\nMade by ${bench(['live'])}.`
}

/** Commands as users run them, and what a graph costs. @param {Read} read */
const commands = (read) => {
  const kinds = {
    help: '`keyflow --help`',
    oneFrame: 'a film of one frame, from start to end, model loading included',
    frames300: 'a film of 300 frames',
    frames3000: 'a film of 3,000 frames'
  }
  const used = read('commands')
  const runs = Object.entries(used === undefined ? {} : kinds).map(([key, what]) => {
    const { milliseconds, megabytes } = used[key]
    return [what, `${shown(milliseconds / 1000)} s`, `${shown(megabytes)} MB`, bench(['commands'])]
  })
  const cost = read('overhead')
  const node =
    cost === undefined
      ? []
      : [
          [
            'a node of a graph, a tick, beside its operation',
            `${shown(cost.microsecondsPerNode)} us`,
            '',
            bench(['overhead'])
          ]
        ]
  const page = (read('browser')?.backends ?? []).map((/** @type {any} */ b) => [
    `a frame of ${b.size} in headless chromium, ${b.engine}${b.engine.startsWith('webgl') ? ' drawn by software' : ''}`,
    `${shown(b.milliseconds)} ms (${shown(b.framesPerSecond)} a second)`,
    '',
    '`node bench/browser.mjs`'
  ])
  const rows = [...runs, ...node, ...page]
  return rows.length === 0 ? '' : table(['what', 'time', 'peak memory', 'made by'], rows)
}

/** What both sides reach after as many steps. @param {Read} read */
const learned = (read) => {
  const all = read('quality-shapes')?.figures ?? []
  const last = all.filter((/** @type {any} */ f) => f.step === all.at(-1).step)
  if (last.length === 0) return ''
  const of = (/** @type {string} */ side) => last.find((/** @type {any} */ f) => f.side === side).measures.L1
  const { step } = last[0]
  const row = [
    `L1 of test films of the original's shapes after ${step} steps, mean of ${of('Keyflow').values.length} seeds`,
    shown(of('Keyflow').mean),
    shown(of('PyTorch').mean),
    '`node bench/quality.mjs`'
  ]
  return table(['what is learned', 'Keyflow', 'PyTorch', 'made by'], [row])
}

/** @param {Read} read */
const machine = (read) => {
  const m = read('transfer-shapes')?.machine
  return m === undefined ? '' : `Measured with ${m.threads} threads of an ${m.processor} processor, on Node ${m.node}.`
}

/**
 * Every table by its name, of the results in a folder; empty where nothing was measured.
 *
 * @param {string} [folder]
 */
export const figures = (folder = here('results')) => {
  /** @type {Read} */
  const read = (name) => {
    const file = join(folder, `${name}.json`)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  }
  return {
    transfer: transfer(read),
    train: train(read),
    live: live(read),
    commands: commands(read),
    learned: learned(read),
    machine: machine(read)
  }
}

/** All of them, one below the other. @param {ReturnType<typeof figures>} made */
export const shownTogether = (made) =>
  Object.values(made)
    .filter((text) => text !== '')
    .join('\n\n')

const marked = /(?<=^<!-- figures -->\n).*?(?=^<!-- end of figures -->$)/ms

/** A text with the figures between its marks. @param {string} text */
export const withFigures = (text) => {
  if (!marked.test(text)) throw new Error('no figures: <!-- figures --> and <!-- end of figures --> are missing')
  return text.replace(marked, () => `\n${shownTogether(figures())}\n\n`)
}

/** Writes the figures into README.md. */
export const writeFigures = () => writeFileSync(readme, withFigures(readFileSync(readme, 'utf8')))

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFigures()
