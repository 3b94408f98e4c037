import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { float32Of, parse, serialise, storedFloat32 } from '../../src/io/safetensors/safetensors.js'
import { readTemplate, type Template, writeTemplate } from '../../src/studio/media/template.js'
import { templateOf } from '../../src/studio/state/track.js'

const wave = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(i)))

const made: Template = {
  frames: 3,
  keypoints: 2,
  mean: wave(12),
  var: wave(24),
  rate: 12.5,
  times: [0, 0.08, 0.17]
}

const parsed = (bytes: Uint8Array) => {
  const read = parse('motion', bytes)
  if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
  return read.right
}

describe('motion templates', () => {
  it('are read by the reader of the program, value for value', () => {
    const { tensors, metadata } = parsed(writeTemplate(made))
    expect(tensors['mean']!.shape).toEqual([3, 2, 2])
    expect(tensors['var']!.shape).toEqual([3, 2, 2, 2])
    expect(float32Of(tensors['mean']!)).toEqual(made.mean)
    expect(float32Of(tensors['var']!)).toEqual(made.var)
    expect(metadata['format']).toBe('keyflow-motion/1')
    expect(Number(metadata['rate'])).toBe(12.5)
    expect(JSON.parse(metadata['times']!)).toEqual(made.times)
  })

  it('are the same bytes as the writer of the program makes', () => {
    const tensors = { mean: storedFloat32([3, 2, 2], made.mean), var: storedFloat32([3, 2, 2, 2], made.var!) }
    const metadata = { format: 'keyflow-motion/1', rate: '12.5', times: JSON.stringify(made.times) }
    const due = serialise('motion', { tensors, metadata })
    expect(E.isRight(due) && Buffer.from(due.right).equals(Buffer.from(writeTemplate(made)))).toBe(true)
  })

  it('come back as they were, with and without variances, of one number or four', () => {
    expect(readTemplate(writeTemplate(made))).toEqual(made)
    const bare = { ...made, var: undefined }
    expect(readTemplate(writeTemplate(bare))).toEqual(bare)
    const single = { ...made, var: wave(6) }
    expect(parsed(writeTemplate(single)).tensors['var']!.shape).toEqual([3, 2, 1, 1])
    expect(readTemplate(writeTemplate(single))).toEqual(single)
  })

  it('have even times where a file tells none', () => {
    const written = serialise('motion', {
      tensors: { mean: storedFloat32([3, 2, 2], made.mean) },
      metadata: { format: 'keyflow-motion/1', rate: '10' }
    })
    expect(E.isRight(written) && readTemplate(written.right)?.times).toEqual([0, 0.1, 0.2])
  })

  it('are refused when they are something else, cut short or lie about their sizes', () => {
    const bytes = writeTemplate(made)
    expect(readTemplate(new Uint8Array())).toBeUndefined()
    expect(readTemplate(new TextEncoder().encode('{"mean": []}'))).toBeUndefined()
    for (let length = 0; length < bytes.length; length += 7) {
      const cut = readTemplate(bytes.subarray(0, length))
      expect(cut === undefined || cut.var === undefined).toBe(true)
    }
    const lying = new TextDecoder('latin1').decode(bytes).replace('"shape":[3,2,2]', '"shape":[9,2,2]')
    expect(readTemplate(Uint8Array.from(lying, (c) => c.charCodeAt(0)))).toBeUndefined()
  })

  it('are made of what a session saw, from its first frame on', () => {
    const seen = (x: number) => ({ mean: Float32Array.of(x, -x), var: Float32Array.of(x) })
    const all = [1000, 1040, 1080].map((time, i) => ({ time, seen: seen(i) }))
    const { frames, keypoints, rate, times, mean } = templateOf(all)
    expect({ frames, keypoints, rate, times }).toEqual({ frames: 3, keypoints: 1, rate: 25, times: [0, 0.04, 0.08] })
    expect([...mean]).toEqual([0, -0, 1, -1, 2, -2])
  })
})
