import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/io/commands/dataset-synth.js'
import { generatorAt } from '../../src/io/dataset/random.js'
import { float32Of, readSafetensors } from '../../src/io/safetensors/safetensors.js'
import { animals } from '../../src/io/synth/creatures/animals/index.js'
import { creature, dressed } from '../../src/io/synth/creatures/creatures.js'
import { ground } from '../../src/io/synth/creatures/gait.js'
import { poseAt } from '../../src/io/synth/creatures/pose.js'
import { type Settings, synthesise } from '../../src/io/synth/dataset.js'
import { kinds, type Video, video } from '../../src/io/synth/index.js'
import { truthOf } from '../../src/io/synth/render.js'
import { moving } from '../../src/io/synth/shapes.js'

const small = { height: 64, width: 64 }

/** A joint of a frame in pixels, from the centre of the first, or nothing where it is not visible. */
const pixelOf = (
  { truth, shape: [, height, width] }: Video,
  frame: number,
  joint: string
): [number, number] | undefined => {
  const n = frame * truth.joints.length + truth.joints.indexOf(joint)
  if (truth.visible[n] !== 1) return undefined
  return [((truth.position[2 * n]! + 1) / 2) * (width - 1), ((truth.position[2 * n + 1]! + 1) / 2) * (height - 1)]
}

const brightness = ({ frames, shape: [, height, width] }: Video, frame: number, x: number, y: number): number => {
  const at = ((frame * height + y) * width + x) * 3
  return frames[at]! + frames[at + 1]! + frames[at + 2]!
}

describe('drawn videos', () => {
  it.each(kinds)('%s: the same arguments give the same bytes, others give others', async (kind) => {
    const [a, b, c, d] = await Promise.all([
      video(kind, 3, 5, { size: small, frames: 4 }),
      video(kind, 3, 5, { size: small, frames: 4 }),
      video(kind, 4, 5, { size: small, frames: 4 }),
      video(kind, 3, 6, { size: small, frames: 4 })
    ])
    expect(a.shape).toEqual([4, 64, 64, 3])
    expect(a.frames).toEqual(b.frames)
    expect(a.truth).toEqual(b.truth)
    expect(a.frames).not.toEqual(c.frames)
    expect(a.frames).not.toEqual(d.frames)
  })

  it.each(kinds)('%s: a longer video begins as a shorter one', async (kind) => {
    // Wider than one drawing holds, so that it takes two.
    const long = await video(kind, 1, 2, { size: { height: 512, width: 512 }, frames: 20 })
    const short = await video(kind, 1, 2, { size: { height: 512, width: 512 }, frames: 3 })
    expect(Buffer.compare(long.frames.subarray(0, short.frames.length), short.frames)).toBe(0)
    expect(long.truth.position.subarray(0, short.truth.position.length)).toEqual(short.truth.position)
  })

  it('puts the centre of a shape where its light is', async () => {
    for (let index = 0; index < 24; index++) {
      const made = await video('shapes', 0, index, { size: { height: 64, width: 80 }, frames: 3 })
      for (let t = 0; t < 3; t++) {
        let [sum, sx, sy] = [0, 0, 0]
        for (let y = 0; y < 64; y++)
          for (let x = 0; x < 80; x++) {
            const light = brightness(made, t, x, y)
            ;[sum, sx, sy] = [sum + light, sx + light * x, sy + light * y]
          }
        const [x, y] = pixelOf(made, t, 'centre')!
        expect(Math.hypot(sx / sum - x, sy / sum - y)).toBeLessThan(0.35)
        for (const end of ['first', 'second', 'third', 'fourth'])
          expect(pixelOf(made, t, end) ?? [10, 10], `${index} ${end}`).toSatisfy(
            ([ex, ey]: [number, number]) => ex >= 0 && ey >= 0
          )
      }
    }
  })

  it('puts the eye of an animal on its dark pupil', async () => {
    const size = { height: 192, width: 192 }
    for (let index = 0; index < 24; index++) {
      const made = await video('creatures', 7, index, { size, frames: 2 })
      for (let t = 0; t < 2; t++) {
        const [x, y] = pixelOf(made, t, 'eye')!.map(Math.round) as [number, number]
        const near = [-2, -1, 0, 1, 2].flatMap((dx) => [-1, 0, 1].map((dy) => brightness(made, t, x + dx, y + dy)))
        expect(Math.min(...near), `video ${index}`).toBeLessThan(150)
      }
    }
  })

  it('changes only where the joints are, and there', async () => {
    for (let index = 0; index < 12; index++) {
      const made = await video('creatures', 2, index, { size: small, frames: 6 })
      const points = [0, 1, 2, 3, 4, 5].flatMap((t) =>
        made.truth.joints.flatMap((j) => [pixelOf(made, t, j)].filter((p) => p !== undefined))
      )
      const [left, right] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))]
      let [changed, outside] = [0, 0]
      for (let y = 0; y < 64; y++)
        for (let x = 0; x < 64; x++) {
          const values = [0, 1, 2, 3, 4, 5].map((t) => brightness(made, t, x, y))
          if (Math.max(...values) - Math.min(...values) < 30) continue
          changed++
          if (x < left - 10 || x > right + 10) outside++
        }
      expect(changed).toBeGreaterThan(30)
      expect(outside).toBe(0)
    }
  })
})

