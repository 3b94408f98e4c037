/**
 * Tails as paths.
 *
 * @since 0.1.0
 */
import { between, disc, lit, path, plus, ray, ring, tube } from '../svg.js'
import type { Coat } from './coat.js'
import type { Animal, Pose } from './pose.js'

/** The tail as paths. */
export const tail = ({ species, build: b }: Animal, { tail: t }: Pose, { coat, pale, mark }: Coat): string => {
  const tip = t[t.length - 1]!
  const rod = (widths: ReadonlyArray<number>): string => tube(t.map((at, i) => ring(at, widths[i] ?? 1)))
  switch (species.tail) {
    case 'thin': {
      const w = species.name === 'mouse' ? [1.2, 1.1, 0.9, 0.7, 0.5] : [2.2, 2.1, 1.9, 1.8, 1.5]
      return path(rod(w), species.name === 'mouse' ? pale : coat)
    }
    case 'bushy': {
      const end = tube([ring(between(t[3]!, tip, 0.2), 4.6), ring(tip, 1.2)])
      return `${path(rod([2, 4.2, 6, 5.2, 1.2]), coat)}${path(end, pale)}`
    }
    case 'hair':
      return path(rod([2, 3.4, 4.2, 3.8, 1]), mark)
    case 'tuft':
      return `${path(rod([1.7, 1.4, 1.2, 1.1, 1]), coat)}${path(tube([ring(t[3]!, 1.2), ring(between(t[3]!, tip, 0.6), 2.8), ring(tip, 0.8)]), mark)}`
    case 'curl':
      return path(rod([1.5, 1.4, 1.3, 1.2, 1]), lit(coat, 0.92))
    case 'stub':
      return disc(t[1]!, Math.max(3, b.trunk[2] * 0.34), species.name === 'bear' ? coat : pale)
    case 'fan':
      return [-22, 0, 22]
        .map((turn) => {
          const [from, to] = [t[0]!, t[t.length - 1]!]
          const angle = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI
          const end = plus(from, ray(angle + turn, Math.hypot(to[0] - from[0], to[1] - from[1]) * 1.05))
          return path(
            tube([ring(from, 3), ring(between(from, end, 0.6), 3.6), ring(end, 1.8)]),
            turn === 0 ? mark : lit(mark, 1.25)
          )
        })
        .join('')
    case 'up':
      return path(rod(species.legs === 2 ? [6, 4.6, 3, 1.8, 0.8] : [2.6, 2.4, 2.1, 1.8, 1.4]), coat)
  }
}
