/**
 * A whole film, made by the server.
 *
 * @since 0.1.0
 */
import { signal } from '@preact/signals'
import { api, type Job } from '../backend/api.js'
import { smoothingOf } from '../media/smoothing.js'
import { model } from './catalogue.js'
import { driver, source } from './chosen.js'
import { settings } from './settings.js'
import { attempt, tell } from './troubles.js'
import { fromDetails, Troubled, trouble } from './words.js'

/** The job, as it stands. */
export const job = signal<Job | undefined>(undefined)
/** What is sent before there is a job. */
export const sending = signal<string | undefined>(undefined)

let sent: AbortController | undefined
let events: EventSource | undefined

const address = async (name: string, url: string | undefined, file: Blob | undefined, until: AbortSignal) => {
  if (url?.startsWith('/api/')) return url
  if (file === undefined) throw trouble(`“${name}” cannot be sent.`, 'Choose it again as a file.')
  sending.value = `Sending ${name}`
  return (await api.upload(file, until)).url
}

const follow = (begun: Job): void => {
  job.value = begun
  events?.close()
  events = new EventSource(`${begun.url}/events`)
  events.addEventListener('message', ({ data }) => {
    const now = JSON.parse(data) as Job
    job.value = now
    if (now.state === 'queued' || now.state === 'running') return
    events?.close()
    if (now.problem !== undefined) tell('job', new Troubled(fromDetails(now.problem)))
  })
  events.addEventListener('error', () => {
    if (events?.readyState === EventSource.CLOSED && job.value?.state === 'running')
      tell('job', trouble('The server does not answer.', 'See whether it still runs, then render again.'))
  })
}

/** Renders the chosen film with the chosen picture. */
export const render = (): Promise<unknown> =>
  attempt('job', async () => {
    const [from, by] = [source.value, driver.value]
    if (from === undefined) throw trouble('There is no picture yet.', 'Choose a source first.')
    if (by === undefined || by.kind === 'camera')
      throw trouble('A camera has no end.', 'Choose a film or a motion as the driving; or record what is shown live.')
    sent = new AbortController()
    job.value = undefined
    try {
      const { signal: until } = sent
      const at = await address(from.name, from.url, from.file, until)
      const driven = await address(by.name, by.kind === 'film' ? by.home : undefined, by.file, until)
      const relative = settings.motion.value === 'relative'
      const smoothing = smoothingOf(settings.calm.value)
      const options = {
        ...(relative ? { relative, strength: settings.strength.value } : { absolute: true }),
        ...(smoothing === null ? {} : { smooth: true, minCutoff: smoothing.minCutoff, beta: smoothing.beta }),
        ...(settings.align.value ? { bestFrame: true } : {}),
        ...(settings.alone.value ? {} : { compare: true }),
        fit: 'crop',
        format: 'mp4'
      }
      const files = by.kind === 'film' ? { source: at, driving: driven } : { source: at, motion: driven }
      follow(
        await api.start({ ...files, ...(model.value === undefined ? {} : { model: model.value.name }), options }, until)
      )
    } catch (cause) {
      if ((cause as Error).name !== 'AbortError') throw cause
    } finally {
      sending.value = undefined
    }
  })

/** Ends the job, or the sending before it. */
export const cancel = (): Promise<unknown> =>
  attempt('job', async () => {
    sent?.abort()
    events?.close()
    const standing = job.value
    job.value = undefined
    if (standing !== undefined) await api.cancel(standing)
  })
