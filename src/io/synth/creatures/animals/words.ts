/**
 * What the tables of animals are written with: builds, colours, lists of gaits.
 *
 * @since 0.1.0
 */
import type { Colour } from '../../svg.js'
import type { GaitName } from '../gait.js'
import type { Build } from '../species.js'

type Pair = readonly [number, number]
type Three = readonly [number, number, number]

/** A build by its numbers, in their order; the neck is its length, its angle and its thickness below and above. */
export const build = (
  tall: Pair,
  long: number,
  trunk: Three,
  neck: readonly [long: number, angle: number, low: number, high: number],
  head: number,
  snout: Three,
  limb: Three
): Build => ({
  tall,
  long,
  trunk,
  neck: { long: neck[0], angle: neck[1], thick: [neck[2], neck[3]] },
  head,
  snout: { long: snout[0], thick: snout[1], angle: snout[2] },
  limb
})

export const brown: Colour = [25, 55, 42]
export const tan: Colour = [32, 60, 62]
export const grey: Colour = [215, 10, 56]
export const black: Colour = [240, 8, 24]
export const white: Colour = [40, 30, 92]
export const cream: Colour = [42, 65, 84]
export const ginger: Colour = [26, 85, 57]
export const gold: Colour = [42, 75, 58]
export const pink: Colour = [348, 75, 80]
export const dark: Colour = [20, 35, 20]
export const slate: Colour = [210, 20, 45]

export const all: ReadonlyArray<GaitName> = ['walk', 'trot', 'hop', 'wag']
export const calm: ReadonlyArray<GaitName> = ['walk', 'walk', 'trot', 'wag']
export const bird: ReadonlyArray<GaitName> = ['walk', 'walk', 'wag', 'hop']
