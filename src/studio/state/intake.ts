/**
 * Files as sources and drivings, whatever way they come.
 *
 * @since 0.1.0
 */
import { signal } from '@preact/signals'
import { ask, type Sample } from '../backend/api.js'
import { pictureOf, sampled } from '../media/pictures.js'
import { readTemplate } from '../media/template.js'
import { drive, source } from './chosen.js'
import { attempt, tell } from './troubles.js'
import { trouble } from './words.js'

/** What is on its way, by place: the name of what was chosen last. */
export const arriving = signal<{ readonly source?: string; readonly driving?: string }>({})

let under: Promise<unknown> = Promise.resolve()

/** Resolves when nothing is on its way. */
export const arrived = (): Promise<unknown> => under

/** Takes something that needs time; a choice made meanwhile comes after it. */
const take = (spot: 'source' | 'driving', name: string, work: () => Promise<void>): Promise<unknown> => {
  arriving.value = { ...arriving.value, [spot]: name }
  under = under
    .then(() => attempt(spot, work))
    .finally(() => {
      if (arriving.value[spot] === name) arriving.value = { ...arriving.value, [spot]: undefined }
    })
  return under
}

/** Takes a picture as the source. */
export const takeSource = (file: Blob, name: string): Promise<unknown> =>
  take('source', name, async () => {
    if (/^video\//.test(file.type)) throw trouble(`“${name}” is a film.`, 'Choose it as the driving; the source is a picture.')
    source.value = await pictureOf(file, name)
  })

/** Takes a sample as the source. */
export const sampleSource = ({ title, url }: Sample): Promise<unknown> =>
  take('source', title, async () => {
    source.value = await sampled(title, url)
  })

/** Takes a film as the driving: whole, so that it begins again without waiting. */
const film = (name: string, file: Blob, home: string | undefined): void =>
  drive({ kind: 'film', name, url: URL.createObjectURL(file), home, file })

/** Takes a sample film as the driving. */
export const sampleDriver = ({ title, url }: Sample): Promise<unknown> =>
  take('driving', title, async () => film(title, await (await ask(url)).blob(), url))

/** Takes a file as the driving: a film, or a motion template. */
export const takeDriver = (file: File): Promise<unknown> =>
  take('driving', file.name, async () => {
    const { name } = file
    if (/^image\//.test(file.type) && file.type !== 'image/gif')
      throw trouble(`“${name}” is a picture.`, 'Choose it as the source; what drives is a film, the camera or a motion.')
    if (!name.endsWith('.safetensors'))
      return film(name, file, undefined)
    const template = readTemplate(new Uint8Array(await file.arrayBuffer()))
    if (template === undefined)
      throw trouble(`“${name}” is no motion template.`, 'Take one that this page or keyflow detect has written.')
    drive({ kind: 'motion', name, template, file })
  })

/** Takes what was dropped or pasted anywhere: pictures are sources, films and templates drive. */
export const takeAny = (files: Iterable<File>): boolean => {
  const [file] = files
  if (file === undefined) return false
  const still = /^image\/(?!gif)/.test(file.type)
  if (still) takeSource(file, file.name)
  else if (/^(video|image)\//.test(file.type) || file.name.endsWith('.safetensors')) takeDriver(file)
  else tell('source', trouble(`“${file.name}” is neither picture nor film.`, 'Take a PNG, JPEG or WebP, or an MP4.'))
  return true
}
