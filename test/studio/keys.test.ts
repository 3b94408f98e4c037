import { describe, expect, it } from 'vitest'
import { smoothingOf } from '../../src/studio/media/smoothing.js'
import { keys, wishOf } from '../../src/studio/state/keys.js'
import { fromDetails, troubleOf } from '../../src/studio/state/words.js'

const stroke = (key: string, on = 'body') => ({ key, ctrl: false, alt: false, meta: false, on })

describe('the keyboard', () => {
  it('has each key and each wish once', () => {
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length)
    expect(new Set(keys.map(({ wish }) => wish)).size).toBe(keys.length)
  })

  it('knows every key, small and large', () => {
    for (const { key, wish } of keys) {
      expect(wishOf(stroke(key))).toBe(wish)
      expect(wishOf(stroke(key.toUpperCase()))).toBe(wish)
    }
    expect(wishOf(stroke('x'))).toBeUndefined()
  })

  it('leaves the shortcuts of the browser alone', () => {
    for (const held of ['ctrl', 'alt', 'meta']) expect(wishOf({ ...stroke('r'), [held]: true })).toBeUndefined()
  })

  it('leaves typing alone, and the space bar to what it presses', () => {
    for (const on of ['input', 'select', 'textarea', 'dialog']) expect(wishOf(stroke('r', on))).toBeUndefined()
    for (const on of ['button', 'a', 'summary']) {
      expect(wishOf(stroke(' ', on))).toBeUndefined()
      expect(wishOf(stroke('r', on))).toBe('recalibrate')
    }
  })
})

describe('smoothing', () => {
  it('is off at 0, calmer towards 1, and stays in the bounds of the protocol', () => {
    expect(smoothingOf(0)).toBeNull()
    const all = [0.05, 0.5, 1].map((calm) => smoothingOf(calm)!)
    expect(all[0]!.minCutoff > all[1]!.minCutoff && all[1]!.minCutoff > all[2]!.minCutoff).toBe(true)
    for (const { minCutoff, beta } of all) expect(minCutoff > 0 && minCutoff <= 1000 && beta >= 0 && beta <= 1000).toBe(true)
  })
})

describe('trouble in words', () => {
  it('tells what was due and what helps', () => {
    const { what, remedy } = fromDetails({ title: 'Too large', status: 413, where: 'body', expected: 'at most 9 bytes' })
    expect(what).toBe('Too large. Expected at most 9 bytes.')
    expect(remedy).toContain('smaller')
  })

  it('knows what browsers say of cameras', () => {
    const refused = Object.assign(new Error('Permission denied'), { name: 'NotAllowedError' })
    expect(troubleOf(refused).remedy).toContain('Allow')
  })

  it('knows the failures of clients, bare and wrapped', () => {
    const error = { _tag: 'Unreachable', url: 'http://127.0.0.1', reason: 'refused' }
    expect(troubleOf(error).what).toBe('The server does not answer.')
    expect(troubleOf(Object.assign(new Error('x'), { error })).what).toBe('The server does not answer.')
  })

  it('has words for anything', () => {
    for (const u of [undefined, null, 'text', 3, {}, { _tag: 'Unknown' }]) expect(troubleOf(u).what.length).toBeGreaterThan(10)
  })
})
