/**
 * A button that takes a file.
 *
 * @since 0.1.0
 */
import { useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.js'

interface Props {
  readonly label: string
  readonly icon: IconName
  readonly accept: string
  readonly take: (file: File) => void
}

/** A button that opens the dialog for a file. */
export const Pick = ({ label, icon, accept, take }: Props) => {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class="button small" onClick={() => input.current?.click()}>
        <Icon name={icon} />
        {label}
      </button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        aria-label={label}
        onChange={(e) => {
          const file = e.currentTarget.files?.[0]
          e.currentTarget.value = ''
          if (file !== undefined) take(file)
        }}
      />
    </>
  )
}
