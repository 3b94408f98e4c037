/**
 * One slider for the one-euro filter of keypoints.
 *
 * @since 0.1.0
 */

/** The settings of the filter, as `Manner` has them. */
export interface Smoothing {
  readonly minCutoff: number
  readonly beta: number
  readonly derivativeCutoff: number
}

/**
 * How calm keypoints are held, from 0 (as they are seen: no filter) to 1 (very calm). The cut-off falls from 10 Hz to 0.3 Hz,
 * and how fast it opens with speed falls with it.
 *
 * @category motion
 * @since 0.1.0
 */
export const smoothingOf = (calm: number): Smoothing | null =>
  calm <= 0
    ? null
    : {
        minCutoff: round(10 * (0.3 / 10) ** Math.min(1, calm)),
        beta: round(4 * (0.2 / 4) ** Math.min(1, calm)),
        derivativeCutoff: 1
      }

const round = (n: number): number => Math.round(n * 1000) / 1000
