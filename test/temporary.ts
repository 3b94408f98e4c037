/** Folders for tests, which go with the file of tests that asked for them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: Array<string> = []

afterAll(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
})

/** A new folder, `keyflow-NAME-...`. */
export const temporaryFolder = (name: string): string => {
  const path = mkdtempSync(join(tmpdir(), `keyflow-${name}-`))
  made.push(path)
  return path
}
