/**
 * Where the time of a program goes.
 *
 * @since 0.1.0
 */

/**
 * Collects what `Options.profile` is told, and shows it.
 *
 * @since 0.1.0
 */
export interface Profiler {
  readonly record: (path: string, kind: string, milliseconds: number) => void
  /** Time by kind of node, most first, per frame. */
  readonly table: (frames: number) => string
  /** Milliseconds and runs by kind. */
  readonly kinds: () => ReadonlyArray<{ readonly kind: string; readonly milliseconds: number; readonly runs: number }>
}

/**
 * A profiler with nothing recorded yet.
 *
 * @category constructors
 * @since 0.1.0
 */
export const profiler = (): Profiler => {
  const spent = new Map<string, { milliseconds: number; runs: number }>()
  const kinds = () => [...spent].map(([kind, s]) => ({ kind, ...s })).sort((a, b) => b.milliseconds - a.milliseconds)
  return {
    record: (_, kind, milliseconds) => {
      const before = spent.get(kind) ?? { milliseconds: 0, runs: 0 }
      spent.set(kind, { milliseconds: before.milliseconds + milliseconds, runs: before.runs + 1 })
    },
    kinds,
    table: (frames) => {
      const all = kinds().reduce((sum, { milliseconds }) => sum + milliseconds, 0)
      return [
        `${'kind'.padEnd(20)} ${'ms/frame'.padStart(9)} ${'share'.padStart(6)} ${'runs'.padStart(6)}`,
        ...kinds().map(
          ({ kind, milliseconds, runs }) =>
            `${kind.padEnd(20)} ${(milliseconds / frames).toFixed(3).padStart(9)} ${`${((100 * milliseconds) / all).toFixed(1)}%`.padStart(6)} ${String(runs).padStart(6)}`
        ),
        `${'all nodes'.padEnd(20)} ${(all / frames).toFixed(3).padStart(9)}`
      ].join('\n')
    }
  }
}
