/**
 * What a person has set, kept from visit to visit.
 *
 * @since 0.1.0
 */
import { effect, type Signal, signal } from '@preact/signals'

const prefix = 'keyflow.'

/** The kept value of a name, if there is one of the same kind as the fallback. */
const kept = <A>(name: string, fallback: A): A => {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(prefix + name) ?? 'null')
    return typeof value === typeof fallback && value !== null ? (value as A) : fallback
  } catch {
    return fallback
  }
}

/** A signal whose value outlives the page, where the browser lets it. */
const lasting = <A>(name: string, fallback: A): Signal<A> => {
  const s = signal(kept(name, fallback))
  effect(() => {
    try {
      localStorage.setItem(prefix + name, JSON.stringify(s.value))
    } catch {
      // nothing is kept in a private window: everything else works
    }
  })
  return s
}

/** Where it computes. */
export type Where = 'server' | 'browser'
/** What computes in the browser. */
export type Engine = 'auto' | 'webgpu' | 'webgl' | 'wasm'

/**
 * The settings.
 *
 * @category state
 * @since 0.1.0
 */
export const settings = {
  where: lasting<Where>('where', 'server'),
  engine: lasting<Engine>('engine', 'auto'),
  model: lasting('model', ''),
  policy: lasting<'latest' | 'block'>('policy', 'latest'),
  motion: lasting<'relative' | 'absolute'>('motion', 'relative'),
  /** 1 is as driven. */
  strength: lasting('strength', 1),
  /** 0, no filter, to 1. */
  calm: lasting('calm', 0),
  align: lasting('align', false),
  loop: lasting('loop', true),
  mirror: lasting('mirror', true),
  keypoints: lasting('keypoints', true),
  deformed: lasting('deformed', false),
  flow: lasting('flow', false),
  mask: lasting('mask', false),
  /** The result alone, not side by side. */
  alone: lasting('alone', false),
  singleKeys: lasting('single-keys', true),
  theme: lasting<'auto' | 'light' | 'dark'>('theme', 'auto')
} as const

/** Names of the settings that are switches. */
export type SwitchName = {
  [K in keyof typeof settings]: (typeof settings)[K] extends Signal<boolean> ? K : never
}[keyof typeof settings]
