/** The size of modules: one can be read at a sitting. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './entries.js'

const lines = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, lines: readFileSync(join(root, 'src', path), 'utf8').split('\n').length - 1 }))
  .sort((a, b) => a.lines - b.lines)

it('no module is longer than 300 lines, half of them not longer than 120', () => {
  expect(lines.filter((module) => module.lines > 300)).toEqual([])
  expect(lines[Math.floor(lines.length / 2)]!.lines).toBeLessThanOrEqual(120)
})
