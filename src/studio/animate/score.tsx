/**
 * How well the driving pose fits the source.
 *
 * @since 0.1.0
 */
import { running, shown } from '../state/live.js'

const words = (score: number): string => (score < 0.25 ? 'good' : score < 0.6 ? 'fair' : 'poor')

/** The score of alignment, live: 0 is the same pose, 2 the opposite. */
export const Score = () => {
  const score = running.value ? shown.value?.score : undefined
  return (
    <div class="score">
      <div class="row">
        <span id="score">Alignment</span>
        <span class="figures quiet">{score === undefined ? 'no frame yet' : `${score.toFixed(2)}, ${words(score)}`}</span>
      </div>
      <meter aria-labelledby="score" min={0} max={1} low={0.4} high={0.75} optimum={1} value={score === undefined ? 0 : 1 - score / 2} />
    </div>
  )
}
