/// <reference lib="dom" />
/** What is on the canvases of the page, and numbers of it. */
import type { Page } from 'playwright-core'

/** RGBA bytes of 32x32 pixels of each canvas. */
export interface Sight {
  readonly driving: ReadonlyArray<number>
  readonly points: ReadonlyArray<number>
  readonly result: ReadonlyArray<number>
}

const across = 32

/**
 * Looks at the page until it has shown so many different driving frames, and for so many seconds at least: a quick page shows them
 * before much has moved. A frame, its keypoints and its result are seen at once.
 */
export const look = (page: Page, count: number, seconds = 0): Promise<ReadonlyArray<Sight>> =>
  page.evaluate(
    async ({ count, across, seconds }) => {
      const small = document.createElement('canvas')
      Object.assign(small, { width: across, height: across })
      const context = small.getContext('2d', { willReadFrequently: true })!
      const seen = (selector: string): Array<number> => {
        context.clearRect(0, 0, across, across)
        context.drawImage(document.querySelector<HTMLCanvasElement>(selector)!, 0, 0, across, across)
        return [...context.getImageData(0, 0, across, across).data]
      }
      const sights: Array<{ driving: Array<number>; points: Array<number>; result: Array<number> }> = []
      let last = ''
      const began = performance.now()
      while (sights.length < count || performance.now() - began < 1000 * seconds) {
        await new Promise((resolve) => requestAnimationFrame(resolve))
        const driving = seen('#driving-canvas')
        if (driving[3] === 0 || driving.join() === last) continue
        last = driving.join()
        sights.push({ driving, points: seen('#driving-canvas + canvas'), result: seen('#result-canvas') })
      }
      return sights
    },
    { count, across, seconds }
  )

const centroid = (weights: ReadonlyArray<number>): readonly [x: number, y: number] => {
  const total = weights.reduce((a, b) => a + b, 0)
  const of = (pick: (at: number) => number) => weights.reduce((sum, w, at) => sum + w * pick(at), 0) / total
  return [of((at) => at % across), of((at) => Math.floor(at / across))]
}

/** Where what differs from the picture's left upper corner lies, in pixels. */
export const whereabouts = (rgba: ReadonlyArray<number>): readonly [x: number, y: number] =>
  centroid(
    Array.from({ length: across * across }, (_, at) => {
      const off = [0, 1, 2].reduce((sum, c) => sum + Math.abs(rgba[4 * at + c]! - rgba[c]!), 0)
      return off > 90 ? 1 : 0
    })
  )

/** Where what is not transparent lies, in pixels. */
export const marks = (rgba: ReadonlyArray<number>): readonly [x: number, y: number] =>
  centroid(Array.from({ length: across * across }, (_, at) => rgba[4 * at + 3]!))

/** Pearson's correlation. */
export const correlation = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const mean = (xs: ReadonlyArray<number>) => xs.reduce((sum, x) => sum + x, 0) / xs.length
  const [ma, mb] = [mean(a), mean(b)]
  const [da, db] = [a.map((x) => x - ma), b.map((x) => x - mb)]
  const dot = (p: ReadonlyArray<number>, q: ReadonlyArray<number>) => p.reduce((sum, x, i) => sum + x * q[i]!, 0)
  return dot(da, db) / Math.sqrt(dot(da, da) * dot(db, db))
}

/** Range of numbers. */
export const span = (xs: ReadonlyArray<number>): number => Math.max(...xs) - Math.min(...xs)
