// @ts-check
/**
 * The figures of bench/results as tables.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from './markdown.mjs'
import { root } from './source.mjs'

/** @param {string} name @returns {any} undefined where it was not measured */
const result = (name) => {
  const file = join(root, 'bench', 'results', `${name}.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** Three figures that count. @param {number | undefined} n */
const shown = (n) => (n === undefined ? '-' : n >= 100 ? n.toFixed(0) : n.toPrecision(3))

const configs = ['shapes', 'moving-gif']

export const transferTable = () => {
  const rows = configs.flatMap((name) => {
    const r = result(`transfer-${name}`)
    if (r === undefined) return []
    const peer = (/** @type {string} */ form) =>
      `${shown(r.peers[form]?.ratio)} x (${shown(r.peers[form]?.framesPerSecond)})`
    const share = `${Math.round(100 * r.shareOfConvolutionsAlone)} %`
    return [
      [`${name}, ${r.side}x${r.side}`, shown(r.framesPerSecond), peer('original'), peer('best'), peer('tuned'), share]
    ]
  })
  const head = [
    '32 frames',
    'frames/s',
    'PyTorch, original form',
    'PyTorch, best form',
    'PyTorch, hand-tuned',
    'of convolutions alone'
  ]
  return table(head, rows)
}

export const trainTable = () => {
  const rows = configs.flatMap((name) => {
    const r = result(`train-${name}`)
    if (r === undefined) return []
    const peer = (/** @type {string} */ form) =>
      `${shown(r.peers[form].ratio)} x (${shown(r.peers[form].secondsPerIteration)} s)`
    const memory = [r.peakMegabytes, r.peers.original.peakMegabytes, r.peers.best.peakMegabytes].map(shown).join(' / ')
    return [
      [
        `${name}, ${r.batch} of ${r.side}x${r.side}`,
        `${shown(r.secondsPerIteration)} s`,
        peer('original'),
        peer('best'),
        memory
      ]
    ]
  })
  return table(
    ['one iteration', 'Keyflow', 'PyTorch, original form', 'PyTorch, best form', 'peak MB: ours / original / best'],
    rows
  )
}

export const liveTable = () => {
  const sizes = result('live')?.sizes ?? []
  const rows = sizes.map((/** @type {any} */ s) => [
    `${s.side}x${s.side}`,
    shown(s.file),
    shown(s.live),
    shown(s.added?.median),
    shown(s.added?.p95),
    shown(s.latest?.framesPerSecond),
    shown(s.latest?.latency)
  ])
  const head = [
    'picture',
    'file, frames/s',
    'live, frames/s',
    'added, median ms',
    'added, 95 % ms',
    'latest, frames/s',
    'latest, latency ms'
  ]
  return table(head, rows)
}

export const commandTable = () => {
  const r = result('commands') ?? {}
  const named = [
    ['help', '`keyflow --help`'],
    ['oneFrame', 'a film of one frame, model loading included'],
    ['frames300', '300 frames'],
    ['frames3000', '3,000 frames']
  ]
  const rows = named.flatMap(([key = '', name = '']) =>
    r[key] === undefined
      ? []
      : [[name, `${(r[key].milliseconds / 1000).toFixed(2)} s`, `${Math.round(r[key].megabytes)} MB`]]
  )
  const overhead = result('overhead')
  const cost =
    overhead === undefined
      ? []
      : [['one node, one tick, beside its operation', `${shown(overhead.microsecondsPerNode)} us`, '']]
  return table(['what', 'time', 'peak memory'], [...rows, ...cost])
}

export const machine = () => {
  const m = result('transfer-shapes')?.machine
  return m === undefined ? '' : `Measured with ${m.threads} threads of an ${m.processor} processor, on Node ${m.node}.`
}

export const quality = () => {
  const file = join(root, 'bench', 'results', 'quality-shapes.md')
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .replace(/^# .*\n/, '')
        .replaceAll(/!\[[^\]]*\]\([^)]*\)\n?/g, '')
    : ''
}
