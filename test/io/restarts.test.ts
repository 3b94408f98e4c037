import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { restarts } from '../../src/io/run/restarts.js'

/** A process and a terminal that remember what was done to them. */
const pretended = (platform: NodeJS.Platform = 'linux', isTTY = true) => {
  const log: Array<string> = []
  const self = new EventEmitter()
  const input = new EventEmitter()
  let front = true
  const heard = {
    process: Object.assign(self, {
      pid: 7,
      platform,
      kill: (pid: number, signal: string) => log.push(`${signal} to ${pid}`) > 0
    }),
    input: Object.assign(input, {
      isTTY,
      setRawMode: (on: boolean) => log.push(`raw ${on}`),
      resume: () => log.push('resume'),
      pause: () => log.push('pause')
    }),
    inFront: () => front
  }
  const type = (keys: string): void => void input.emit('data', Buffer.from(keys))
  const behind = (): void => {
    front = false
  }
  return { made: restarts(heard as never), self, input, log, type, behind, forth: () => (front = true) }
}

describe('motion starts anew', () => {
  it('at SIGUSR2, once for each time it is asked for', () => {
    const { made, self } = pretended()
    expect(made.taken()).toBe(false)
    self.emit('SIGUSR2')
    expect([made.taken(), made.taken()]).toEqual([true, false])
    made.close()
    expect(self.eventNames()).toEqual([])
  })

  it('at the key r, once somebody may type; other keys do nothing', () => {
    const { made, type, log, input, self } = pretended()
    const said: Array<string> = []
    type('r')
    expect(made.taken()).toBe(false)
    made.answer((line) => said.push(line))
    made.keys()
    expect(said).toEqual(['r starts the motion anew'])
    type('q')
    expect(made.taken()).toBe(false)
    type('rr')
    expect(made.taken()).toBe(true)
    expect(said.slice(1)).toEqual(['motion starts anew'])
    made.close()
    expect(log).toEqual(['raw true', 'resume', 'raw false', 'pause'])
    expect([...input.eventNames(), ...self.eventNames()]).toEqual([])
  })

  it('and the keys that end or stop a process still do', () => {
    const { made, type, log, self } = pretended()
    made.keys()
    type('\u0003')
    type('\u001a')
    expect(log.slice(2)).toEqual(['SIGINT to 7', 'raw false', 'pause', 'SIGTSTP to 7'])
    self.emit('SIGCONT')
    expect(log.slice(6)).toEqual(['raw true', 'resume'])
    made.close()
  })

  it('without touching a terminal that is not there, or not its own', () => {
    const piped = pretended('linux', false)
    const { made, log, self, behind } = pretended()
    behind()
    for (const each of [piped.made, made]) {
      each.answer(() => expect.fail('nobody can type'))
      each.keys()
    }
    self.emit('SIGCONT')
    made.close()
    expect([...piped.log, ...log]).toEqual([])
  })

  it('where it goes on behind, leaving the terminal alone until it is in front again', () => {
    const { made, type, log, self, behind, forth } = pretended()
    made.keys()
    type('\u001a')
    behind()
    self.emit('SIGCONT')
    expect(log.slice(2)).toEqual(['raw false', 'pause', 'SIGTSTP to 7'])
    forth()
    self.emit('SIGCONT')
    expect(log.slice(5)).toEqual(['raw true', 'resume'])
    made.close()
  })

  it('at no signal on Windows, which has none', () => {
    expect(pretended('win32').self.eventNames()).toEqual([])
  })
})
