import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describe as describes, sniff } from '../../../src/io/media/sniff.js'
import { ffmpeg, scratch } from './make.js'

const at = scratch()
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

it('knows every container that ffmpeg writes by its content', async () => {
  const made: ReadonlyArray<readonly [string, string, ...ReadonlyArray<string>]> = [
    ['a.mp4', 'mov', '-c:v', 'libx264'],
    ['a.mov', 'mov', '-c:v', 'libx264'],
    ['a.webm', 'matroska', '-c:v', 'libvpx'],
    ['a.mkv', 'matroska', '-c:v', 'libx264'],
    ['a.avi', 'avi', '-c:v', 'mpeg4'],
    ['a.ogv', 'ogg', '-c:v', 'libtheora'],
    ['a.flv', 'flv', '-c:v', 'flv'],
    ['a.ts', 'mpegts', '-c:v', 'mpeg2video'],
    ['a.m2ts', 'mpegts', '-c:v', 'mpeg2video', '-mpegts_m2ts_mode', '1'],
    ['a.mpg', 'mpeg', '-c:v', 'mpeg1video'],
    ['a.wmv', 'asf', '-c:v', 'wmv2'],
    ['a.y4m', 'yuv4mpegpipe']
  ]
  for (const [name, demuxer, ...how] of made) {
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=0.4', '-pix_fmt', 'yuv420p', ...how, at(name))
    expect(sniff(await readFile(at(name))), name).toEqual({ _tag: 'Video', demuxer })
  }
})

it('takes nothing that could name other files', () => {
  const hostile = [
    '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd',
    'ffconcat version 1.0\nfile a.mp4',
    '<?xml version="1.0"?><MPD/>',
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'v=0\no=- 0 0 IN IP4 127.0.0.1',
    '[playlist]\nFile1=http://127.0.0.1/',
    '%!PS-Adobe',
    ''
  ]
  for (const text of hostile) {
    expect(sniff(bytes(text)), text).toBeUndefined()
    expect(describes(bytes(text))).not.toBe('')
  }
})

it('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (head) => {
      sniff(head)
      describes(head)
    })
  )
})
