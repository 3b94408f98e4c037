import { describe, expect, it } from 'vitest'
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