describe('ground truth', () => {
  it('has every joint that is there inside the frame, at any shape of frame', () => {
    for (const size of [small, { height: 64, width: 100 }, { height: 120, width: 64 }])
      for (let index = 0; index < 60; index++)
        for (const scene of [creature(1, index, size, 24), moving(1, index, size, 24)]) {
          const { visible } = truthOf(scene, size)
          scene.frames.forEach(({ joints }, t) => {
            joints.forEach(({ there }, j) => {
              expect(visible[t * joints.length + j], `${index} ${scene.joints[j]} of frame ${t}`).toBe(there ? 1 : 0)
            })
          })
        }
  })

  it('says invisible of joints outside the frame', () => {
    const joints = [
      { at: [1.2, 0.5], there: true },
      { at: [0.5, 0.5], there: true },
      { at: [0, 0], there: false }
    ] as const
    const truth = truthOf({ joints: ['a', 'b', 'c'], frames: [{ svg: '', joints }] }, small)
    expect([...truth.visible]).toEqual([0, 1, 0])
    expect(truth.position[2]).toBeCloseTo(0)
  })

  it('draws every animal before long', () => {
    const names = new Set(
      Array.from({ length: 300 }, (_, i) => dressed(generatorAt(0, 'creatures', i)).animal.species.name)
    )
    expect(names.size).toBe(animals.length)
  })
})

describe('gaits', () => {
  const all = Array.from({ length: 200 }, (_, i) => dressed(generatorAt(5, 'gaits', i)).animal)
  const [step, times] = [1 / 64, 64]

  it('keeps standing feet still on the ground', () => {
    let stood = 0
    for (const animal of all)
      for (let i = 0; i < times; i++) {
        const [before, after] = [poseAt(animal, i * step), poseAt(animal, (i + 1) * step)]
        before.legs.forEach((leg, n) => {
          const next = after.legs[n]
          if (leg === undefined || next === undefined || !leg.stands || !next.stands) return
          stood++
          const slid = next.foot[0] - leg.foot[0] + ground(animal.gait) * animal.step * step
          expect(Math.abs(slid), `${animal.species.name} leg ${n} at ${i}`).toBeLessThan(1e-6)
          expect(Math.abs(next.foot[1] - leg.foot[1])).toBeLessThan(1e-6)
        })
      }
    expect(stood).toBeGreaterThan(10_000)
  })

  it('keeps the bones as long as they are', () => {
    for (const animal of all)
      for (const [n, first] of poseAt(animal, 0).legs.entries())
        for (let i = 1; i < times && first !== undefined; i++) {
          const leg = poseAt(animal, i * step).legs[n]!
          const bones = ({ top, knee, foot }: typeof leg): ReadonlyArray<number> => [
            Math.hypot(top[0] - knee[0], top[1] - knee[1]),
            Math.hypot(foot[0] - knee[0], foot[1] - knee[1])
          ]
          bones(leg).forEach((long, k) => {
            expect(long).toBeCloseTo(bones(first)[k]!, 6)
          })
        }
  })

  it('comes back to the same pose after a cycle', () => {
    for (const animal of all) {
      const [a, b] = [poseAt(animal, 0.3), poseAt(animal, 1.3)]
      a.legs.forEach((leg, n) => {
        expect(leg?.foot[0] ?? 0).toBeCloseTo(b.legs[n]?.foot[0] ?? 0, 6)
      })
      expect(a.nose[1]).toBeCloseTo(b.nose[1], 6)
    }
  })
})

