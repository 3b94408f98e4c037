/**
 * Icons, drawn with lines.
 *
 * @since 0.1.0
 */

const paths = {
  auto: 'M12 3a9 9 0 1 0 0 18V3z M12 3a9 9 0 0 1 0 18',
  light: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z M12 2v2 M12 20v2 M2 12h2 M20 12h2 M5 5l1.4 1.4 M17.6 17.6 19 19 M5 19l1.4-1.4 M17.6 6.4 19 5',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z M9.5 9.3a2.6 2.6 0 1 1 3.6 2.4c-.8.4-1.1.9-1.1 1.8 M12 16.8v.2',
  play: 'M8 5.5v13l10.5-6.5z',
  stop: 'M7 7h10v10H7z',
  again: 'M19 12a7 7 0 1 1-2.2-5.1 M19 4v4h-4',
  record: 'M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10z',
  save: 'M12 4v11 M7.5 11 12 15.5 16.5 11 M5 19.5h14',
  file: 'M6 3.5h8l4 4v13H6z M14 3.5v4h4',
  camera: 'M4 8h3.5L9 5.5h6L16.5 8H20v11H4z M12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z',
  film: 'M4 5h16v14H4z M8 5v14 M16 5v14 M4 9.7h4 M4 14.3h4 M16 9.7h4 M16 14.3h4',
  motion: 'M5 18 9.5 8l5 8L19 6 M5 18h.01 M9.5 8h.01 M14.5 16h.01 M19 6h.01',
  render: 'M4 5h16v11H4z M9 20h6 M12 16v4'
} as const

/** The names of the icons. */
export type IconName = keyof typeof paths

/** An icon beside words that say the same; it is hidden from who cannot see it. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg
    width="18"
    height="18"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={paths[name]} />
  </svg>
)
