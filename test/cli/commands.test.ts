import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { type Option, spelt } from '../../src/io/cli/option.js'
import { commands } from '../../src/io/cli/table.js'
import { openClip } from '../../src/io/media/index.js'
import { exitCode } from '../../src/io/problem/problem.js'
import { float32Of, parse, serialise, storedFloat32 } from '../../src/io/safetensors/safetensors.js'
import { ffmpeg } from '../io/media/make.js'
import { driving, folder, keyflow, model, root, source } from './keyflow.js'

const clip = async (path: string) => {
  const opened = await openClip(path, { whole: true })()
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left))
  const frames = []
  for await (const frame of opened.right.frames()) frames.push(frame)
  return { ...opened.right, frames }
}

const transfer = (out: string, ...more: ReadonlyArray<string>) =>
  keyflow(['transfer', '--model', model, '--source', source, '--driving', driving, '--out', out, ...more])

const tensors = (path: string) => {
  const file = parse(path, new Uint8Array(readFileSync(path)))
  if (E.isLeft(file)) throw new Error('not safetensors')
  return file.right.tensors
}

describe('keyflow', () => {
  it('explains itself on standard output and exits 0', async () => {
    const { code, out, err } = await keyflow(['--help'])
    expect([code, err]).toEqual([0, ''])
    for (const word of ['transfer', 'detect', 'import', 'export', 'inspect', 'graph', 'doctor', 'demo'])
      expect(out).toContain(word)
    const one = await keyflow(['transfer', '--help'])
    expect(one.out).toContain('Examples:')
  })

  it('exits 2 when asked wrongly, and says what was due', async () => {
    const unknown = await keyflow(['transfre'])
    expect(unknown.code).toBe(2)
    expect(unknown.err).toContain('Did you mean transfer?')
    const lacking = await keyflow(['transfer', '--model', model])
    expect([lacking.code, lacking.err.split('\n')]).toEqual([
      2,
      [
        'keyflow: --source: expected picture to animate, got nothing',
        expect.stringMatching(/^keyflow: --out: expected result: .*, got nothing$/),
        ''
      ]
    ])
    const size = await transfer('x.mp4', '--size', 'large')
    expect([size.code, size.err]).toEqual([
      2,
      'keyflow: --size: expected height and width in pixels, such as 128x96, got large\n'
    ])
    const odd = await transfer('x.mp4', '--size', '65x64')
    expect([odd.code, odd.err]).toEqual([
      2,
      'keyflow: --size: expected multiples of 32 for this model, such as 64x64, got 65x64\n'
    ])
    expect((await transfer('x.mp4', '--relative', '--absolute')).code).toBe(2)
  })

  const needing = commands.flatMap(({ name, options }) => {
    const [option] = Object.entries<Option<unknown>>(options).find(([, { required }]) => required === true) ?? []
    return option === undefined ? [] : [{ name, option: spelt(option) }]
  })
  it.each(needing)('says of $name that a misspelt --$option is none, and which is meant', async ({ name, option }) => {
    const typo = `--${option.slice(0, -2)}${option.at(-1)}${option.at(-2)}`
    const { code, err } = await keyflow([...name.split(' '), typo, 'x'])
    expect([code, err]).toEqual([2, expect.stringContaining(`unknown option '${typo}'\n(Did you mean --${option}?)`)])
  })

  it('exits 65 for bad data, 69 without the engine asked for, 74 for files, 78 for configurations', async () => {
    const dir = folder()
    const bad = join(dir, 'bad.safetensors')
    writeFileSync(bad, 'no safetensors at all')
    expect((await keyflow(['inspect', bad])).code).toBe(65)
    expect((await keyflow(['inspect', join(dir, 'none')])).code).toBe(74)
    const config = join(dir, 'c.yaml')
    writeFileSync(config, 'model_params:\n  common_params:\n    num_kp: many\n')
    const wrong = await keyflow(['import', model, '--config', config, '--out', join(dir, 'm.safetensors')])
    expect(wrong.code).toBe(78)
    expect(wrong.err).toContain(`${config}:3:13: model_params.common_params.num_kp: expected`)
    const engine = await keyflow(['detect', source, '--model', model], { env: { KEYFLOW_BACKEND: 'abacus' } })
    expect([engine.code, engine.err.includes('tensorflow, wasm, cpu')]).toEqual([2, true])
    expect(exitCode({ _tag: 'NoEngine', needed: 'tensorflow', actual: 'wasm', remedy: 'npm run setup' })).toBe(69)
  })

  it('reports errors as JSON too', async () => {
    const { code, out } = await keyflow(['inspect', 'nowhere', '--json'])
    expect(code).toBe(74)
    expect(JSON.parse(out)).toMatchObject({ version: 1, command: 'inspect', error: { _tag: 'FileTrouble' } })
  })
})

