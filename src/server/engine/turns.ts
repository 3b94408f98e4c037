/**
 * Whose turn it is: one frame of each session of one model, models and sessions in turn.
 *
 * @since 0.1.0
 */

/** A frame that waits. */
export interface Waiting<A> {
  readonly session: string
  readonly model: string
  readonly frame: A
}

/**
 * Frames that wait, by session. `put` with `latest` takes the place of what waited and gives that back; `next` takes the frames
 * of the next turn.
 *
 * @category model
 * @since 0.1.0
 */
export interface Turns<A> {
  readonly put: (waiting: Waiting<A>, latest: boolean) => ReadonlyArray<A>
  readonly next: () => ReadonlyArray<Waiting<A>>
  /** Takes away what a session has waiting. */
  readonly leave: (session: string) => ReadonlyArray<A>
  readonly size: () => number
}

/**
 * Turns of at most `most` frames. A session is served again only when every other session that waited has been: the queue of
 * sessions is in the order in which they were last served, and the first of them says which model it is.
 *
 * @category constructors
 * @since 0.1.0
 */
export const turns = <A>(most: number): Turns<A> => {
  /** By session, the one that was served longest ago first. */
  const queues = new Map<string, Array<Waiting<A>>>()
  const behind = (session: string, queue: Array<Waiting<A>>): void => {
    queues.delete(session)
    queues.set(session, queue)
  }
  return {
    put: (waiting, latest) => {
      const queue = queues.get(waiting.session)
      if (queue === undefined) queues.set(waiting.session, [waiting])
      else {
        const gone = latest ? queue.splice(0) : []
        queue.push(waiting)
        return gone.map(({ frame }) => frame)
      }
      return []
    },
    next: () => {
      const first = [...queues.values()].find((queue) => queue.length > 0)?.[0]
      if (first === undefined) return []
      const served: Array<Waiting<A>> = []
      for (const [session, queue] of [...queues]) {
        if (served.length === most) break
        const [head] = queue
        if (head === undefined || head.model !== first.model) continue
        queue.shift()
        served.push(head)
        behind(session, queue)
      }
      return served
    },
    leave: (session) => {
      const left = queues.get(session) ?? []
      queues.delete(session)
      return left.map(({ frame }) => frame)
    },
    size: () => [...queues.values()].reduce((sum, { length }) => sum + length, 0)
  }
}
