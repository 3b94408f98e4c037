/** How a server begins and ends: tokens, deadlines, signals, what is left behind. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { driving, keyflow, model, source } from '../cli/keyflow.js'
import { ffmpeg } from '../io/media/make.js'
import { until } from '../until.js'
import { guest, json, type Running, ready, shownTo, square, start, temporary } from './server.js'

const running: Array<Running> = []
const begin = async (...given: Parameters<typeof start>): Promise<Running> => {
  const server = await start(...given)
  running.push(server)
  return server
}
afterAll(() => {
  for (const { child } of running) child.kill('SIGKILL')
})

const descendants = (pid: number | undefined): ReadonlyArray<number> => {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number)
  } catch {
    return []
  }
}
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a token', () => {
  it('is asked for everywhere but where the page and the health are', async () => {
    const { url, end } = await begin(['--token', 'a b/c', '--model', model])
    const status = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`${url}${path}`, { headers, method }).then((r) => r.status)
    const bearer = { authorization: 'Bearer c2VjcmV0' }
    expect(await status('/api/models', { authorization: 'Bearer a b/c' })).toBe(200)
    for (const path of ['/', '/healthz', '/openapi.json']) expect(await status(path), path).toBe(200)
    for (const path of ['/api/models', '/metrics', '/api/jobs', '/api/runs']) {
      expect(await status(path), path).toBe(401)
      expect(await status(path, bearer), path).toBe(401)
    }
    await expect(guest(url)).rejects.toThrow('401')
    await expect(guest(url, {}, { token: 'a b/d' })).rejects.toThrow('401')
    const own = await shownTo(url, {}, 'a b/c')
    own.socket.close()
    await end()
  })
  it('is kept by the page in a cookie that scripts do not see', async () => {
    const { url, end } = await begin(['--token', 'secret', '--model', model])
    const login = await fetch(`${url}/api/login`, { method: 'POST', headers: { authorization: 'Bearer secret' } })
    const cookie = login.headers.get('set-cookie') ?? ''
    expect([login.status, cookie]).toEqual([204, expect.stringMatching(/HttpOnly; SameSite=Strict$/)])
    const kept = cookie.split(';')[0]!
    expect((await fetch(`${url}/api/models`, { headers: { cookie: kept } })).status).toBe(200)
    const own = await guest(url, {}, { headers: { cookie: kept } })
    own.socket.close()
    await end()
  })
  it('is made up and told where other machines can reach the server', async () => {
    const server = await begin(['--host', '0.0.0.0', '--model', model])
    const token = await until(
      () => /token (\S+)/.exec(server.err().replace(/must carry the token/, ''))?.[1],
      (t) => t !== undefined
    )
    const url = server.url.replace('0.0.0.0', '127.0.0.1')
    expect((await fetch(`${url}/api/models`)).status).toBe(401)
    expect((await fetch(`${url}/api/models`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
    expect(server.err()).toContain('other machines can reach')
    await server.end()
  })
})

describe('deadlines', () => {
  it('ends sessions that are not opened, or say nothing', async () => {
    const hasty = await begin(['--handshake', '200', '--model', model])
    const slow = await guest(hasty.url, null)
    expect((await slow.closed)[0]).toBe(1008)
    expect(slow.told).toMatchObject([{ type: 'error', fatal: true, problem: { type: 'urn:keyflow:handshake' } }])
    await hasty.end()
    const { url, end } = await begin(['--idle', '500', '--model', model])
    const idle = await guest(url)
    await idle.first('ready')
    expect((await idle.closed)[0]).toBe(1008)
    expect(idle.told.at(-1)).toMatchObject({ type: 'error', fatal: true, problem: { type: 'urn:keyflow:idle' } })
    await end()
  })
})

describe('the end', () => {
  it('is told to sessions; jobs, children and temporary files go', async () => {
    const folder = temporary()
    const server = await begin(['--model', model, '--drain', '0'], { TMPDIR: folder })
    await ready(server.url)
    const own = await shownTo(server.url)
    own.send('driving', square(1))
    const film = join(temporary(), 'long.mp4') // its job does not end while it is looked at
    await ffmpeg('-stream_loop', '99', '-i', driving, '-c', 'copy', film)
    const upload = async (path: string): Promise<string> =>
      (await json(await fetch(`${server.url}/api/uploads`, { method: 'POST', body: readFileSync(path) as never }))).url
    const body = JSON.stringify({ source: await upload(source), driving: await upload(film) })
    const headers = { 'content-type': 'application/json' }
    const job = await json(await fetch(`${server.url}/api/jobs`, { method: 'POST', headers, body }))
    await until(
      () => fetch(`${server.url}${job.url}`).then(json),
      ({ state }) => state === 'running'
    )
    const children = descendants(server.child.pid)
    expect(children.length).toBe(2)
    expect(readdirSync(folder).length).toBe(1)
    expect(await server.end('SIGTERM')).toBe(0)
    expect((await own.closed)[0]).toBe(1001)
    expect(own.told.at(-1)).toMatchObject({ fatal: true, problem: { type: 'urn:keyflow:ending' } })
    expect(readdirSync(folder)).toEqual([])
    await until(
      () => children.filter(alive),
      (left) => left.length === 0
    )
  })
  it('lets a job that is nearly done finish', async () => {
    const data = temporary()
    const server = await begin(['--model', model, '--drain', '120000', '--data', data])
    const body = JSON.stringify({ source: '/api/samples/square.png', driving: '/api/samples/square.mp4' })
    const headers = { 'content-type': 'application/json' }
    const job = await json(await fetch(`${server.url}/api/jobs`, { method: 'POST', headers, body }))
    expect(await server.end('SIGTERM')).toBe(0)
    expect(readdirSync(`${data}/results`)).toEqual([`${job.id}.mp4`])
    expect(readdirSync(data).filter((name) => name.startsWith('work'))).toEqual([])
  })
  it('is an interrupt by its exit code', async () => {
    const folder = temporary()
    const server = await begin(['--model', model], { TMPDIR: folder })
    expect(await server.end('SIGINT')).toBe(130)
    expect(readdirSync(folder)).toEqual([])
  })
  it('leaves its folder, where it is killed, to the next server, which takes no other', async () => {
    const folder = temporary()
    const env = { TMPDIR: folder }
    const [killed, living] = [await begin(['--model', model], env), await begin(['--model', model], env)]
    const both = readdirSync(folder)
    expect(both).toHaveLength(2)
    await killed.end('SIGKILL')
    const next = await begin(['--model', model], env)
    const now = readdirSync(folder)
    expect(now).toHaveLength(2)
    expect(now.filter((name) => both.includes(name))).toHaveLength(1)
    for (const { end } of [next, living]) expect(await end()).toBe(0)
    expect(readdirSync(folder)).toEqual([])
  })
  it('takes the engine along even when the server is killed', async () => {
    const server = await begin(['--model', model], { TMPDIR: temporary() })
    await ready(server.url)
    const children = descendants(server.child.pid)
    expect(children.length).toBe(1)
    await server.end('SIGKILL')
    await until(
      () => children.filter(alive),
      (left) => left.length === 0
    )
  })
})

describe('a server that is killed', () => {
  it('takes the job under way and its decoders along', async () => {
    const folder = temporary()
    const server = await begin(['--model', model, '--data', folder])
    await ready(server.url)
    const [engine] = descendants(server.child.pid)
    const film = join(folder, 'long.mp4')
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=25', '-t', '400', film)
    const upload = await fetch(`${server.url}/api/uploads`, { method: 'POST', body: readFileSync(film) as never })
    const body = JSON.stringify({ source: '/api/samples/square.png', driving: (await json(upload)).url })
    const headers = { 'content-type': 'application/json' }
    const job = await json(await fetch(`${server.url}/api/jobs`, { method: 'POST', headers, body }))
    await until(
      () => fetch(`${server.url}${job.url}`).then(json),
      ({ progress }) => progress.label === 'transfer' && progress.done > 0
    )
    const [child] = descendants(server.child.pid).filter((pid) => pid !== engine)
    const all = [engine!, child!, ...descendants(child)]
    expect(all.length).toBe(4) // a decoder and an encoder
    await server.end('SIGKILL')
    await until(
      () => all.filter(alive),
      (left) => left.length === 0
    )
  })
})

it('says what keeps it from beginning', async () => {
  const first = await begin(['--model', model])
  const port = new URL(first.url).port
  const busy = await keyflow(['serve', '--port', port, '--model', model])
  expect([busy.code, busy.err]).toEqual([2, expect.stringContaining('EADDRINUSE')])
  expect((await keyflow(['serve', '--port', '0', '--model', 'README.md'])).code).toBe(65)
  expect((await keyflow(['serve', '--port', '0', '--model', model, '--model', model])).code).toBe(2)
  await first.end()
})