describe('keyflow transfer', () => {
  it.each(['film.mp4', 'film.webm', 'film.gif', 'film.webp', 'strip.png', 'frames/'])(
    'writes %s with every frame of the driving film',
    async (name) => {
      const path = join(folder(), name)
      const { code, out, err } = await transfer(path, '--json')
      expect(err.replace(/^(WARNING: All log|I0000).*\n/gm, '')).toBe('')
      expect([code, JSON.parse(out)]).toMatchObject([
        0,
        { version: 1, command: 'transfer', path, frames: 96, startFrame: 0 }
      ])
      const made = await clip(path)
      if (name === 'strip.png') expect([made.height, made.width]).toEqual([64, 64 * 96])
      else expect([made.frames.length, made.height, made.width]).toEqual([96, 64, 64])
      if (name === 'film.mp4') expect(made.rate).toEqual({ num: 25, den: 1 })
    }
  )

  it('moves the picture as the film moves', async () => {
    const path = join(folder(), 'film.mp4')
    await transfer(path)
    const { frames } = await clip(path)
    /** Centre of what is lit, in pixels. */
    const centre = ({ data, width }: (typeof frames)[number]) => {
      let [sum, x, y] = [0, 0, 0]
      for (let i = 0; i < data.length; i += 3) {
        const light = data[i]! + data[i + 1]! + data[i + 2]!
        if (light < 150) continue
        sum += light
        x += light * ((i / 3) % width)
        y += light * Math.floor(i / 3 / width)
      }
      return [x / sum, y / sum] as const
    }
    const [x0, y0] = centre(frames[0]!)
    for (const t of [0, 12, 24, 36, 48, 60, 72, 84]) {
      const turn = (2 * Math.PI * t) / 96
      const [x, y] = centre(frames[t]!)
      expect(Math.hypot(x - x0 - 17 * (1 - Math.cos(turn)), y - y0 - 11 * Math.sin(2 * turn))).toBeLessThan(1.5)
    }
  })

  it('compares, keeps the proportions of the source, and gives the same bytes twice', async () => {
    const dir = folder()
    const wide = join(dir, 'wide.png')
    const { default: sharp } = await import('sharp')
    await sharp(source).resize(96, 48, { fit: 'fill' }).png().toFile(wide)
    const paths = ['a.mp4', 'b.mp4'].map((name) => join(dir, name))
    for (const path of paths)
      expect(
        (
          await keyflow([
            'transfer',
            '--model',
            model,
            '--source',
            wide,
            '--driving',
            driving,
            '--out',
            path,
            '--compare'
          ])
        ).code
      ).toBe(0)
    const made = await clip(paths[0]!)
    expect([made.height, made.width]).toEqual([46, 4 * 90])
    expect(readFileSync(paths[0]!).equals(readFileSync(paths[1]!))).toBe(true)
    const padded = join(dir, 'p.mp4')
    await keyflow([
      'transfer',
      '--model',
      model,
      '--source',
      wide,
      '--driving',
      driving,
      '--out',
      padded,
      '--fit',
      'pad'
    ])
    const [height, width] = [(await clip(padded)).height, (await clip(padded)).width]
    expect([height, width]).toEqual([32, 64])
  })

  it('starts at the best frame, says how well it is aligned, and warns of a poor one', async () => {
    const best = JSON.parse((await transfer(join(folder(), 'f.mp4'), '--best-frame', '--json')).out)
    const first = JSON.parse((await transfer(join(folder(), 'f.mp4'), '--json')).out)
    expect(best.alignment).toBeLessThanOrEqual(first.alignment)
    expect(best.startFrame).toBeGreaterThanOrEqual(0)
  })

  it('writes the whole command down as a graph that runs again to the same bytes', async () => {
    const dir = folder()
    const [film, graph] = [join(dir, 'film.mp4'), join(dir, 'graph.json')]
    expect((await transfer(film, '--write-graph', graph)).code).toBe(0)
    const first = readFileSync(film)
    expect((await keyflow(['graph', 'check', graph])).out).toContain('sound')
    expect((await keyflow(['graph', 'show', graph])).out).toContain('readFilm')
    const again = await keyflow(['graph', 'run', graph, '--model', model])
    expect([again.code, again.out]).toEqual([0, '96 frames\n'])
    expect(readFileSync(film).equals(first)).toBe(true)
  })

  it('profiles', async () => {
    const { err } = await transfer(join(folder(), 'f.mp4'), '--profile')
    expect(err).toMatch(/convolve\s+[\d.]+\s+[\d.]+%/)
  })

  it('leaves nothing behind when it is interrupted, and exits 130', async () => {
    const dir = folder()
    const out = join(dir, 'film.webm')
    const long = join(dir, 'driving.gif') // what it is called says nothing of what it is
    await ffmpeg('-stream_loop', '99', '-i', driving, '-c', 'copy', '-f', 'mp4', long)
    const args = ['transfer', '--model', model, '--source', source, '--driving', long, '--out', out, '--batch', '1']
    const { code, err } = await keyflow([...args, '--progress', 'json'], { interrupt: /"done":[1-9]/ })
    expect([code, err.includes('interrupted')]).toEqual([130, true])
    expect(readdirSync(dir)).toEqual(['driving.gif'])
  })

  it('takes the driving film from standard input', async () => {
    const dir = folder()
    const [a, b] = [join(dir, 'a.mp4'), join(dir, 'b.mp4')]
    await transfer(a)
    const args = ['transfer', '--model', model, '--source', source, '--driving', '-', '--out', b]
    expect((await keyflow(args, { input: readFileSync(driving) })).code).toBe(0)
    expect(readFileSync(b).equals(readFileSync(a))).toBe(true)
  })

  it('animates the whole of a picture twice as wide as high', async () => {
    const dir = folder()
    const [wide, out] = [join(dir, 'wide.png'), join(dir, 'o.png')]
    const { default: sharp } = await import('sharp')
    const square = await sharp(source).resize(96, 96).png().toBuffer()
    await sharp(square).extend({ right: 96, background: '#ffffff' }).png().toFile(wide)
    const args = ['transfer', '--model', model, '--source', wide, '--driving', source, '--out', out, '--compare']
    expect((await keyflow(args)).code).toBe(0)
    const { data, height, width } = (await clip(out)).frames[0]!
    const column = width / 4 // the first of four is the source
    expect([height, column]).toEqual([46, 90])
    const right = Array.from({ length: height }, (_, y) => data[(y * width + column - 8) * 3]!)
    expect(Math.min(...right)).toBeGreaterThan(240)
  })

  it('refuses a playlist that calls itself a film', async () => {
    const dir = folder()
    const playlist = join(dir, 'film.mp4')
    writeFileSync(playlist, "ffconcat version 1.0\nfile '/etc/passwd'\n")
    const { code, err } = await keyflow([
      ...['transfer', '--model', model, '--source', source],
      ...['--driving', playlist, '--out', join(dir, 'o.mp4')]
    ])
    expect([code, err.includes('ffconcat')]).toEqual([65, true])
  })
})

