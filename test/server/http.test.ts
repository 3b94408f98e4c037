/** The server over HTTP, as a user meets it. */

import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linger } from '../../src/server/http/linger.js'
import { routes } from '../../src/server/http/routes.js'
import { driving, model, source } from '../cli/keyflow.js'
import { until } from '../until.js'
import { json, type Running, start, temporary } from './server.js'

const [data, runs] = [temporary(), temporary()]
let server: Running
const at = (path: string): string => `${server.url}${path}`
const upload = (body: Uint8Array | ReadableStream, more: RequestInit = {}): Promise<Response> =>
  fetch(at('/api/uploads'), { method: 'POST', body: body as never, ...more })

/** A request as it is written: nothing is made tidy on the way. */
const raw = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const asked = request({ hostname, port, path, headers, method }, (answer) => {
      let body = ''
      answer.on('data', (d) => (body += d))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
    })
    asked.on('error', reject)
    asked.end()
  })

const line = (step: number): string => `${JSON.stringify({ step, epoch: 0, losses: { rec: 1 / step } })}\n`

beforeAll(async () => {
  const run = join(runs, 'first')
  for (const folder of ['pictures', 'checkpoints']) mkdirSync(join(run, folder), { recursive: true })
  writeFileSync(join(run, 'log.ndjson'), line(1) + line(2))
  writeFileSync(join(run, 'run.json'), '{"seed":7}')
  writeFileSync(join(run, 'pictures', 'step-2.png'), readFileSync(source))
  symlinkSync('/etc/passwd', join(run, 'pictures', 'step-9.png'))
  const limits = ['--max-body', '200000', '--max-pixels', '250000', '--max-store', '100000000']
  server = await start([...limits, '--data', data, '--runs', runs, '--model', model])
})
afterAll(() => server.end())

