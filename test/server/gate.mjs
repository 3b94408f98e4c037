/** Loaded ahead of a server and what it starts by `--import`: an engine begins only when the file `GATE` is not there. */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const { GATE } = process.env
const isEngine = /server[\\/]engine[\\/]main\.js$/.test(process.argv[1] ?? '')
while (isEngine && GATE !== undefined && existsSync(GATE)) await sleep(10)
