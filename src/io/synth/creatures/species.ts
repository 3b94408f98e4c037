/**
 * Animals as data: how they are built, coloured and how they move. Lengths are in units of which a horse is about a
 * hundred long.
 *
 * @since 0.1.0
 */
import type { Colour } from '../svg.js'
import type { GaitName } from './gait.js'

/**
 * The build of an animal. Pairs are from front to back or from top to bottom; angles are in degrees, upwards.
 *
 * @category model
 * @since 0.1.0
 */
export interface Build {
  /** Heights of shoulder and hip over the ground. */
  readonly tall: readonly [shoulder: number, hip: number]
  readonly long: number
  /** Half the thickness at the chest, the middle and the rump. */
  readonly trunk: readonly [chest: number, belly: number, rump: number]
  readonly neck: { readonly long: number; readonly angle: number; readonly thick: readonly [number, number] }
  readonly head: number
  readonly snout: { readonly long: number; readonly thick: number; readonly angle: number }
  /** Half the thickness of a leg at the top, at the knee and above the foot. */
  readonly limb: readonly [number, number, number]
}

/**
 * A kind of animal. Each look is the colour of the coat, of belly and muzzle, and of the marks.
 *
 * @category model
 * @since 0.1.0
 */
export interface Species {
  readonly name: string
  readonly legs: 2 | 4
  readonly build: Build
  readonly foot: 'paw' | 'hoof' | 'pad' | 'claw'
  readonly ear: 'pointed' | 'round' | 'long' | 'floppy' | 'big' | 'side' | 'none'
  readonly tail: 'thin' | 'bushy' | 'hair' | 'tuft' | 'curl' | 'stub' | 'fan' | 'up'
  readonly marks: ReadonlyArray<'none' | 'spots' | 'patches' | 'stripes' | 'belly' | 'tiles'>
  readonly extras: ReadonlyArray<Extra>
  readonly looks: ReadonlyArray<readonly [coat: Colour, pale: Colour, mark: Colour]>
  readonly gaits: ReadonlyArray<GaitName>
}

/** What only some animals have. */
export type Extra =
  | 'mane'
  | 'ruff'
  | 'crest'
  | 'trunk'
  | 'horns'
  | 'antlers'
  | 'knobs'
  | 'wool'
  | 'hump'
  | 'comb'
  | 'disc'
  | 'socks'
  | 'mask'
  | 'cheeks'
  | 'billed'
