import { describe, expect, it } from 'vitest'
import { allFinite } from '../../src/nodes/finite.js'
import * as tf from '../../src/nodes/tf.js'

describe('the engine', () => {
  it('refuses a backend that there is not, by name', () =>
    expect(tf.startEngine('abacus')).rejects.toThrow('unknown backend abacus; one of tensorflow, wasm, cpu'))

  it('starts once', async () => {
    const first = await tf.startEngine()
    expect(tf.backends).toContain(first.backend)
    expect(await tf.startEngine('cpu')).toBe(first)
    expect(tf.getBackend()).toBe(first.backend)
    expect(tf.isNative()).toBe(first.backend === 'tensorflow')
  })

  it('finds every number that is none', () =>
    tf.tidy(() => {
      const [whole, nothing, endless] = [
        tf.tensor1d([1, 2], 'int32'),
        tf.tensor1d([1, Number.NaN]),
        tf.tensor1d([1 / 0])
      ]
      expect(allFinite([])).toBe(true)
      expect(allFinite([whole, tf.ones([2, 3])])).toBe(true)
      for (const bad of [nothing, endless]) {
        expect(allFinite([tf.ones([1]), bad])).toBe(false)
        expect(allFinite([bad, whole])).toBe(false)
      }
    }))

  it('has other backends beside it, which read the same tensors', async () => {
    const { backend } = await tf.startEngine()
    const x = tf.tensor1d([1, 2, 3])
    for (const other of tf.backends) {
      const there = await tf.useBackend(other)
      if (!there) continue
      expect(tf.getBackend()).toBe(other)
      expect(tf.hasKernels() && !tf.isNative()).toBe(false)
      expect(tf.tidy(() => Array.from(tf.add(x, 1).dataSync()))).toEqual([2, 3, 4])
    }
    expect(await tf.useBackend('abacus' as 'cpu')).toBe(false)
    expect(await tf.useBackend(backend)).toBe(true)
    x.dispose()
  })
})
