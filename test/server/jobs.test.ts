/** Transfers as jobs: followed, cancelled, failed, and the same as on the command line. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { driving, folder, keyflow, model, source } from '../cli/keyflow.js'
import { ffmpeg } from '../io/media/make.js'
import { until } from '../until.js'
import { json, type Running, start, temporary } from './server.js'

const data = temporary()
let server: Running
let [picture, film] = ['', '']
const at = (path: string): string => `${server.url}${path}`
const post = (body: unknown, type = 'application/json'): Promise<Response> =>
  fetch(at('/api/jobs'), { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) })
const upload = async (bytes: Uint8Array): Promise<string> =>
  (await json(await fetch(at('/api/uploads'), { method: 'POST', body: bytes as never }))).url
const ended = (url: string): Promise<any> =>
  until(
    () => fetch(at(url)).then(json),
    ({ state }) => !['queued', 'running'].includes(state)
  )
const work = (): ReadonlyArray<string> =>
  readdirSync(data)
    .filter((name) => name.startsWith('work'))
    .flatMap((name) => readdirSync(join(data, name)))

beforeAll(async () => {
  server = await start(['--data', data, '--model', model])
  picture = await upload(readFileSync(source))
  film = await upload(readFileSync(driving))
})
afterAll(() => server.end())

it('makes the film that the command line makes, and tells of it on the way', async () => {
  const answer = await post({
    source: picture,
    driving: film,
    options: { relative: true, compare: true, format: 'png', strength: 0.5, smooth: true, beta: 1 }
  })
  const { url } = await json(answer)
  expect([answer.status, answer.headers.get('location')]).toEqual([202, url])
  const events = await fetch(at(`${url}/events`))
  expect(events.headers.get('content-type')).toBe('text/event-stream')
  const told = (await events.text())
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => JSON.parse(event.slice(6)))
  const counts = told.map(({ progress }) => progress.done)
  expect(counts).toEqual([...counts].sort((a, b) => a - b))
  const last = told.at(-1)
  expect(last).toMatchObject({ state: 'done', progress: { label: 'transfer', done: last.progress.total } })
  expect(last.progress.total).toBeGreaterThan(1)
  const out = join(folder(), 'same.png')
  const args = ['--model', model, '--source', source, '--driving', driving, '--out', out, '--relative', '--compare']
  const manner = ['--strength', '0.5', '--smooth', '--beta', '1']
  expect((await keyflow(['transfer', ...args, ...manner])).code).toBe(0)
  const result = await fetch(at(last.result.url))
  expect(result.headers.get('content-type')).toBe('image/png')
  expect(Buffer.from(await result.arrayBuffer()).equals(readFileSync(out))).toBe(true)
  const saved = await fetch(at(`${last.result.url}?download`), { method: 'HEAD' })
  expect(saved.headers.get('content-disposition')).toContain('attachment')
  expect(work()).toEqual([])
})

it('does one job at a time, and ends those that are cancelled with their files', async () => {
  const path = join(folder(), 'long.mp4') // the job does not end while it is looked at
  await ffmpeg('-stream_loop', '99', '-i', driving, '-c', 'copy', path)
  const first = await json(await post({ source: picture, driving: await upload(readFileSync(path)) }))
  const others = await Promise.all([0, 1].map(async () => json(await post({ source: picture, driving: film }))))
  expect([first, ...others].map(({ ahead }) => ahead).sort()).toEqual([0, 1, 2])
  expect((await fetch(at(film), { method: 'DELETE' })).status).toBe(409)
  const [second, third] = others.sort((a, b) => a.ahead - b.ahead)
  expect(await json(await fetch(at(second.url), { method: 'DELETE' }))).toMatchObject({ state: 'cancelled' })
  await until(
    () => fetch(at(first.url)).then(json),
    ({ progress }) => progress.label === 'transfer'
  )
  expect(await json(await fetch(at(first.url), { method: 'DELETE' }))).toMatchObject({ state: 'cancelled' })
  const done = await ended(third.url)
  expect(done.state).toBe('done')
  // What is done goes, too.
  expect((await fetch(at(done.result.url))).status).toBe(200)
  await fetch(at(third.url), { method: 'DELETE' })
  expect((await fetch(at(done.result.url))).status).toBe(404)
  expect(work()).toEqual([])
})

it('says why a job failed, and names no folder of the server', async () => {
  const { url } = await json(
    await post({ source: picture, driving: film, options: { size: { height: 65, width: 65 } } })
  )
  const job = await ended(url)
  expect(job).toMatchObject({ state: 'failed', problem: { type: 'urn:keyflow:usage', where: '--size' } })
  expect(JSON.stringify(job)).not.toContain(data)
  expect((await fetch(at(url))).status).toBe(200)
})

it('refuses jobs that cannot be done', async () => {
  const refused = async (body: unknown, type?: string): Promise<readonly [number, string]> => {
    const answer = await post(body, type)
    return [answer.status, (await json(answer)).where]
  }
  expect(await refused({ source: picture })).toEqual([400, 'driving'])
  expect(await refused({ source: picture, driving: film, motion: film })).toEqual([400, 'driving'])
  expect(await refused({ driving: film })).toEqual([400, 'source'])
  expect(await refused({ source: '/etc/passwd', driving: film })).toEqual([400, 'source'])
  expect(await refused({ source: '/api/uploads/000000000000000000000000.png', driving: film })).toEqual([404, 'source'])
  expect(await refused({ source: picture, driving: '/api/samples/none.mp4' })).toEqual([404, 'driving'])
  expect(await refused({ source: picture, driving: film, model: 'none' })).toEqual([404, 'model'])
  expect((await refused({ source: picture, driving: film, options: { fit: '--out' } }))[0]).toBe(400)
  expect((await refused({ source: picture, driving: film }, 'text/plain'))[0]).toBe(415)
  const broken = await fetch(at('/api/jobs'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{'
  })
  expect(broken.status).toBe(400)
})

it('refuses keys that it does not know, and names those that it does', async () => {
  const refused = async (body: unknown): Promise<any> => json(await post(body))
  expect(await refused({ source: picture, driving: film, frames: 3 })).toMatchObject({
    status: 400,
    where: 'frames',
    expected: 'one of source, driving, motion, model, options'
  })
  const inner = await refused({ source: picture, driving: film, options: { relative: true, strenght: 2 } })
  expect(inner).toMatchObject({ type: 'urn:keyflow:bad-request', where: 'options.strenght' })
  expect(inner.expected).toContain('noAudio')
  const size = { height: 64, width: 64, depth: 3 }
  expect(await refused({ source: picture, driving: film, options: { size } })).toMatchObject({
    where: 'options.size.depth',
    expected: 'one of height, width'
  })
})

it('moves a picture with an uploaded motion template as the command does', async () => {
  const [template, out] = [join(folder(), 'motion.safetensors'), join(folder(), 'same.png')]
  expect((await keyflow(['detect', driving, '--model', model, '--out', template])).code).toBe(0)
  const motion = await upload(readFileSync(template))
  const { url } = await json(await post({ source: picture, motion, options: { relative: true, format: 'png' } }))
  const job = await ended(url)
  expect(job).toMatchObject({ state: 'done', result: { type: 'image/png' } })
  const args = ['--model', model, '--source', source, '--motion', template, '--out', out, '--relative']
  expect((await keyflow(['transfer', ...args])).code).toBe(0)
  const result = Buffer.from(await (await fetch(at(job.result.url))).arrayBuffer())
  expect(result.equals(readFileSync(out))).toBe(true)
  const wrong = await json(await post({ source: picture, motion: film }))
  expect(await ended(wrong.url)).toMatchObject({ state: 'failed', problem: { status: 422 } })
})
