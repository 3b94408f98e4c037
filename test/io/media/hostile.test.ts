import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { pngOf } from '../../../src/io/media/png.js'
import { ffmpeg, lossless, needsShared, numbered, problem, read, scratch, shared } from './make.js'

const at = scratch()

const { FFMPEG_PATH, FFPROBE_PATH } = process.env

/** Puts something that leaves a mark in the place of both programs; tells whether one was started. */
const marking = async (): Promise<() => boolean> => {
  const mark = at('mark')
  await rm(mark, { force: true })
  await writeFile(at('marks'), `#!/bin/sh\n: > '${mark}'\n`, { mode: 0o755 })
  for (const name of ['FFMPEG_PATH', 'FFPROBE_PATH']) process.env[name] = at('marks')
  return () => existsSync(mark)
}

afterEach(() => {
  for (const [name, path = ''] of Object.entries({ FFMPEG_PATH, FFPROBE_PATH })) process.env[name] = path
})

/** The problem of a file, which is that of its header alone, its first `head` bytes: little memory is used, nothing is started. */
const atOnce = async (path: string, head: number) => {
  const started = await marking()
  const memory = process.memoryUsage().rss
  const failure = await problem(path)
  expect(process.memoryUsage().rss - memory, path).toBeLessThan(256 * 2 ** 20)
  const cut = at(`head-${basename(path)}`)
  const bytes = await readFile(path)
  expect(bytes.length, path).toBeGreaterThan(head)
  await writeFile(cut, bytes.subarray(0, head))
  expect(await problem(cut), path).toEqual({ ...failure, file: cut })
  expect(started(), path).toBe(false)
  return failure
}

/** Where the header of a PNG ends, still or moving: behind its signature, its chunks, and the length and name of the next. */
const [still, moving] = [8 + 25 + 8, 8 + 25 + 20 + 8]

const ihdr = (width: number, height: number): Buffer => {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  return data
}

describe.skipIf(!existsSync(join(shared, 'media/hostile')))(needsShared('hostile files'), () => {
  it('are refused at once, each for what it is', async () => {
    const due: ReadonlyArray<readonly [file: string, head: number, refusal: object]> = [
      ['a.m3u8', 8, { _tag: 'BadData', at: 'content', actual: 'a playlist, which names other files' }],
      ['c.mp4', 8, { _tag: 'BadData', at: 'content', actual: 'an ffconcat script, which names other files' }],
      ['bomb30k.png', still, { _tag: 'OverLimit', actual: 900_000_000, raise: '--max-pixels' }],
      ['hdr100k.png', still, { _tag: 'OverLimit', actual: 10_000_000_000, raise: '--max-pixels' }],
      ['decompression_bomb.gif', 43, { _tag: 'OverLimit', raise: '--max-pixels' }],
      ['evil.pkl', 8, { _tag: 'BadData', at: 'content' }],
      ['hdr.safetensors', 8, { _tag: 'BadData', at: 'content' }],
      ['lol.yaml', 8, { _tag: 'BadData', at: 'content' }],
      ['py2-objarr.npy', 8, { _tag: 'BadData', at: 'content' }]
    ]
    for (const [file, head, refusal] of due) {
      expect(await atOnce(join(shared, 'media/hostile', file), head), file).toMatchObject(refusal)
    }
  })
})

