import { describe, expect, it } from 'vitest'
import { boxesOf, type Programs, timeOf } from '../../src/studio/draw/boxes.js'
import { layout } from '../../src/studio/draw/layout.js'

const node = (path: string, ...reads: ReadonlyArray<string>) => ({ path, kind: 'conv', reads })
const programs: Programs = {
  detect: {
    inputs: ['in.frames'],
    nodes: [node('down.a', 'in.frames'), node('down.b', 'down.a'), node('points', 'down.b')],
    outputs: ['points']
  },
  paint: { inputs: ['in.to', 'in.frames'], nodes: [node('up', 'in.to'), node('last', 'up', 'in.frames')], outputs: ['last'] }
}
const feeds = (program: string, input: string) => (program === 'paint' && input === 'in.to' ? 'detect' : undefined)
const drawn = (...open: ReadonlyArray<string>) => boxesOf(programs, new Set(open), {}, feeds)
const paths = (...open: ReadonlyArray<string>) => drawn(...open).boxes.map(({ path, shape }) => `${shape} ${path}`)
const arrows = (...open: ReadonlyArray<string>) => drawn(...open).arrows.map(({ from, to }) => `${from} > ${to}`)

describe('boxes of a graph', () => {
  it('are one for each program while all is closed, joined as the session joins them', () => {
    expect(paths()).toEqual(['part detect', 'input in frames', 'part paint'])
    expect(arrows()).toEqual(['in frames > detect', 'detect > paint', 'in frames > paint'])
    expect(drawn().boxes[0]!.count).toBe(3)
  })

  it('show what lies in an open part, and what lies in that as one', () => {
    expect(paths('detect')).toEqual(['frame detect', 'part detect.down', 'input in frames', 'node detect.points', 'part paint'])
    expect(arrows('detect')).toContain('detect.down > detect.points')
    expect(arrows('detect')).toContain('detect.points > paint')
    expect(paths('detect', 'detect.down')).toContain('node detect.down.b')
    expect(arrows('detect', 'detect.down')).toContain('detect.down.a > detect.down.b')
  })

  it('do not show a part that is open inside of a closed one', () => {
    expect(paths('detect.down')).toEqual(paths())
  })

  it('have the time of all that lies in them', () => {
    const nodes = { 'detect.down.a': 1, 'detect.down.b': 2, 'detect.downer': 4 }
    expect(timeOf('detect.down', nodes)).toBe(3)
    expect(timeOf('detect', nodes)).toBe(7)
    expect(boxesOf(programs, new Set(), nodes).boxes[0]!.ms).toBe(7)
  })
})

describe('layout', () => {
  const open = ['detect', 'detect.down', 'paint']
  const drawing = layout(drawn(...open))
  const at = new Map(drawing.places.map((place) => [place.box.path, place] as const))

  it('keeps boxes apart and inside the drawing', () => {
    const solid = drawing.places.filter(({ box }) => box.shape !== 'frame')
    for (const [i, a] of solid.entries())
      for (const b of solid.slice(i + 1)) {
        const apart = Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2
        expect(apart, `${a.box.path} and ${b.box.path}`).toBe(true)
      }
    for (const { x, y, width, height } of drawing.places) {
      expect(x - width / 2).toBeGreaterThanOrEqual(0)
      expect(y + height / 2).toBeLessThanOrEqual(drawing.height)
    }
  })

  it('puts frames around what they hold and before it, and arrows from left to right', () => {
    const [frame, inner] = [at.get('detect.down')!, at.get('detect.down.a')!]
    expect(frame.x - frame.width / 2).toBeLessThan(inner.x - inner.width / 2)
    expect(frame.x + frame.width / 2).toBeGreaterThan(inner.x + inner.width / 2)
    expect(drawing.places.indexOf(frame)).toBeLessThan(drawing.places.indexOf(inner))
    expect(at.get('detect.down.a')!.x).toBeLessThan(at.get('detect.down.b')!.x)
    expect(drawing.arrows.every(({ points }) => points.length >= 2)).toBe(true)
  })

  it('is the same for the same boxes', () => {
    expect(layout(drawn(...open))).toEqual(drawing)
  })
})
