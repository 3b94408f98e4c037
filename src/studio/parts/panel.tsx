/**
 * A part of the page with a heading.
 *
 * @since 0.1.0
 */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface Props {
  readonly title: string
  readonly children: ComponentChildren
  /** What stands at the other end of the heading. */
  readonly aside?: ComponentChildren
}

/** A panel. */
export const Panel = ({ title, children, aside }: Props) => {
  const id = useId()
  return (
    <section class="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}
