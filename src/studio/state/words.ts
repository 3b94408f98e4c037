/**
 * What went wrong, in words that help.
 *
 * @since 0.1.0
 */

/** What a person is told: what happened, and what to do about it. */
export interface Trouble {
  readonly what: string
  readonly remedy: string
}

/** Trouble that is thrown on its way to where it is shown. */
export class Troubled extends Error {
  override readonly name = 'Troubled'
  constructor(readonly trouble: Trouble) {
    super(trouble.what)
  }
}

/** Ends work with trouble. */
export const trouble = (what: string, remedy: string): Troubled => new Troubled({ what, remedy })

/** What a browser says about cameras, by the names of its errors. */
const cameras: Readonly<Record<string, Trouble>> = {
  NotAllowedError: {
    what: 'The camera may not be used.',
    remedy: 'Allow it for this page in the address bar of the browser, then choose the camera again.'
  },
  NotFoundError: { what: 'No camera was found.', remedy: 'Connect one, or choose a film.' },
  NotReadableError: {
    what: 'The camera is in use elsewhere.',
    remedy: 'Close the other program that uses it, then choose the camera again.'
  },
  OverconstrainedError: { what: 'The camera cannot give such pictures.', remedy: 'Choose another camera or a film.' }
}

/** Problem details of a server. */
interface Details {
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly where?: string
  readonly expected?: string
  readonly actual?: string
}

const remedies: Readonly<Record<number, string>> = {
  401: 'Type the token that the server printed when it started.',
  403: 'Open the page under the address that the server printed.',
  404: 'It may have been removed: choose it again.',
  413: 'Take a smaller one, or start the server with higher limits.',
  415: 'Take a PNG, JPEG, WebP or GIF picture; an MP4, WebM or GIF film; or a motion template (.safetensors).',
  422: 'The file seems to be damaged or of another kind: try another one.',
  429: 'Wait a moment, then try again.',
  503: 'The server is busy or on its way up or down: try again in a moment.',
  507: 'Remove uploads at the server, or give it more room.'
}

/**
 * Problem details in words.
 *
 * @category errors
 * @since 0.1.0
 */
export const fromDetails = ({ title, status, detail, where, expected, actual }: Details): Trouble => {
  const due = expected === undefined ? '' : ` Expected ${expected}${actual === undefined ? '' : `, got ${actual}`}.`
  const place = where === undefined || where === 'body' ? '' : ` (${where})`
  return {
    what: `${title}${detail === undefined ? '' : `: ${detail}`}${place}.${due}`.replace('..', '.'),
    remedy: remedies[status] ?? 'Try again; the log of the server tells more.'
  }
}

/** A failure of a client, as `showClientError` knows them, told by its tag. */
const fromTagged = (e: { readonly _tag: string } & Readonly<Record<string, unknown>>): Trouble | undefined => {
  switch (e._tag) {
    case 'Refused':
      return fromDetails(e['problem'] as Details)
    case 'Unreachable':
      return {
        what: 'The server does not answer.',
        remedy: 'See whether keyflow serve still runs, or let this browser compute.'
      }
    case 'Lost':
      return {
        what: `The connection to the server broke${e['reason'] ? `: ${e['reason']}` : ''}.`,
        remedy: 'Start again; if it happens again, the log of the server tells why.'
      }
    case 'Overrun':
      return { what: 'Frames come faster than they are answered.', remedy: 'Choose the policy “newest frame”.' }
    case 'Misread':
      return {
        what: 'The server speaks another version of the protocol.',
        remedy: 'Load the page anew; if that does not help, update the server.'
      }
    case 'Failed':
      return { what: `It could not be computed: ${e['reason']}.`, remedy: 'Choose another engine or another model.' }
    default:
      return undefined
  }
}

/**
 * Anything that was thrown, in words.
 *
 * @category errors
 * @since 0.1.0
 */
export const troubleOf = (cause: unknown): Trouble => {
  if (cause instanceof Troubled) return cause.trouble
  const inner = (cause as { readonly problem?: unknown; readonly error?: unknown } | null) ?? {}
  for (const u of [cause, inner.problem, inner.error]) {
    const known = typeof u === 'object' && u !== null && '_tag' in u ? fromTagged(u as never) : undefined
    if (known !== undefined) return known
  }
  const { name = '', message = String(cause) } = cause instanceof Error ? cause : {}
  return cameras[name] ?? { what: `Something failed: ${message}`, remedy: 'Try again.' }
}