describe('sets of videos', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'synth-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const settings: Settings = {
    kind: 'creatures',
    seed: 9,
    size: { height: 32, width: 48 },
    frames: { least: 3, most: 5 },
    oneInTest: 3,
    format: 'png',
    videos: 3
  }
  const told = { signal: new AbortController().signal, advance: () => {} }
  const bytes = (...path: ReadonlyArray<string>): Promise<Buffer> => readFile(join(folder, ...path))

  it('draws what is not there, the same whatever was there', async () => {
    expect(await synthesise(join(folder, 'a'), settings, told)()).toEqual(E.right(3))
    expect(await synthesise(join(folder, 'a'), { ...settings, videos: 7 }, told)()).toEqual(E.right(4))
    expect(await synthesise(join(folder, 'b'), { ...settings, videos: 7 }, told)()).toEqual(E.right(7))
    for (const name of ['train/000000', 'test/000002', 'train/000006'])
      for (const extension of ['png', 'safetensors'])
        expect(await bytes('a', `${name}.${extension}`)).toEqual(await bytes('b', `${name}.${extension}`))
    const before = await stat(join(folder, 'a', 'train', '000000.png'))
    await rm(join(folder, 'a', 'test', '000002.safetensors'))
    expect(await synthesise(join(folder, 'a'), { ...settings, videos: 7 }, told)()).toEqual(E.right(1))
    expect(await bytes('a', 'test', '000002.safetensors')).toEqual(await bytes('b', 'test', '000002.safetensors'))
    expect((await stat(join(folder, 'a', 'train', '000000.png'))).mtimeMs).toBe(before.mtimeMs)
    expect(JSON.parse((await bytes('a', 'synth.json')).toString())).toEqual({ version: 1, ...settings, videos: 7 })
  })

  it('writes strips that hold the frames, and their truth', async () => {
    const read = await readSafetensors(join(folder, 'b', 'train', '000001.safetensors'))()
    if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
    const { tensors, metadata } = read.right
    const [frames = 0, joints] = tensors['visible']!.shape
    expect(JSON.parse(metadata['joints']!)).toHaveLength(joints!)
    expect(tensors['position']!.shape).toEqual([frames, joints, 2])
    const made = await video('creatures', 9, 1, { size: settings.size, frames })
    expect(float32Of(tensors['position']!)).toEqual(made.truth.position)
    const strip = sharp(join(folder, 'b', 'train', '000001.png'))
    expect(await strip.metadata()).toMatchObject({ width: frames * 48, height: 32 })
    const last = await strip
      .extract({ left: (frames - 1) * 48, top: 0, width: 48, height: 32 })
      .removeAlpha()
      .raw()
      .toBuffer()
    expect(Buffer.compare(last, made.frames.subarray((frames - 1) * 32 * 48 * 3))).toBe(0)
  })

  it('refuses a folder of other videos, and stops when interrupted', async () => {
    const other = await synthesise(join(folder, 'a'), { ...settings, seed: 8 }, told)()
    expect(other).toMatchObject(E.left({ _tag: 'BadData', at: 'settings' }))
    await writeFile(join(folder, 'synth.json'), '{"version": 2}')
    expect(await synthesise(folder, settings, told)()).toMatchObject(E.left({ _tag: 'BadData', at: 'document' }))
    const stopped = new AbortController()
    const advance = (): void => stopped.abort('SIGINT')
    const cut = await synthesise(join(folder, 'c'), { ...settings, videos: 50 }, { signal: stopped.signal, advance })()
    expect(cut).toMatchObject(E.left({ _tag: 'Interrupted' }))
    expect(JSON.parse((await bytes('c', 'synth.json')).toString()).videos).toBe(0)
    expect(await synthesise(join(folder, 'c'), { ...settings, videos: 4 }, told)()).toSatisfy(
      (r: E.Either<unknown, number>) => E.isRight(r) && r.right < 4
    )
  })

  it('judges what it is asked for', async () => {
    const terminal = { say: () => {}, progress: () => ({ advance: () => {}, end: () => {} }), signal: told.signal }
    const asked = {
      kind: 'shapes',
      seed: undefined,
      videos: 2,
      size: undefined,
      frames: undefined,
      test: 0,
      format: undefined,
      out: join(folder, 'd')
    } as const
    const problem = async (o: object): Promise<unknown> => run({ ...asked, ...o }, terminal)()
    expect(await problem({ kind: undefined })).toMatchObject(E.left({ _tag: 'Usage', at: '--kind' }))
    expect(await problem({ size: { height: 8, width: 64 } })).toMatchObject(E.left({ _tag: 'Usage', at: '--size' }))
    expect(await problem({ size: { height: 64, width: 200 } })).toMatchObject(E.left({ _tag: 'Usage', at: '--size' }))
    expect(await problem({ frames: { least: 5, most: 5000 } })).toMatchObject(E.left({ _tag: 'Usage', at: '--frames' }))
    expect(await problem({})).toMatchObject(
      E.right({ json: { drawn: 2, settings: { seed: 0, frames: { least: 32, most: 32 } } } })
    )
  })
})
