/** Writes checkpoint A and then B under one name, and says on standard output what came of each. */
import { writeSync } from 'node:fs'
import { writeAtomic } from '../../../dist/io/files/atomic.js'
import { storedFloat32, writeSafetensors } from '../../../dist/io/safetensors/safetensors.js'

const [path, kind] = process.argv.slice(2)

/** Many numbers, all `value`: as tensors, or as bytes that come in pieces. */
const write = (value) =>
  kind === 'tensors'
    ? writeSafetensors(path, {
        tensors: { w: storedFloat32([2000], new Float32Array(2000).fill(value)) },
        metadata: {}
      })
    : writeAtomic(
        path,
        Array.from({ length: 4 }, () => new Uint8Array(500).fill(value))
      )

for (const [name, value] of Object.entries({ A: 1, B: 2 })) {
  const result = await write(value)()
  writeSync(1, result._tag === 'Right' ? `${name} ` : `${name}: ${result.left.cause} `)
}
writeSync(1, 'end')