describe('keyflow detect', () => {
  it('writes keypoints as JSON, CSV and safetensors, and draws them', async () => {
    const dir = folder()
    const [csv, safe, drawn] = ['k.csv', 'k.safetensors', 'k.gif'].map((n) => join(dir, n)) as [string, string, string]
    const json = JSON.parse((await keyflow(['detect', driving, '--model', model])).out)
    expect(json.frames).toHaveLength(96)
    expect(json.frames[0].mean).toHaveLength(4)
    expect(json.frames[0].var[0]).toHaveLength(4)
    expect((await keyflow(['detect', driving, '--model', model, '--out', csv, '--draw', drawn])).code).toBe(0)
    const lines = readFileSync(csv, 'utf8').trim().split('\n')
    expect([lines[0], lines.length]).toEqual(['frame,keypoint,x,y,xx,xy,yx,yy', 1 + 96 * 4])
    await keyflow(['detect', driving, '--model', model, '--out', safe])
    const { mean, var: variance } = tensors(safe)
    expect([mean!.shape, variance!.shape]).toEqual([
      [96, 4, 2],
      [96, 4, 2, 2]
    ])
    expect(float32Of(mean!)[0]).toBeCloseTo(json.frames[0].mean[0][0], 6)
    expect((await clip(drawn)).frames.length).toBe(96)
  })
})

