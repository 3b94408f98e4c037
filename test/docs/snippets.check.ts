/** `npm run check:docs`: every snippet of every page is run, each page as one session. */
import { afterAll, describe, expect, it } from 'vitest'
import { blocks, isRun, pages, placeOf } from './blocks.js'
import { played, typeErrors } from './session.js'

const only = process.env.KEYFLOW_PAGE

describe('snippets', () => {
  it('have the types that the package has', () => {
    expect(typeErrors(blocks)).toEqual([])
  })

  const shown = pages.filter((page) => only === undefined || page.includes(only))
  describe.concurrent('run', () => {
    for (const page of shown) {
      const own = blocks.filter((block) => block.page === page)
      if (own.some(isRun))
        it(`${page}: ${own.filter(isRun).length}`, async () => expect(await played(page, own)).toBeUndefined())
    }
  })

  afterAll(() => {
    const still = blocks.filter(({ marks }) => 'no-run' in marks)
    process.stdout.write(`\n${blocks.filter(isRun).length} snippets run, ${still.length} not run:\n`)
    for (const block of still) process.stdout.write(`  ${placeOf(block)}: ${block.marks.reason}\n`)
  })
})
