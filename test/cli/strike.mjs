/** Loaded ahead of a command by `--import`: sends the command a signal once its run has written so many steps. */
import { existsSync, readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const { STRIKE } = process.env
delete process.env.STRIKE // it is not for what the command starts
if (STRIKE !== undefined && isMainThread) {
  const { signal, step, log } = JSON.parse(STRIKE)
  const written = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0)
  const watch = setInterval(() => {
    if (written() < step) return
    clearInterval(watch)
    process.kill(process.pid, signal)
  }, 1)
  watch.unref()
}