describe('keyflow graph', () => {
  it('lists, shows, checks and runs graphs, by name and from JSON', async () => {
    const dir = folder()
    const list = JSON.parse((await keyflow(['graph', 'list', '--json'])).out)
    const names = list.graphs.map((g: { name: string }) => g.name)
    expect(names).toEqual([
      ...['detect', 'motion', 'generate', 'discriminate', 'normalise', 'iteration', 'transfer', 'predict']
    ])
    expect((await keyflow(['graph', 'show', 'transfer', '--model', model])).out).toContain('flowchart TD')
    expect((await keyflow(['graph', 'show', 'detect', '--model', model, '--as', 'dot'])).out).toContain('digraph')
    const plan = (await keyflow(['graph', 'show', 'detect', '--model', model, '--as', 'plan', '--fast'])).out
    expect(plan).toContain('convolvePhases')
    const written = join(dir, 'detect.json')
    writeFileSync(written, (await keyflow(['graph', 'show', 'detect', '--model', model, '--as', 'json'])).out)
    expect((await keyflow(['graph', 'check', written])).out).toContain('detect.json: sound')

    const [inputs, a, b] = ['in', 'a', 'b'].map((n) => join(dir, `${n}.safetensors`)) as [string, string, string]
    const frames = storedFloat32(
      [2, 64, 64, 3],
      Float32Array.from({ length: 2 * 64 * 64 * 3 }, (_, i) => ((i * 7919) % 256) / 255)
    )
    const bytes = serialise('in', { tensors: { frames }, metadata: {} })
    if (E.isLeft(bytes)) throw new Error('serialise')
    writeFileSync(inputs, bytes.right)
    const run = (name: string, outputs: string, ...more: ReadonlyArray<string>) =>
      keyflow(['graph', 'run', name, '--model', model, '--inputs', inputs, '--outputs', outputs, ...more])
    expect((await run('detect', a)).code).toBe(0)
    expect((await run(written, b)).code).toBe(0)
    expect(tensors(a)['mean']!.shape).toEqual([2, 4, 2])
    expect(readFileSync(a).equals(readFileSync(b))).toBe(true)
    expect((await run('detect', a, '--taps')).code).toBe(0)
    expect(Object.keys(tensors(a))).toContain('taps.heatmap')
    const lacking = await run('generate', a)
    expect([lacking.code, lacking.err]).toEqual([
      65,
      expect.stringMatching(/in.safetensors: driving.mean: expected a tensor .*, got frames \[2 64 64 3\]\n/)
    ])
    const without = await keyflow(['graph', 'run', 'detect', '--model', model, '--outputs', a])
    expect(without.err).toBe('keyflow: --inputs: frames: expected a tensor [B H W 3], got no tensor at all\n')
  })

  it.each(['[]', '3', 'null', '"graph"'])('says that %s is no graph, and how one is written', async (text) => {
    const path = join(folder(), 'g.json')
    writeFileSync(path, text)
    const { code, err } = await keyflow(['graph', 'check', path])
    expect([code, err]).toEqual([
      65,
      `keyflow: ${path}: document: expected a graph: an object with name, inputs, steps, outputs and taps, as keyflow graph show NAME --as json writes it, got ${text}\n`
    ])
  })

  it('tells of which nodes a graph can be made', async () => {
    const nodes = (...args: ReadonlyArray<string>) => keyflow(['graph', 'nodes', ...args])
    const listed = (await nodes()).out
    for (const line of [/^relu$/m, /^avgPool +even$/m, /^readFilm +path, .*, batch, \[starts\]$/m])
      expect(listed).toMatch(line)
    const brought = (await nodes('--with', join(root, 'examples/extension/index.ts'))).out
    const theirs = brought.split('\n').filter((line) => !listed.includes(line))
    expect(theirs).toContainEqual(expect.stringMatching(/^posterise +levels \(keyflow-example-extension\)$/))
    expect((await nodes('--kind', 'avgPool')).out).toBe(
      'avgPool: give --settings for what it takes and gives\nsetting even: boolean\n'
    )
    const norm = await nodes('--kind', 'batchNorm', '--settings', '{"features": 4}', '--json')
    expect(JSON.parse(norm.out)).toMatchObject({
      role: 'node',
      inputs: { x: 'float32[B H W 4]' },
      weights: { weight: 'float32[4]', running_var: 'float32[4]' }
    })
    expect((await nodes('--kind', 'relu')).out).toContain('output y float32[B H W C]')
    for (const [args, said] of [
      [['--kind', 'reluu'], '--kind: expected a node kind: relu, perhaps, got reluu'],
      [['--kind', 'avgPool', '--settings', '{"evn": true}'], '--settings.evn: expected even, perhaps, got evn'],
      [['--kind', 'avgPool', '--settings', '{'], '--settings: expected JSON, got "{"'],
      [['--settings', '{}'], '--settings: expected --kind, got no kind']
    ] as const) {
      const { code, err } = await nodes(...args)
      expect([code, err]).toEqual([2, expect.stringContaining(said)])
    }
  })

  it('tells every mistake of a written graph', async () => {
    const path = join(folder(), 'g.json')
    const step = (id: string, kind: string, x: string) => ({
      id,
      scope: id,
      node: { kind, settings: {} },
      wires: { x }
    })
    const steps = [step('a', 'upsample', 'in.x'), step('b', 'relu', 'nowhere'), step('b', 'sigmoid', 'a.y')]
    const graph = { name: 'g', inputs: { x: 'float32[B H W 3]' }, steps, outputs: { y: 'c.y' }, taps: {} }
    writeFileSync(path, JSON.stringify(graph))
    const { code, err } = await keyflow(['graph', 'check', path])
    expect(code).toBe(65)
    for (const mistake of [
      'graph.steps.1(b).wires.x: expected a wire made before it: one of in.x, a.y, got nowhere',
      'graph.steps.2(b).id: expected a name that no other step has, got b',
      'graph.outputs.y: expected a wire made before it: a.y, perhaps, got c.y'
    ])
      expect(err).toContain(mistake)
  })
})

describe('keyflow setup', () => {
  it('does what `npm run setup` does; --plan only tells', async () => {
    const { code, out } = await keyflow(['setup', '--plan', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ command: 'setup', plan: expect.stringContaining('setup/kernels.cc') })
  })
})

describe('keyflow doctor', () => {
  it('tells engine, speed and ffmpeg', async () => {
    const d = JSON.parse((await keyflow(['doctor', '--json'])).out)
    expect(d.engine.gflops).toBeGreaterThan(0)
    expect(d.media.ffmpeg).toContain('ffmpeg')
  })
})
