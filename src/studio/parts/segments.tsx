/**
 * One of a few, side by side.
 *
 * @since 0.1.0
 */
import type { Signal } from '@preact/signals'

interface Props<A extends string> {
  readonly label: string
  readonly name: string
  readonly value: Signal<A>
  readonly choices: Readonly<Record<A, string>>
  /** Choices that cannot be taken here. */
  readonly barred?: ReadonlyArray<A>
}

/** One of a few choices, as radio buttons. */
export const Segments = <A extends string>({ label, name, value, choices, barred = [] }: Props<A>) => (
  <fieldset class="group">
    <legend class="quiet">{label}</legend>
    <div class="segments">
      {(Object.keys(choices) as Array<A>).map((choice) => (
        <label key={choice}>
          <input
            type="radio"
            name={name}
            value={choice}
            checked={value.value === choice}
            disabled={barred.includes(choice)}
            onChange={() => {
              value.value = choice
            }}
          />
          <span>{choices[choice]}</span>
        </label>
      ))}
    </div>
  </fieldset>
)