describe('files made to harm', () => {
  it('open no other file and no address', async () => {
    let asked = 0
    const server = createServer((_, answer) => {
      asked += 1
      answer.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const port = (server.address() as { port: number }).port
    await lossless(at('secret.mp4'), numbered(2, 16, 16))
    const url = `http://127.0.0.1:${port}/x`
    const files: Record<string, string> = {
      'list.mp4': `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${url}\n#EXT-X-ENDLIST\n`,
      'bom.mp4': `\ufeff#EXTM3U\n#EXTINF:1,\nsecret.mp4\n`,
      'concat.mkv': `ffconcat version 1.0\nfile secret.mp4\n`,
      'dash.mp4': `<?xml version="1.0"?><MPD><Period><BaseURL>${url}</BaseURL></Period></MPD>`,
      'a.svg': `<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}"/></svg>`,
      'a.sdp': 'v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n',
      'a.txt': 'file secret.mp4',
      // the signs of a video ahead, a list behind: read as a video only
      'mov.mp4': `\0\0\0\x08ftyp#EXTM3U\n#EXTINF:1,\n${url}\n`,
      'mkv.mp4': `\x1a\x45\xdf\xa3#EXTM3U\n#EXTINF:1,\n${url}\n`,
      'ogg.mp4': `OggS\n#EXTM3U\n#EXTINF:1,\n${url}\n`
    }
    for (const [name, text] of Object.entries(files)) {
      await writeFile(at(name), text, name.startsWith('bom') ? 'utf8' : 'latin1')
      expect(await problem(at(name)), name).toMatchObject({ _tag: 'BadData', file: at(name) })
    }
    for (const url of [
      `http://127.0.0.1:${port}/a.mp4`,
      'concat:secret.mp4|secret.mp4',
      'pipe:0',
      'data:video/mp4;base64,AAAA'
    ]) {
      expect(await problem(url), url).toMatchObject({ _tag: 'FileTrouble' })
    }
    await new Promise((resolve) => server.close(resolve))
    expect(asked).toBe(0)
  })

  it('are refused by their header when they unpack to too much', async () => {
    const zeros = deflateSync(Buffer.alloc(1000))
    await writeFile(
      at('wide.png'),
      pngOf([
        { name: 'IHDR', data: ihdr(100_000, 1_000) },
        { name: 'IDAT', data: zeros }
      ])
    )
    expect(await atOnce(at('wide.png'), still)).toMatchObject({ _tag: 'OverLimit', actual: 100_000_000 })
    const frames = Buffer.alloc(8)
    frames.writeUInt32BE(4_000_000_000)
    const apng = [{ name: 'IHDR', data: ihdr(60_000, 60_000) }, { name: 'acTL', data: frames }, { name: 'IDAT', data: zeros }] // biome-ignore format: one line
    await writeFile(at('wide.apng'), pngOf(apng))
    expect(await atOnce(at('wide.apng'), moving)).toMatchObject({ _tag: 'OverLimit' })
    const short = [
      { name: 'IHDR', data: ihdr(5_000, 5_000) },
      { name: 'IDAT', data: zeros }
    ]
    await writeFile(at('short.png'), pngOf(short))
    expect(await problem(at('short.png'))).toMatchObject({ _tag: 'BadData' })
    const gif = Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;', 'latin1') // biome-ignore format: one line
    await writeFile(at('wide.gif'), gif)
    expect(await atOnce(at('wide.gif'), 29)).toMatchObject({ _tag: 'OverLimit', actual: 65_535 ** 2 })
  })

  it('may have more frames than are taken', async () => {
    const limits = { frames: 10 }
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=32x32:r=10:d=3', at('many.gif'))
    expect(await problem(at('many.gif'), { limits })).toMatchObject({ _tag: 'OverLimit', actual: 30, limit: 10 })
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=32x32:r=10:d=3', '-f', 'apng', at('many.png'))
    expect(await problem(at('many.png'), { limits })).toMatchObject({ _tag: 'OverLimit', actual: 30 })
    expect(await problem(at('many.gif'), { limits: { seconds: 2 } })).toMatchObject({ _tag: 'OverLimit', actual: 3 })
    expect(await read(at('many.gif'), { limits: { frames: 30, seconds: 3 } })).toHaveLength(30)
    const strip = pngOf([{ name: 'IHDR', data: ihdr(32 * 400, 32) }, { name: 'IDAT', data: deflateSync(Buffer.alloc(32 * (1 + 3 * 12_800))) }]) // biome-ignore format: one line
    await writeFile(at('long.png'), strip)
    expect(await problem(at('long.png'), { limits })).toMatchObject({ _tag: 'OverLimit', actual: 400 })
  })

  it('are never waited for', async () => {
    expect(await problem('/dev/zero')).toMatchObject({ _tag: 'FileTrouble', cause: 'not a regular file' })
  })
})
