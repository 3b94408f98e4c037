/**
 * Curves as a drawing: a panel for each, over the number of keypoints.
 *
 * @since 0.1.0
 */
import type { Curve } from './ablation.js'

const [width, height, gap] = [360, 280, 20]

/**
 * Curves beside one another as SVG, each with its own scale from zero on. Rejects only with what the drawing library throws.
 *
 * @category conversion
 * @since 0.1.0
 */
export const chart = async (curves: ReadonlyArray<Curve>): Promise<string> => {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')])
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const panels = curves.map(({ name, unit, points }, i) => {
    const panel = Plot.plot({
      document,
      className: 'panel',
      ...{ width, height, marginLeft: 56, grid: true },
      x: { label: 'keypoints', ticks: points.map((p) => p.keypoints), tickFormat: 'd' },
      y: { label: `${name} (${unit})`, zero: true, nice: true },
      marks: [
        Plot.ruleY([0]),
        Plot.lineY(points, { x: 'keypoints', y: 'value', stroke: '#1f6feb' }),
        Plot.dot(points, { x: 'keypoints', y: 'value', fill: '#1f6feb' })
      ]
    })
    panel.setAttribute('x', String(i * (width + gap)))
    return panel.outerHTML
  })
  const whole = Math.max(1, curves.length) * (width + gap) - gap
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${height}" viewBox="0 0 ${whole} ${height}">`,
    `<rect width="${whole}" height="${height}" fill="white"/>`,
    ...panels,
    '</svg>\n'
  ].join('\n')
}
