/**
 * Legs in the colours of the animal.
 *
 * @since 0.1.0
 */
import { between, type Colour, lit, path, ring, tube } from '../svg.js'
import type { Dressed } from './coat.js'
import { has } from './extras.js'
import { limb } from './limb.js'
import type { Leg } from './pose.js'

/** A leg in the colours of the animal, `dim` times as light. */
export const leg = (d: Dressed, leg: Leg | undefined, dim: number): string => {
  if (leg === undefined) return ''
  const { animal, coat } = d
  const { species } = animal
  const wool = has(animal, 'wool')
  const shade = lit(wool ? coat.mark : coat.coat, dim)
  const beak: Colour = [36, 85, 55]
  const foot = species.foot === 'hoof' ? lit(coat.horn, dim) : species.foot === 'claw' ? lit(beak, dim) : shade
  const [thigh, ...rest] = limb(animal, leg, species.foot === 'claw' ? lit(beak, dim) : shade, foot)
  const sock = has(animal, 'socks')
    ? path(
        tube([
          ring(between(leg.knee, leg.foot, 0.45), (animal.build.limb[1] + animal.build.limb[2]) / 2),
          ring(leg.foot, animal.build.limb[2] * 1.02)
        ]),
        lit(species.name === 'fox' ? coat.mark : coat.pale, dim)
      )
    : ''
  const feathers =
    species.legs === 2
      ? path(
          tube([
            ring(leg.top, animal.build.limb[0]),
            ring(between(leg.top, leg.knee, 0.75), animal.build.limb[1] * 1.3)
          ]),
          lit(coat.coat, dim)
        )
      : ''
  return `${thigh}${sock}${rest.join('')}${feathers}`
}
