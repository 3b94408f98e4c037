/**
 * A number between two ends.
 *
 * @since 0.1.0
 */
import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'

interface Props {
  readonly label: string
  readonly value: Signal<number>
  readonly most: number
  readonly step: number
  readonly disabled?: boolean
  readonly words: (value: number) => string
}

/** A slider from 0 with its label and what it stands at in words. */
export const Slider = ({ label, value, most, step, disabled = false, words }: Props) => {
  const id = useId()
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output for={id}>{words(value.value)}</output>
      <input
        id={id}
        type="range"
        min="0"
        max={most}
        step={step}
        value={value.value}
        disabled={disabled}
        aria-valuetext={words(value.value)}
        onInput={(e) => {
          value.value = e.currentTarget.valueAsNumber
        }}
      />
    </div>
  )
}
