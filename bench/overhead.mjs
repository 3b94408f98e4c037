/** The graph's own cost: microseconds per node and tick beyond the bare operations, streamed, checks off. One line of JSON. */
import { from, lastValueFrom, map } from 'rxjs'
import { compile } from '../dist/graphs/compile.js'
import { graph } from '../dist/graphs/graph.js'
import { sigmoid } from '../dist/nodes/activations.js'
import { record, tensor } from '../dist/nodes/spec.js'
import * as tf from '../dist/nodes/tf.js'
import { stream } from '../dist/streams/stream.js'

await tf.startEngine()
const [nodes, ticks] = [100, 300]
const chain = graph('chain', record({ x: tensor('B H W C') }), ({ x }, { step }) => {
  let y = x
  for (let i = 0; i < nodes; i++) y = step(`s${i}`, sigmoid, { x: y }).y
  return { y }
})
const program = compile(chain).right
const x = tf.zeros([1, 1, 1, 1])
const streamed = async () => {
  const began = performance.now()
  const inputs = function* () {
    for (let i = 0; i < ticks; i++) yield { x: tf.clone(x) }
  }
  await lastValueFrom(
    from(inputs()).pipe(
      stream(program, { check: false })({}, {}),
      map((o) => tf.dispose(o))
    )
  )
  return performance.now() - began
}
const bare = () => {
  const began = performance.now()
  for (let i = 0; i < ticks; i++) {
    let y = tf.clone(x)
    for (let n = 0; n < nodes; n++) {
      const next = tf.sigmoid(y)
      y.dispose()
      y = next
    }
    y.dispose()
  }
  return performance.now() - began
}
const pairs = []
for (let i = 0; i < 7; i++) pairs.push([await streamed(), bare()])
const best = (k) => Math.min(...pairs.slice(1).map((p) => p[k]))
const each = (milliseconds) => (milliseconds * 1000) / (nodes * ticks)
console.log(
  JSON.stringify({
    microsecondsPerNode: each(best(0) - best(1)),
    streamed: each(best(0)),
    bareOperation: each(best(1))
  })
)
