/** Development only. */
import { isObservable, Observable, ReplaySubject, Subject } from 'rxjs'
import type { Animator, Driving, Frame, Ready, Settings, Stats } from '../../client/animator.js'
import type { Opened, Opening } from './open.js'

export const fake = (opening: Opening): Opened => {
  const { width, height } = opening.model.size
  const K = opening.model.keypoints
  let settings: Settings = opening
  const ready = new ReplaySubject<Ready>(1)
  const sources = new Subject<ReadonlyArray<number>>()
  const stats = new Subject<Stats>()
  const points = (t: number) =>
    Float32Array.from({ length: 2 * K }, (_, i) => {
      const k = i >> 1
      const a = (2 * Math.PI * k) / K
      return 0.5 * (i % 2 ? Math.sin(a) : Math.cos(a)) + 0.12 * Math.sin(t / 300 + (i % 2))
    })
  const animate: Animator['animate'] = (source, frames) =>
    new Observable<Frame>((subscriber) => {
      let picture: Uint8Array = new Uint8Array(3 * width * height)
      ready.next({ type: 'ready', session: 'x', model: opening.model.name, size: { width, height }, keypoints: K, engine: 'fake', manner: settings.manner as never })
      let n = 0
      const one = (d: Driving) => {
        const mean = points(d.time)
        const dx = Math.round(6 * (settings.manner?.strength ?? 1) * Math.sin(d.time / 300))
        const out = new Uint8Array(3 * width * height)
        const flow = new Uint8Array(8 * width * height)
        const view = new DataView(flow.buffer)
        const mask = new Uint8Array((K + 1) * width * height)
        for (let y = 0, i = 0; y < height; y++)
          for (let x = 0; x < width; x++, i++) {
            const sway = Math.round(dx * (1 - y / height))
            const s = y * width + Math.max(0, Math.min(width - 1, x - sway))
            for (let c = 0; c < 3; c++) out[3 * i + c] = picture[3 * s + c]!
            view.setFloat32(8 * i, (2 * (x - sway)) / (width - 1) - 1, true)
            view.setFloat32(8 * i + 4, (2 * y) / (height - 1) - 1, true)
            const k = Math.hypot(x - 32, y - 32) > 24 ? 0 : 1 + Math.floor((Math.atan2(y - 32, x - 32) / 6.2832 + 0.5) * (K - 0.01))
            mask[i * (K + 1) + k] = 255
          }
        const raw = { width, height, format: 'raw' as const }
        const all = {
          deformed: { what: 'deformed' as const, ...raw, channels: 3, bytes: out },
          flow: { what: 'flow' as const, width, height, format: 'float32' as const, channels: 2, bytes: flow },
          mask: { what: 'mask' as const, ...raw, channels: K + 1, bytes: mask }
        }
        const overlays = Object.fromEntries((settings.overlays ?? []).map((o) => [o, all[o]]))
        const pose = { mean, var: undefined }
        setTimeout(() => subscriber.next({ time: d.time, width, height, prediction: { what: 'prediction', ...raw, channels: 3, bytes: out }, overlays, seen: pose, aim: pose, score: 0.3 + 0.2 * Math.sin(n++ / 20), latency: 12 + 4 * Math.random(), modelMs: 9, queueMs: 1 }), 12)
      }
      const a = isObservable(source) ? source.subscribe((s) => { picture = 'bytes' in s ? s.bytes : s; sources.next([...points(0)]) }) : undefined
      let gone = false
      const b = isObservable(frames) ? frames.subscribe({ next: one, complete: () => setTimeout(() => subscriber.complete(), 50), error: (e) => subscriber.error(e) }) : undefined
      if (b === undefined) (async () => { for await (const d of frames as AsyncIterable<Driving>) { if (gone) return; one(d); await new Promise((r) => setTimeout(r, 20)) } subscriber.complete() })()
      const t = setInterval(() => stats.next({ type: 'stats', received: n, shown: n, dropped: 0, queued: 0, fps: 25, milliseconds: { queue: 1, model: 9, encode: 1 }, nodes: { 'render.generator.up': 3.2, 'render.generator.down': 2.1, 'render.dense.hourglass': 2.7, 'detect.hourglass.down': 0.9, 'detect.softmax': 0.2 } }), 1000)
      return () => { gone = true; clearInterval(t); a?.unsubscribe(); b?.unsubscribe() }
    })
  return { animator: { animate, ready, sources, stats, refusals: new Subject(), set: (s) => { settings = { ...settings, ...s, manner: { ...settings.manner, ...s.manner } } }, recalibrate: () => {}, align: () => {} }, close: () => {} }
}
