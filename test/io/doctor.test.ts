import { afterEach, describe, expect, it, vi } from 'vitest'
import { diagnose, type Probes, showDiagnosis, vectorInstructions } from '../../src/io/run/doctor.js'

const fine: Probes = {
  engine: async () => ({ backend: 'tensorflow', version: '2.21.0' }),
  probe: () => 271.8,
  media: async () => ({ ffmpeg: '/usr/bin/ffmpeg', ffprobe: '/usr/bin/ffprobe', version: '5.1' })
}

const whats = async (probes: Probes): Promise<ReadonlyArray<string>> =>
  (await diagnose(probes)).problems.map((p) => p.what)

afterEach(() => vi.unstubAllEnvs())

describe('the doctor', () => {
  it('tells what was found, as data that survives JSON', async () => {
    vi.stubEnv('TF_NUM_INTRAOP_THREADS', '3')
    const found = await diagnose(fine)
    expect(JSON.parse(JSON.stringify(found))).toEqual(found)
    expect(found.engine).toMatchObject({ backend: 'tensorflow', version: '2.21.0', gflops: 271.8 })
    expect(found.threads.used).toBe(3)
    expect(found.memory.total).toBeGreaterThan(found.memory.free)
  })

  it('names the engine that does not start and goes on', async () => {
    const found = await diagnose({ ...fine, engine: () => Promise.reject(new Error('no addon\nat line 3')) })
    expect(found.engine).toMatchObject({ backend: null, version: null, gflops: null })
    expect(found.problems).toContainEqual({
      what: 'the engine does not start: no addon',
      remedy: 'npx keyflow setup --force'
    })
    expect(showDiagnosis(found)).toContain('engine     none')
  })

  it('names a probe that throws', async () => {
    const probe = () => {
      throw new Error('out of memory')
    }
    expect(await whats({ ...fine, probe })).toContain('the engine does not start: out of memory')
  })

  it('names missing programs, with what installs them', async () => {
    expect(await whats({ ...fine, media: async () => ({}) })).toContain('no ffmpeg, so no video')
    expect(await whats({ ...fine, media: async () => ({ ffmpeg: '/f' }) })).toContain('no ffprobe, so no video is read')
    expect(await whats({ ...fine, media: () => Promise.reject(new Error('no')) })).toContain('no ffmpeg, so no video')
  })

  it('names the environment that keeps the engine slow', async () => {
    vi.stubEnv('KEYFLOW_BACKEND', 'wasm')
    vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0')
    const { problems } = await diagnose(fine)
    expect(problems.map((p) => p.remedy)).toEqual(
      expect.arrayContaining(['unset KEYFLOW_BACKEND', 'unset TF_ENABLE_ONEDNN_OPTS'])
    )
  })

  it('shows one line for every part and every problem', async () => {
    const found = await diagnose({ ...fine, media: async () => ({}) })
    const lines = showDiagnosis(found).split('\n')
    expect(lines).toHaveLength(8 + found.problems.length)
    expect(lines[1]).toBe('engine     tensorflow 2.21.0, 272 GFLOP/s at convolutions')
  })

  it('reads the vector instructions of both families of processors', () => {
    expect(vectorInstructions('model\t: 1\nflags\t\t: fpu sse4_2 avx2 avx512f amx_tile\nbugs\t: x\n')).toEqual([
      'sse4_2',
      'avx2',
      'avx512f',
      'amx_tile'
    ])
    expect(vectorInstructions('Features\t: fp asimd sve bf16\n')).toEqual(['neon', 'sve', 'bf16'])
    expect(vectorInstructions('')).toEqual([])
  })
})
