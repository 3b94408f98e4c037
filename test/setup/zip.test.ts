import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { load } from './checkout.js'
import { pack } from './pack.js'

const { entries, extract } = await load('zip')
const { sha256 } = await load('files')

const folder = mkdtempSync(join(tmpdir(), 'keyflow-zip-'))
const archive = join(folder, 'archive.zip')
const out = join(folder, 'out')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const data = Buffer.from('a line that repeats itself\n'.repeat(5000))

/** Unpacks the entry of that name; its content and what was said of it. */
const unpacked = async (name: string) => {
  const entry = (await entries(archive)).find((e: { name: string }) => e.name === name)
  const said = await extract(archive, entry, out)
  return { bytes: readFileSync(out), ...said }
}

const python = spawnSync('python3', ['--version']).status === 0

describe.skipIf(!python)('archives made by Python', () => {
  const make = (body: string): void => {
    const script = `import zipfile\nz = zipfile.ZipFile(${JSON.stringify(archive)}, 'w')\n${body}\nz.close()\n`
    expect(spawnSync('python3', ['-c', script], { encoding: 'utf8' }).stderr).toBe('')
  }

  it('stored and deflated entries come out as they went in', async () => {
    make(`
z.writestr('stored.txt', 'as it is')
z.writestr('empty', '')
z.writestr('deep/er/deflated.txt', 'a line that repeats itself\\n' * 5000, zipfile.ZIP_DEFLATED)`)
    expect((await unpacked('stored.txt')).bytes.toString()).toBe('as it is')
    expect((await unpacked('empty')).bytes).toHaveLength(0)
    const deflated = await unpacked('deep/er/deflated.txt')
    expect(deflated.bytes.equals(data)).toBe(true)
    expect(deflated).toMatchObject({ size: data.length, sha256: sha256(data) })
  })
})

describe('archives made by hand', () => {
  const entry = { name: 'a.txt', packed: deflateRawSync(data), method: 8, size: data.length, crc: crc32(data) }

  it('sizes and offsets kept in the zip64 field are read', async () => {
    writeFileSync(archive, pack([entry, { ...entry, name: 'b.txt' }], { zip64: true }))
    expect((await unpacked('b.txt')).bytes.equals(data)).toBe(true)
  })

  it('a wrong checksum or size is noticed', async () => {
    writeFileSync(archive, pack([{ ...entry, crc: entry.crc ^ 1 }]))
    await expect(unpacked('a.txt')).rejects.toThrow('a.txt: damaged')
    writeFileSync(archive, pack([{ ...entry, size: data.length + 1 }]))
    await expect(unpacked('a.txt')).rejects.toThrow('a.txt: damaged')
    writeFileSync(archive, pack([{ ...entry, size: 10 }]))
    await expect(unpacked('a.txt')).rejects.toThrow('a.txt: longer than 10 bytes')
  })

  it('no archive that is cut short or has a byte changed comes out as something else', async () => {
    const whole = pack([entry])
    for (let cut = 0; cut < whole.length; cut += 7) {
      writeFileSync(archive, whole.subarray(0, cut))
      await expect(unpacked('a.txt')).rejects.toThrow()
    }
    for (let at = 0; at < whole.length; at += 5) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 0x40
      writeFileSync(archive, changed)
      const bytes = await unpacked('a.txt').then(
        (result) => result.bytes,
        () => undefined
      )
      expect(bytes === undefined || bytes.equals(data)).toBe(true)
    }
  })

  it('something else is not an archive', async () => {
    writeFileSync(archive, data)
    await expect(entries(archive)).rejects.toThrow('not a zip')
    writeFileSync(archive, '')
    await expect(entries(archive)).rejects.toThrow('not a zip')
  })
})
