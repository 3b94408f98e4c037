/**
 * What stands behind an animal: mostly light, without motion.
 *
 * @since 0.1.0
 */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { below, uniform } from '../../dataset/random.js'
import { type Colour, css, num, path } from '../svg.js'

const rect = (width: number, y: number, height: number, fill: string): string =>
  `<rect x="0" y="${num(y)}" width="${num(width)}" height="${num(height)}" fill="${fill}"/>`

const gradient = (id: string, top: Colour, bottom: Colour): string =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${css(top)}"/><stop offset="1" stop-color="${css(bottom)}"/></linearGradient>`

const hills = (random: RandomGenerator, width: number, y: number, fill: Colour): string => {
  const [steep, shift, often] = [uniform(random, 2, 7), uniform(random, 0, 6), uniform(random, 0.05, 0.11)]
  const points = Array.from({ length: 13 }, (_, i) => (i * width) / 12).map(
    (x) => `${num(x)} ${num(y - steep * (1 + Math.sin(often * x + shift)))}`
  )
  return path(`M0 100L${points.join('L')}L${num(width)} 100Z`, fill)
}

/**
 * A background `width` units wide and 100 high, the feet at height `floor`.
 *
 * @category drawing
 * @since 0.1.0
 */
export const background = (random: RandomGenerator, width: number, floor: number): string => {
  const sort = below(random, 10)
  const hue = uniform(random, 0, 360)
  if (sort < 3) return rect(width, 0, 100, 'hsl(0,0%,100%)')
  if (sort < 5) return rect(width, 0, 100, css([hue, uniform(random, 15, 60), uniform(random, 84, 96)]))
  const light = uniform(random, 84, 95)
  if (sort < 6) {
    const colours = gradient('sky', [hue, 45, light], [hue + uniform(random, -50, 50), 45, 96])
    return `${colours}${rect(width, 0, 100, 'url(#sky)')}`
  }
  const meadow: Colour = [uniform(random, 70, 130), uniform(random, 30, 60), uniform(random, 62, 78)]
  const sand: Colour = [uniform(random, 30, 45), 45, 80]
  const land = below(random, 3) === 0 ? sand : meadow
  const line = floor - uniform(random, 6, 16)
  const sky = `${gradient('sky', [uniform(random, 190, 220), uniform(random, 45, 75), uniform(random, 78, 90)], [200, 40, 96])}${rect(width, 0, 100, 'url(#sky)')}`
  const far: Colour = [land[0] + 15, land[1] * 0.7, Math.min(90, land[2] + 9)]
  const distant = sort < 8 ? '' : hills(random, width, line, far)
  return `${sky}${distant}${rect(width, line, 100 - line, css(land))}`
}