describe('what is asked without a body', () => {
  it('answers every address of its document as the document says', async () => {
    const document = await json(await fetch(at('/openapi.json')))
    const paths = new Set(Object.values(routes).map(({ path }) => path))
    expect(new Set(Object.keys(document.paths))).toEqual(paths)
    await until(
      () => fetch(at('/readyz')).then((r) => r.status),
      (status) => status === 200
    )
    for (const [path, methods] of Object.entries<any>(document.paths)) {
      if (path.includes('{') || methods.get === undefined) continue
      const answer = await fetch(at(path))
      expect(answer.status, path).toBe(200)
      const [type] = Object.keys(methods.get.responses['200'].content)
      expect(answer.headers.get('content-type'), path).toContain(type)
      await answer.arrayBuffer()
    }
  })
  it('lets no script in and tells nobody where a user came from', async () => {
    const { headers } = await fetch(at('/'))
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toContain('unsafe-inline')
    expect(policy).not.toContain("'unsafe-eval'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
  it('says what is not there, or not done that way', async () => {
    for (const path of ['/nothing', '/api/nothing', '/api/jobs/0', '/api/models/none', '/api/samples/none']) {
      const answer = await fetch(at(path))
      expect([answer.status, answer.headers.get('content-type')], path).toEqual([404, 'application/problem+json'])
    }
    const wrong = await fetch(at('/api/jobs'), { method: 'PUT' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })
  it('draws its samples', async () => {
    const samples = await json(await fetch(at('/api/samples')))
    const picture = samples.find((s: any) => s.kind === 'picture')
    const { width, format } = await sharp(Buffer.from(await (await fetch(at(picture.url))).arrayBuffer())).metadata()
    expect([width, format]).toEqual([256, 'png'])
    const film = await fetch(at(samples.find((s: any) => s.kind === 'film').url))
    expect(film.headers.get('content-type')).toBe('video/mp4')
    expect(Buffer.from(await film.arrayBuffer()).toString('latin1', 4, 8)).toBe('ftyp')
  })
  it('draws the live graph: every node reads an input or an earlier node', async () => {
    const { programs } = await json(await fetch(at('/api/graph?model=shapes')))
    expect(Object.keys(programs)).toEqual(['detect', 'follow', 'encode', 'paint'])
    for (const { inputs, nodes, outputs } of Object.values<any>(programs)) {
      const known = new Set<string>(inputs)
      for (const { path, reads } of nodes) {
        for (const read of reads) expect(known).toContain(read)
        known.add(path)
      }
      for (const output of outputs) expect(known).toContain(output)
    }
  })
  it('counts for Prometheus', async () => {
    const text = await (await fetch(at('/metrics'))).text()
    for (const name of ['frames_total', 'sessions', 'queue_length', 'tensors', 'engine_resident_memory_bytes'])
      expect(text).toMatch(new RegExp(`^# TYPE keyflow_${name} `, 'm'))
  })
})

describe('parts of files', () => {
  const part = async (range: string, more: Record<string, string> = {}) => {
    const answer = await fetch(at('/api/models/shapes'), { headers: { range, ...more } })
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) }
  }
  const whole = readFileSync(model)
  it('gives the bytes that are asked for', async () => {
    const cases = [
      ['bytes=0-9', 0, 10],
      ['bytes=5-', 5, whole.length],
      ['bytes=-7', whole.length - 7, whole.length],
      [`bytes=${whole.length - 3}-${whole.length + 99}`, whole.length - 3, whole.length]
    ] as const
    for (const [range, from, to] of cases) {
      const { answer, bytes } = await part(range)
      expect(answer.status).toBe(206)
      expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${whole.length}`)
      expect(bytes.equals(whole.subarray(from, to))).toBe(true)
    }
  })
  it('gives the whole for what is no range, and refuses what lies outside', async () => {
    for (const range of ['bytes=9-5', 'lines=1-2', 'bytes=0-1,4-5']) {
      const { answer, bytes } = await part(range)
      expect([answer.status, bytes.length]).toEqual([200, whole.length])
    }
    const { answer } = await part(`bytes=${whole.length}-`)
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes */${whole.length}`])
  })
  it('gives the whole if the file is another than the part before came from', async () => {
    expect((await part('bytes=0-9', { 'if-range': '"other"' })).answer.status).toBe(200)
    const tag = (await fetch(at('/api/models/shapes'), { method: 'HEAD' })).headers.get('etag') ?? ''
    expect((await part('bytes=0-9', { 'if-range': tag })).answer.status).toBe(206)
    expect((await fetch(at('/api/models/shapes'), { headers: { 'if-none-match': tag } })).status).toBe(304)
  })
})

describe('uploads', () => {
  const stored = (): ReadonlyArray<string> => readdirSync(join(data, 'uploads'))
  it('takes a file for what its bytes say, shows it, and forgets it', async () => {
    const answer = await upload(readFileSync(source), { headers: { 'content-type': 'video/mp4' } })
    const told = await json(answer)
    expect(answer.status).toBe(201)
    expect(told).toMatchObject({ kind: 'picture', type: 'image/png', width: 64, height: 64 })
    expect(answer.headers.get('location')).toBe(told.url)
    const shown = await fetch(at(told.url))
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await shown.arrayBuffer()).equals(readFileSync(source))).toBe(true)
    expect((await fetch(at(told.url), { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(at(told.url))).status).toBe(404)
    expect((await fetch(at(told.url), { method: 'DELETE' })).status).toBe(404)
  })
  it('takes a film and tells its size and frames', async () => {
    const told = await json(await upload(readFileSync(driving)))
    expect(told).toMatchObject({ kind: 'film', type: 'video/mp4', width: 64, height: 64 })
    expect(told.frames).toBeGreaterThan(1)
  })
  it('refuses playlists and scripts, which name other files, and everything else that it does not open', async () => {
    const before = stored().length
    const hostile = [
      '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n',
      "ffconcat version 1.0\nfile '/etc/passwd'\n",
      '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
      'v=0\nc=IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\n',
      '<!doctype html><script>alert(1)</script>',
      ''
    ]
    for (const text of hostile) {
      const answer = await upload(Buffer.from(text), { headers: { 'content-type': 'video/mp4' } })
      expect([answer.status, (await json(answer)).type], text).toEqual([415, 'urn:keyflow:content'])
    }
    expect(stored().length).toBe(before)
  })
  it('refuses what is damaged, and what is cut short', async () => {
    const film = readFileSync(driving)
    for (const bytes of [film.subarray(0, 900), Buffer.concat([film.subarray(0, 8), Buffer.alloc(5000)])])
      expect((await upload(bytes)).status).toBe(422)
  })
  it('refuses too many bytes, announced or not, and too many pixels', async () => {
    const before = stored().length
    const large = Buffer.concat([readFileSync(driving), Buffer.alloc(300_000)])
    expect((await upload(large)).status).toBe(413)
    const flowing = new ReadableStream({
      start: (controller) => {
        for (let i = 0; i < large.length; i += 4096) controller.enqueue(large.subarray(i, i + 4096))
        controller.close()
      }
    })
    expect((await upload(flowing, { duplex: 'half' } as RequestInit)).status).toBe(413)
    const wide = await sharp({ create: { width: 600, height: 600, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const pixels = await upload(wide)
    expect([pixels.status, (await json(pixels)).where]).toEqual([413, 'number of pixels'])
    expect(stored().length).toBe(before)
    expect(
      readdirSync(data)
        .filter((name) => name.startsWith('work'))
        .flatMap((w) => readdirSync(join(data, w)))
    ).toEqual([])
  })
})

describe('a body that is refused while it still comes', () => {
  /** Sends a body piece by piece without saying how long it is, and reads the answer when all is sent. */
  const sent = (path: string, type: string, piece: Uint8Array, pieces: number) =>
    new Promise<{ readonly status: number; readonly type: string; readonly problem: any }>((resolve, reject) => {
      const { hostname, port } = new URL(server.url)
      const headers = { 'content-type': type }
      const asked = request({ hostname, port, path, headers, method: 'POST' }, (answer) => {
        let body = ''
        answer.on('data', (d) => (body += d))
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            type: String(answer.headers['content-type']),
            problem: JSON.parse(body)
          })
        )
      })
      asked.on('error', reject)
      const go = async (): Promise<void> => {
        for (let i = 0; i < pieces; i++) if (!asked.write(piece)) await once(asked, 'drain')
        asked.end()
      }
      go().catch(reject)
    })
  const piece = Buffer.alloc(65_536, 0x20)
  const told = { status: 413, type: 'application/problem+json' }

  it('is answered with why, whoever sends on', async () => {
    const film = Buffer.concat([readFileSync(driving), Buffer.alloc(65_536)])
    for (let i = 0; i < 3; i++) {
      const upload = await sent('/api/uploads', 'video/mp4', film, 60)
      expect(upload).toMatchObject({ ...told, problem: { type: 'urn:keyflow:over-limit', where: 'body' } })
      expect(await sent('/api/jobs', 'application/json', piece, 100)).toMatchObject(told)
      expect(await sent('/api/uploads', 'video/mp4', piece, 100)).toMatchObject({ status: 415, type: told.type })
    }
  })

  it('is thrown away for a while, and then who sends it is cut off', async () => {
    let taken = 0
    const patient = createServer((incoming, outgoing) => {
      incoming.on('data', (d) => (taken += d.length))
      outgoing.once('finish', () => linger(incoming, { bytes: 300_000, ms: 60_000 }))
      outgoing.end('no')
    })
    await once(patient.listen(0, '127.0.0.1'), 'listening')
    const { port } = patient.address() as AddressInfo
    const asked = request({ port, host: '127.0.0.1', method: 'POST' })
    const answered = once(asked, 'response')
    asked.write(piece)
    expect(((await answered) as [IncomingMessage])[0].statusCode).toBe(200)
    const cut = new Promise((resolve) => asked.once('close', resolve))
    asked.on('error', () => {})
    const push = (): void => void (asked.destroyed || asked.write(piece, () => setImmediate(push)))
    push()
    await cut
    expect(taken).toBeGreaterThan(0)
    patient.close()
  })
})

describe('who may ask', () => {
  it('refuses names that lead here from elsewhere', async () => {
    for (const path of ['/', '/healthz', '/api/models'])
      expect((await raw(path, { host: 'attacker.example' })).status).toBe(421)
    expect((await raw('/healthz', { host: 'localhost:1234' })).status).toBe(200)
  })
  it('lets no page of another site act', async () => {
    const post = (headers: Record<string, string>) => fetch(at('/api/login'), { method: 'POST', headers })
    for (const origin of ['http://attacker.example', 'null', 'http://127.0.0.1:1'])
      expect((await post({ origin })).status, origin).toBe(403)
    expect((await raw('/api/login', { 'sec-fetch-site': 'cross-site' }, 'POST')).status).toBe(403)
    expect((await post({ origin: server.url })).status).toBe(204)
  })
  it('leads nowhere outside of its folders', async () => {
    const ways = [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '/assets/..%5c..%5cpackage.json',
      '/api/uploads/..%2f..%2f..%2fetc%2fpasswd',
      '/api/results/..%2fuploads',
      '/api/samples/..%2fuploads',
      '/api/models/..%2fshapes.safetensors',
      '/api/runs/..%2f..%2fetc/log',
      '/api/runs/first/pictures/..%2f..%2flog.ndjson',
      '/api/runs/first/pictures/..%2frun.json',
      '/%00',
      '/.git/config'
    ]
    for (const way of ways) {
      const { status, body } = await raw(way)
      expect([400, 404], way).toContain(status)
      expect(body).not.toMatch(/root:|"name": "keyflow"/)
    }
  })
})

describe('training runs', () => {
  it('lists runs, and gives what grows from where one had come to', async () => {
    const all = await json(await fetch(at('/api/runs')))
    expect(all).toMatchObject([{ name: 'first', steps: 2, losses: { rec: 0.5 } }])
    const run = await json(await fetch(at(all[0].url)))
    expect(run.info).toEqual({ seed: 7 })
    expect(run.pictures[0]).toEqual({ name: 'step-2.png', url: '/api/runs/first/pictures/step-2.png', step: 2 })
    const log = await fetch(at(run.log))
    expect(await log.text()).toBe(line(1) + line(2))
    const next = log.headers.get('keyflow-next')
    // The last line is still being written.
    appendFileSync(join(runs, 'first', 'log.ndjson'), line(3) + line(4).slice(0, 10))
    const more = await fetch(at(`${run.log}?from=${next}`))
    expect(await more.text()).toBe(line(3))
    appendFileSync(join(runs, 'first', 'log.ndjson'), line(4).slice(10))
    const last = await fetch(at(`${run.log}?from=${more.headers.get('keyflow-next')}`))
    expect(await last.text()).toBe(line(4))
    expect(await (await fetch(at(`${run.log}?from=999999`))).text()).toBe([1, 2, 3, 4].map(line).join(''))
    expect((await fetch(at(`${run.log}?from=-1`))).status).toBe(400)
  })
  it('gives pictures, and follows no link out of the run', async () => {
    const picture = await fetch(at('/api/runs/first/pictures/step-2.png'))
    expect(picture.headers.get('content-type')).toBe('image/png')
    expect((await fetch(at('/api/runs/first/pictures/step-9.png'))).status).toBe(404)
    expect((await fetch(at('/api/runs/first/curves'))).status).toBe(404)
    expect(existsSync(join(runs, 'first', '.lock'))).toBe(false)
  })
})

it('takes only so many requests a second that change something', async () => {
  // however slow the machine is: 20 a second are taken, and 40 at once
  const answers = await Promise.all(Array.from({ length: 400 }, () => fetch(at('/api/login'), { method: 'POST' })))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(20)
  expect(refused[0]?.headers.get('retry-after')).toBe('1')
  expect((await fetch(at('/healthz'))).status).toBe(200)
})
