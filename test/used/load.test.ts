/** A server under load, in small: bench/soak.mjs is the same at length. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../cli/keyflow.js'

it('three clients take 200 frames: all of them, in order, and no tensor more', { timeout: 900_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyflow-soak-'))
  const json = join(folder, 'soak.json')
  const args = [join(root, 'bench/soak.mjs'), '--frames', '200', '--clients', '3', '--json', json]
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  const code = await new Promise((resolve) => child.on('close', resolve))
  const { verdict, curve, frames } = JSON.parse(readFileSync(json, 'utf8'))
  rmSync(folder, { recursive: true, force: true })
  expect(frames).toBe(200)
  expect(curve.length).toBeGreaterThan(3)
  expect(verdict).toEqual({ answered: true, inOrder: true, tensorsConstant: true, engineFlat: true, serverFlat: true })
  expect(code).toBe(0)
})
