/**
 * Gaits: which foot is where at which part of the cycle.
 *
 * @since 0.1.0
 */

/** The legs, in the order of their joints. */
export const legs = ['front_near', 'front_far', 'rear_near', 'rear_far'] as const

/** The ways to move; `wag` stands still but for head and tail. */
export type GaitName = 'walk' | 'trot' | 'hop' | 'wag'

/**
 * A gait: when each leg's cycle begins, how much of it the foot stands, how far a step goes and how high a foot is
 * lifted (both as a share of the leg's length), how often and how high the body bobs, how far it pitches (degrees).
 *
 * @category model
 * @since 0.1.0
 */
export interface Gait {
  readonly begins: readonly [number, number, number, number]
  readonly duty: number
  readonly step: number
  readonly lift: number
  readonly bobs: number
  readonly bob: number
  readonly pitch: number
}

/**
 * The gaits of four legs and of two (which are the rear ones): a walk sets the feet down one after another, a trot
 * diagonal pairs, a hop the rear pair half a cycle after the front pair.
 *
 * @category model
 * @since 0.1.0
 */
export const gaits: Readonly<Record<2 | 4, Readonly<Record<GaitName, Gait>>>> = {
  4: {
    walk: { begins: [0.25, 0.75, 0, 0.5], duty: 0.62, step: 0.56, lift: 0.2, bobs: 2, bob: 0.015, pitch: 0.6 },
    trot: { begins: [0.5, 0, 0, 0.5], duty: 0.46, step: 0.64, lift: 0.27, bobs: 2, bob: 0.05, pitch: 0.8 },
    hop: { begins: [0.5, 0.58, 0, 0.06], duty: 0.42, step: 0.85, lift: 0.3, bobs: 1, bob: 0.12, pitch: 9 },
    wag: { begins: [0, 0, 0, 0], duty: 1, step: 0, lift: 0, bobs: 1, bob: 0.012, pitch: 0.8 }
  },
  2: {
    walk: { begins: [0, 0, 0, 0.5], duty: 0.58, step: 0.66, lift: 0.26, bobs: 2, bob: 0.05, pitch: 2 },
    trot: { begins: [0, 0, 0, 0.5], duty: 0.44, step: 0.8, lift: 0.4, bobs: 2, bob: 0.09, pitch: 2 },
    hop: { begins: [0, 0, 0, 0.04], duty: 0.45, step: 0.6, lift: 0.3, bobs: 1, bob: 0.22, pitch: 5 },
    wag: { begins: [0, 0, 0, 0], duty: 1, step: 0, lift: 0, bobs: 1, bob: 0.015, pitch: 5 }
  }
}

/** A number's part after the point, from 0 up to 1. */
const wrapped = (n: number): number => n - Math.floor(n)

/**
 * Where a foot is in the cycle: how far ahead of the middle of its step (in steps, -1/2 to 1/2), how high (0 to 1),
 * and whether it stands. While it stands it goes back evenly, as the ground does under the body.
 *
 * @category gaits
 * @since 0.1.0
 */
export const footAt = (
  gait: Gait,
  leg: number,
  cycle: number
): { readonly ahead: number; readonly high: number; readonly stands: boolean } => {
  const p = wrapped(cycle - gait.begins[leg]!)
  if (gait.step === 0) return { ahead: 0, high: 0, stands: true }
  if (p < gait.duty) return { ahead: 0.5 - p / gait.duty, high: 0, stands: true }
  const q = (p - gait.duty) / (1 - gait.duty)
  return { ahead: -Math.cos(Math.PI * q) / 2, high: Math.sin(Math.PI * q), stands: false }
}

/**
 * How far the ground goes back under the body in a cycle, in steps.
 *
 * @category gaits
 * @since 0.1.0
 */
export const ground = ({ step, duty }: Gait): number => (step === 0 ? 0 : 1 / duty)

/**
 * How high the body is over its middle height, -1 to 1: over a leg that stands it is highest; in a hop, between them.
 *
 * @category gaits
 * @since 0.1.0
 */
export const bobAt = ({ bobs, duty }: Gait, cycle: number): number =>
  Math.sin(2 * Math.PI * (bobs * (cycle - duty / 2) + 0.25))
