import { describe, expect, it } from 'vitest'
import { css, rainbow } from '../../src/studio/draw/colours.js'
import { maskOf } from '../../src/studio/draw/mask.js'
import { middle, withAlpha, withoutAlpha } from '../../src/studio/draw/pixels.js'
import { wheelKey, wheelOf } from '../../src/studio/draw/wheel.js'

/** Where each pixel of a picture is sampled when nothing moves, moved by (dx, dy). */
const shifted = (width: number, height: number, dx: number, dy: number): Float32Array =>
  Float32Array.from({ length: 2 * width * height }, (_, i) => {
    const [x, y] = [Math.floor(i / 2) % width, Math.floor(i / 2 / width)]
    return i % 2 === 0 ? (2 * x) / (width - 1) - 1 + dx : (2 * y) / (height - 1) - 1 + dy
  })

const pixel = (bytes: Uint8ClampedArray, i: number) => [...bytes.slice(4 * i, 4 * i + 4)]

describe('optical flow as colours', () => {
  it('is white where nothing moves', () => {
    const still = wheelOf(shifted(5, 3, 0, 0), 5, 3)
    expect([...still].every((byte) => byte >= 254)).toBe(true)
  })

  it('shows the direction as the key does: right red, down green, left cyan, up violet', () => {
    const colourTo = (dx: number, dy: number) => pixel(wheelOf(shifted(4, 4, dx, dy), 4, 4), 5)
    expect(colourTo(0.6, 0)).toEqual([255, 0, 0, 255])
    expect(colourTo(-0.6, 0)).toEqual([0, 255, 255, 255])
    const [r, g, b] = colourTo(0, 0.6)
    expect(g).toBe(255)
    expect(r! > b!).toBe(true)
    const key = wheelKey(11)
    expect(pixel(key, 5 * 11 + 10)).toEqual([255, 0, 0, 255])
    expect(pixel(key, 5 * 11 + 5)).toEqual([255, 255, 255, 255])
  })

  it('is stronger the longer the way', () => {
    const weak = pixel(wheelOf(shifted(4, 4, 0.1, 0), 4, 4), 0)
    const strong = pixel(wheelOf(shifted(4, 4, 0.3, 0), 4, 4), 0)
    expect(strong[1]! < weak[1]!).toBe(true)
  })
})

describe('the mask as colours', () => {
  it('has the colour of the keypoint that a pixel follows, and mixes them', () => {
    const mask = maskOf([0, 1, 0, 0, 0, 1, 0, 0.5, 0.5], 3, 1, 3)
    expect(pixel(mask, 0)).toEqual([...rainbow(0, 2), 255])
    expect(pixel(mask, 1)).toEqual([...rainbow(1, 2), 255])
    const mixed = rainbow(0, 2).map((c, i) => Math.round((c + rainbow(1, 2)[i]!) / 2))
    pixel(mask, 2).forEach((c, i) => expect(Math.abs(c - [...mixed, 255][i]!)).toBeLessThanOrEqual(1))
  })

  it('is dark where the background is followed', () => {
    expect(Math.max(...pixel(maskOf([1, 0], 1, 1, 2), 0).slice(0, 3))).toBeLessThan(60)
  })
})

describe('colours of keypoints', () => {
  it('are those of films: the first red, none twice', () => {
    expect(css(rainbow(0, 10))).toBe('rgb(255 0 0)')
    expect(new Set(Array.from({ length: 10 }, (_, k) => css(rainbow(k, 10)))).size).toBe(10)
  })
})

describe('pixels', () => {
  it('lose and get back their alpha', () => {
    const rgb = Uint8Array.of(1, 2, 3, 250, 251, 252)
    expect([...withAlpha(rgb)]).toEqual([1, 2, 3, 255, 250, 251, 252, 255])
    expect(withoutAlpha(withAlpha(rgb))).toEqual(rgb)
  })

  it('are cut around the middle', () => {
    expect(middle({ width: 640, height: 480 }, { width: 1, height: 1 })).toEqual({ x: 80, y: 0, width: 480, height: 480 })
    expect(middle({ width: 10, height: 30 }, { width: 2, height: 1 })).toEqual({ x: 0, y: 12.5, width: 10, height: 5 })
  })
})
