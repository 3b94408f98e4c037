/** The films of datasets, by part. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { afterAll, describe, expect, it } from 'vitest'
import { type DatasetFormat, datasetFormats } from '../../../src/io/dataset/format.js'
import { filmsOf } from '../../../src/io/measures/index.js'
import { showProblem } from '../../../src/io/problem/index.js'
import { temporaryFolder } from '../../temporary.js'

const dir = temporaryFolder('films')
afterAll(() => rmSync(dir, { recursive: true }))

const film = (name: string) => ({ name: `${name}.mp4`, path: `/far/${name}.mp4` })
const named = (name: string) => ({ name, path: `/far/${name}.mp4` })

describe('the films of a dataset', () => {
  it('are listed once by what an extension brings, whichever part is asked for', async () => {
    let asked = 0
    const format: DatasetFormat = {
      summary: 'a list',
      layout: () => {
        asked += 1
        return TE.right({ division: { by: 'file' }, train: [film('a'), film('b')], test: [film('c')], passed: [] })
      }
    }
    const train = [named('a'), named('b')]
    expect(await filmsOf({ format, folder: 'list' }, 'test')()).toEqual(E.right({ films: [named('c')], train }))
    expect(asked).toBe(1)
    expect(await filmsOf({ format, folder: 'list' }, 'train')()).toEqual(E.right({ films: train, train }))
    expect(asked).toBe(2)
  })

  it('are refused where the part has none', async () => {
    const format: DatasetFormat = {
      summary: 'nothing',
      layout: () => TE.right({ division: { by: 'file' }, train: [film('a')], test: [], passed: [] })
    }
    const found = await filmsOf({ format, folder: 'list' }, 'test')()
    expect(E.isLeft(found) && showProblem(found.left)).toContain('list: files: expected at least one video, got none')
  })

  it('of a folder are its own; its train part is looked for in the folder', async () => {
    mkdirSync(join(dir, 'test'))
    writeFileSync(join(dir, 'test', 'x.mp4'), '')
    expect(await filmsOf({ format: datasetFormats.folder, folder: dir }, 'test')()).toEqual(
      E.right({ films: [{ name: 'x', path: join(dir, 'test', 'x.mp4') }], train: undefined })
    )
  })
})
