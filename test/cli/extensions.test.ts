/** Graphs and extensions in modules, as users run them. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { openClip } from '../../src/io/media/index.js'
import { parse, serialise, storedFloat32 } from '../../src/io/safetensors/index.js'
import { writeClips } from '../io/dataset/make.js'
import { paint, write } from '../io/media/make.js'
import * as T from '../io/training/tiny.js'
import { driving, folder, keyflow, model, root, source } from './keyflow.js'

const example = join(root, 'examples/extension/index.ts')
const dirs: Array<string> = []
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true })
})

/** A new folder with some files. */
const withFiles = (files: Readonly<Record<string, string>> = {}): string => {
  const dir = folder()
  dirs.push(dir)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

const inputs = (path: string, name: string, shape: ReadonlyArray<number>): void => {
  const length = shape.reduce((n, d) => n * d, 1)
  const x = storedFloat32(
    shape,
    Float32Array.from({ length }, (_, i) => ((i * 7919) % 256) / 255)
  )
  const bytes = serialise(path, { tensors: { [name]: x }, metadata: {} })
  if (E.isLeft(bytes)) throw new Error('serialise')
  writeFileSync(path, bytes.right)
}

const shapes = (path: string): unknown => {
  const read = parse(path, readFileSync(path))
  if (E.isLeft(read)) throw new Error('parse')
  return Object.fromEntries(Object.entries(read.right.tensors).map(([name, { shape }]) => [name, shape]))
}

describe('keyflow graph with a module', () => {
  it('runs what keyflow new writes, in a folder where nothing else is', async () => {
    const cwd = withFiles()
    await keyflow(['new', 'graph', 'lost-detail', '--quiet'], { cwd })
    await keyflow(['new', 'node', 'edge-glow', '--quiet'], { cwd })
    inputs(join(cwd, 'frames.safetensors'), 'frames', [2, 4, 6, 3])
    inputs(join(cwd, 'x.safetensors'), 'x', [1, 2, 3, 3])
    const run = (name: string, given: string) =>
      keyflow(['graph', 'run', `./${name}.ts`, '--inputs', `${given}.safetensors`, '--outputs', 'out.safetensors'], {
        cwd
      })
    expect(await run('lost-detail', 'frames')).toMatchObject({ code: 0 })
    expect(shapes(join(cwd, 'out.safetensors'))).toEqual({ small: [2, 2, 3, 3], detail: [2] })
    expect(await run('edge-glow', 'x')).toMatchObject({ code: 0 })
    expect(shapes(join(cwd, 'out.safetensors'))).toEqual({ y: [1, 2, 3, 3] })
    expect((await keyflow(['graph', 'show', './lost-detail.ts'], { cwd })).out).toContain('avgPool')
  })

  it('takes the running keyflow, whatever else has that name', async () => {
    const cwd = withFiles({
      'node_modules/keyflow/package.json': '{ "name": "keyflow", "exports": "./index.js" }',
      'node_modules/keyflow/index.js': 'export const graph = 3',
      'own.js': "import { relu } from 'keyflow/nodes'\nexport default relu\n"
    })
    const { code, out } = await keyflow(['graph', 'check', './own.js'], { cwd })
    expect([code, out]).toEqual([0, './own.js: sound, 1 nodes, 0 weights\ninput x [B H W C]\noutput y [B H W C]\n'])
  })

  it('gives a function what the graph is for', async () => {
    const cwd = withFiles({
      'made.ts': [
        "import { graph, record, tensor, toNode } from 'keyflow'",
        "import { detect, type Purpose } from 'keyflow/graphs'",
        "import type { Nothing } from './nowhere.ts'",
        'export default ({ model }: Purpose) =>',
        "  graph('made', record({ x: tensor('B H W 3') }), ({ x }, { step }) => {",
        "    const { mean } = step('seen', toNode(detect(model)), { frames: x }, '')",
        '    return { mean }',
        '  })'
      ].join('\n')
    })
    expect(await keyflow(['graph', 'check', './made.ts'], { cwd })).toMatchObject({ code: 2 })
    const { out } = await keyflow(['graph', 'check', './made.ts', '--model', model], { cwd })
    expect(out).toContain('output mean [B 4 2]\nweights kp_detector: 62 tensors')
    inputs(join(cwd, 'x.safetensors'), 'x', [1, 64, 64, 3])
    const files = ['--inputs', 'x.safetensors', '--outputs', 'y.safetensors']
    expect((await keyflow(['graph', 'run', './made.ts', '--config', 'none.yaml', ...files], { cwd })).code).toBe(74)
    expect((await keyflow(['graph', 'run', './made.ts', '--model', model, ...files], { cwd })).code).toBe(0)
    expect(shapes(join(cwd, 'y.safetensors'))).toEqual({ mean: [1, 4, 2] })
  })

  it('says where a module is wrong, what was due and what came', async () => {
    const wrong: ReadonlyArray<readonly [file: string, text: string, said: string]> = [
      [
        'a.ts',
        'const x = 1\nexport default x +;',
        'a.ts: line 2, column 19: expected TypeScript whose types can be left'
      ],
      [
        'b.ts',
        'enum A { B }\nexport default A.B',
        'b.ts: line 1, column 1: expected TypeScript whose types can be left'
      ],
      ['c.ts', "import './a.ts'", 'a.ts: line 2, column 19'],
      ['d.ts', "import { x } from './no.js'\nexport default x", 'd.ts: import: expected a module that is there'],
      [
        'e.ts',
        "import { x } from 'no-such-thing'\nexport default x",
        "e.ts: import: expected a module that is there, got Cannot find package 'no-such-thing'"
      ],
      [
        'f.ts',
        "import { grph } from 'keyflow'\nexport default grph",
        "f.ts: line 1, column 10: expected a name that the module exports, got The requested module 'keyflow' does not provide"
      ],
      [
        'g.ts',
        "\nexport const g = ((): never => {\n  throw new RangeError('far')\n})()",
        'g.ts: line 3, column 9: expected a module that can be loaded, got RangeError: far'
      ],
      [
        'h.mjs',
        'export default 3',
        'h.mjs: default export: expected a graph, a node, or a function that gives a graph, got number'
      ],
      [
        'k.mjs',
        'const x = 1\nexport default x +;',
        "k.mjs: line 2, column 19: expected a module without mistakes, got Unexpected token ';'"
      ],
      ['l.js', "import './k.mjs'\nexport default 3", 'k.mjs: line 2, column 19: expected a module without mistakes'],
      [
        'm.ts',
        'const x: number = 1\n\n\tconst x = 2\nexport default x',
        "m.ts: line 3, column 8: expected a module without mistakes, got Identifier 'x' has already been declared"
      ],
      ['n.js', 'const n = 010\nmodule.exports = n +;', 'n.js: line 2, column 21: expected a module without mistakes'],
      ['o.js', 'const o = 010\nmodule.exports = o', './o.js: default export: expected a graph'],
      [
        'p.mjs',
        "import './o.js'\nJSON.parse('{')",
        './p.mjs: line 2, column 6: expected a module that can be loaded, got SyntaxError: Expected property name'
      ],
      [
        'r.mjs',
        "import './o.js'\nawait import('./k.mjs')",
        'k.mjs: line 2, column 19: expected a module without mistakes'
      ],
      [
        's.mjs',
        "await import('./k.mjs').catch(() => 0)\nnew Function('a b')",
        './s.mjs: line 2, column 1: expected a module that can be loaded, got SyntaxError: Unexpected identifier'
      ],
      ['i.js', 'export default () => { throw new Error("not today") }', './i.js: not today']
    ]
    const cwd = withFiles(Object.fromEntries(wrong.map(([file, text]) => [file, text])))
    for (const [file, , said] of wrong) {
      const { code, err } = await keyflow(['graph', 'check', `./${file}`, '--model', model], { cwd })
      expect([file, err.includes(said), err, code === 0]).toEqual([file, true, err, false])
    }
    const extension = await keyflow(['graph', 'list', '--with', './l.js'], { cwd })
    expect([extension.code, extension.err]).toEqual([65, expect.stringContaining('k.mjs: line 2, column 19: expected')])
    expect((await keyflow(['graph', 'check', './none.ts'], { cwd })).err).toContain('./none.ts: cannot read')
  })

  it('tells where a file is not JSON', async () => {
    const cwd = withFiles({ 'g.json': '{\n  "name": "g",\n  "inputs": }\n' })
    const { code, err } = await keyflow(['graph', 'check', 'g.json'], { cwd })
    expect(code).toBe(65)
    expect(err).toContain('g.json: line 3, column 13: expected JSON, got ')
  })
})

/** A source of films of bare RGB bytes, at the size that is asked for; 10 frames a second, of which its ticks tell nothing. */
const bytesExtension = `
  import { readFile } from 'node:fs/promises'
  import * as t from 'io-ts'
  import { extension, record, tensor, tf } from 'keyflow'
  import { family, positive, type Source } from 'keyflow/nodes'
  const Bytes = t.strict({ path: t.string, height: positive, width: positive, batch: positive })
  export const readBytes = family('readBytes', Bytes, (settings): Source<{ readonly frames: tf.Tensor4D }> => ({
    ...{ _tag: 'Source', kind: 'readBytes', settings, pace: 'ticking', inputs: record({}) },
    outputs: record({ frames: tensor(\`T \${settings.height} \${settings.width} 3\` as 'T H W 3') })
  }))
  async function* read({ path, height, width, batch }: t.TypeOf<typeof Bytes>) {
    const bytes = await readFile(path)
    const each = height * width * 3
    for (let at = 0; at < bytes.length; at += each * batch) {
      const some = Float32Array.from(bytes.subarray(at, at + each * batch), (v) => v / 255)
      const count = some.length / each
      yield { values: { frames: tf.tensor4d(some, [count, height, width, 3]) }, count }
    }
  }
  export default extension({
    name: 'bytes',
    nodes: { readBytes },
    sources: {
      readBytes: {
        endings: ['.bytes'],
        read: async (s) => read(s),
        timing: async () => ({ rate: { num: 10, den: 1 }, audio: false })
      }
    }
  })
`

/** The first frames of a film as bare bytes. */
const bareFrames = async (path: string, count: number): Promise<Buffer> => {
  const clip = await openClip(path, { size: { height: 64, width: 64 } })()
  if (E.isLeft(clip)) throw new Error('no clip')
  const all: Array<Uint8Array> = []
  for await (const { data } of clip.right.frames()) if (all.push(data) === count) break
  return Buffer.concat(all)
}

describe('an extension', () => {
  it('is found as a package of the folder, once, however often it is asked for', async () => {
    const cwd = withFiles({ 'package.json': '{ "keyflow": { "with": ["keyflow-example-extension"] } }' })
    cpSync(dirname(example), join(cwd, 'node_modules/keyflow-example-extension'), { recursive: true })
    const list = async (...more: ReadonlyArray<string>) => (await keyflow(['graph', 'list', ...more], { cwd })).out
    const line =
      'poster        a source picture moved by driving frames, in four colours a channel (keyflow-example-extension)'
    expect(await list()).toContain(line)
    expect(await list('--with', 'keyflow-example-extension')).toContain(line)
    const twice = await keyflow(['graph', 'list', '--with', example], { cwd })
    expect([twice.code, twice.err]).toEqual([
      2,
      `keyflow: --with ${example}: expected a name that keyflow-example-extension has not, got keyflow-example-extension\n`
    ])
    expect((await keyflow(['graph', 'list', '--with', 'nobody'], { cwd })).err).toContain(
      "nobody: import: expected a module that is there, got Cannot find package 'nobody'"
    )
  })

  it('is refused where the folder lists none', async () => {
    const cwd = withFiles({ 'package.json': '{ "keyflow": { "with": "x" } }' })
    const { code, err } = await keyflow(['graph', 'list'], { cwd })
    expect([code, err]).toEqual([65, 'keyflow: package.json: keyflow.with: expected a list of modules, got "x"\n'])
  })

  it('brings a sink that transfer writes to, and that graph run plays', async () => {
    const dir = withFiles()
    const [film, same, graph] = ['film.ppm', 'same/', 'graph.json'].map((name) => join(dir, name)) as [
      string,
      string,
      string
    ]
    const asked = ['transfer', '--model', model, '--source', source, '--driving', driving, '--with', example]
    expect((await keyflow([...asked, '--out', film, '--write-graph', graph])).code).toBe(0)
    expect((await keyflow([...asked, '--out', same])).code).toBe(0)
    const clip = await openClip(same, {})()
    if (E.isLeft(clip)) throw new Error('no clip')
    const due: Array<Uint8Array> = []
    for await (const { data, height, width } of clip.right.frames())
      due.push(Buffer.from(`P6 ${width} ${height} 255\n`), data)
    const first = readFileSync(film)
    expect(first.equals(Buffer.concat(due))).toBe(true)

    const unknown = await keyflow(['graph', 'check', graph])
    expect(unknown.err).toContain('(film0).node.kind: expected a node kind')
    const { out } = await keyflow(['graph', 'check', graph, '--with', example])
    expect(out).toContain(`sink film0: writePpm ${film}: frames [T 64 64 3]`)
    rmSync(film)
    expect((await keyflow(['graph', 'run', graph, '--model', model, '--with', example])).out).toBe('96 frames\n')
    expect(readFileSync(film).equals(first)).toBe(true)
  })

  it('leaves nothing behind where its sink is aborted', async () => {
    const dir = withFiles()
    const asked = ['transfer', '--model', model, '--source', source, '--driving', driving, '--with', example]
    const { code } = await keyflow([...asked, '--out', join(dir, 'no/film.ppm')])
    expect(code).not.toBe(0)
    expect((await keyflow([...asked, '--out', join(dir, 'film.ppm'), '--max-frames', '3'])).code).toBe(65)
    expect(() => readFileSync(join(dir, 'film.ppm.partial'))).toThrow('ENOENT')
  })

  it('brings a form of dataset that is trained on and checked', async () => {
    const dir = withFiles()
    const [data, cache, out] = ['data', 'cache', 'run'].map((name) => join(dir, name)) as [string, string, string]
    await writeClips(data, { 'a.png': 4, 'b.png': 5, 'c.png': 3, 'd.png': 4 }, 16)
    const config = T.writeConfiguration(join(dir, 'tiny.yaml'))
    const list = join(data, 'all.list')
    writeFileSync(list, 'train b.png\ntrain a.png\n\ntest d.png\n')
    const common = ['--cache', cache, '--with', example]
    const trained = await keyflow([
      'train',
      '--config',
      config,
      '--data',
      list,
      '--out',
      out,
      '--steps',
      '2',
      ...common
    ])
    expect([trained.err, trained.code]).toEqual([trained.err, 0])
    const manifest = JSON.parse(readFileSync(join(out, 'data.json'), 'utf8'))
    expect(JSON.stringify(manifest)).toContain('"b.png"')
    expect(JSON.stringify(manifest)).not.toContain('"c.png"')
    const stats = await keyflow(['dataset', 'stats', list, '--part', 'test', '--json', ...common])
    expect(JSON.parse(stats.out)).toMatchObject({ clips: 1, frames: 4, division: { by: 'file' } })
    writeFileSync(list, 'train b.png\nsomething else\n')
    const { code, err } = await keyflow(['dataset', 'check', list, ...common])
    expect([code, err]).toEqual([
      65,
      `keyflow: ${list}: line 2: expected train or test, and a path, got something else\n`
    ])
  })

  it('brings a measure, and a sink of what is measured', async () => {
    const dir = withFiles()
    for (const [name, level] of [
      ['real', 102],
      ['made', 153]
    ] as const)
      await write(
        join(dir, `${name}.png`),
        [level, level].map((v) => paint(8, 8, () => [v, v, v]))
      )
    const [real, made] = ['real.png', 'made.png'].map((name) => join(dir, name)) as [string, string]
    const asked = ['evaluate', '--real', real, '--generated', made, '--with', example, '--json']
    const measures = JSON.parse((await keyflow([...asked, '--measure', 'PSNR'])).out).measures
    expect(measures.map((m: { name: string }) => m.name)).toEqual(['L1', 'PSNR'])
    expect(measures[1]).toMatchObject({ unit: 'dB', counted: 2 })
    expect(measures[1].value).toBeCloseTo(-10 * Math.log10(0.04), 3)
    expect((await keyflow([...asked, '--measure', 'PSNRR'])).err).toContain('expected PSNR, perhaps, got PSNRR')

    await writeClips(join(dir, 'clips'), { 'a.png': 3 }, 64)
    writeFileSync(join(dir, 'clips/all.list'), 'test a.png\n')
    const again = ['reconstruct', '--model', model, '--data', join(dir, 'clips/all.list'), '--with', example]
    const report = JSON.parse((await keyflow([...again, '--measure', 'PSNR', '--json'])).out)
    const psnr = report.measures.find((m: { name: string }) => m.name === 'PSNR')
    expect(psnr.counted).toBe(3)
    expect(psnr.value).toBeGreaterThan(0)

    const out = join(dir, 'again')
    expect((await keyflow([...again, '--out', out, '--format', 'ppm'])).code).toBe(0)
    const film = readFileSync(join(out, 'a.ppm'))
    expect([film.subarray(0, 13).toString(), film.length]).toEqual(['P6 64 64 255\n', 3 * (13 + 64 * 64 * 3)])
    const typo = await keyflow([...again, '--out', out, '--format', 'ppn'])
    expect([typo.code, typo.err]).toEqual([2, 'keyflow: --format: expected ppm, perhaps, got ppn\n'])
  })

  it('brings sources of its own, which a graph of a module plays', async () => {
    const cwd = withFiles({
      'ramp.ts': `
        import * as t from 'io-ts'
        import { extension, record, tensor, tf } from 'keyflow'
        import { family, positive, type Source } from 'keyflow/nodes'
        const Ramp = t.strict({ frames: positive })
        export const ramp = family('ramp', Ramp, (settings): Source<{ readonly frames: tf.Tensor4D }> => ({
          _tag: 'Source', kind: 'ramp', settings, pace: 'ticking',
          inputs: record({}), outputs: record({ frames: tensor('T 2 2 3') })
        }))
        async function* read({ frames }: t.TypeOf<typeof Ramp>) {
          for (let i = 0; i < frames; i++)
            yield { values: { frames: tf.fill([1, 2, 2, 3], i / 255) }, count: 1, times: [i / 10] }
        }
        export default extension({ name: 'ramps', nodes: { ramp }, sources: { ramp: { read: async (s) => read(s) } } })
      `,
      'play.ts': `
        import { graph, record } from 'keyflow'
        import { ramp } from './ramp.js'
        import { writePpm } from ${JSON.stringify(example)}
        export default graph('play', record({}), (_, { step }) => {
          step('out', writePpm({ path: 'ramp.ppm' }), step('ramp', ramp({ frames: 3 }), {}))
          return {}
        })
      `
    })
    const both = ['--with', './ramp.ts', '--with', example]
    const { code, out, err } = await keyflow(['graph', 'run', './play.ts', ...both], { cwd })
    expect([code, out, err]).toEqual([0, '3 frames\n', err])
    const picture = (level: number) => Buffer.concat([Buffer.from('P6 2 2 255\n'), Buffer.alloc(12, level)])
    expect(readFileSync(join(cwd, 'ramp.ppm')).equals(Buffer.concat([0, 1, 2].map(picture)))).toBe(true)
    const alone = await keyflow(['graph', 'run', './play.ts'], { cwd })
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('ramp: expected a kind that can be opened: ')])
  })

  it('brings a source that drives a transfer, chosen by the ending or by its name', async () => {
    const cwd = withFiles({ 'bytes.ts': bytesExtension })
    const film = await bareFrames(driving, 10)
    writeFileSync(join(cwd, 'film.bytes'), film)
    writeFileSync(join(cwd, 'film.rgb'), film)
    const common = ['transfer', '--model', model, '--source', source, '--with', './bytes.ts', '--batch', '4']
    const asked = [...common, '--relative']
    const moved = (from: string, out: string, ...more: ReadonlyArray<string>) =>
      keyflow([...asked, '--driving', from, '--out', out, ...more], { cwd })
    const raw = ['--raw', '64x64@10', '--out', 'own.png']
    expect((await keyflow([...asked, '--driving', '-', ...raw], { cwd, input: film })).code).toBe(0)
    const own = await bareFrames(join(cwd, 'own.png'), 10)
    for (const from of ['film.bytes', 'readBytes:film.rgb']) {
      const { code, err } = await moved(from, 'made.png', '--write-graph', 'graph.json')
      expect([from, code, err]).toEqual([from, 0, err])
      expect((await bareFrames(join(cwd, 'made.png'), 10)).equals(own)).toBe(true)
    }
    rmSync(join(cwd, 'made.png'))
    const played = await keyflow(['graph', 'run', 'graph.json', '--model', model, '--with', './bytes.ts'], { cwd })
    expect([played.out, played.err]).toEqual(['10 frames\n', played.err])
    expect((await bareFrames(join(cwd, 'made.png'), 10)).equals(own)).toBe(true)

    expect((await moved('film.bytes', 'made.mp4', '--smooth')).code).toBe(0)
    const clip = await openClip(join(cwd, 'made.mp4'), {})()
    expect(E.isRight(clip) && [clip.right.rate, clip.right.count]).toEqual([{ num: 10, den: 1 }, 10])

    for (const [at, value] of [['--recalibrate', '0.5'], ['--follow', '1'], ['--best-frame']] as const) {
      const { code, err } = await moved('film.bytes', 'no.png', at, ...(value === undefined ? [] : [value]))
      expect([code, err]).toEqual([2, expect.stringContaining(`${at}: expected a film that `)])
    }
  })
})
