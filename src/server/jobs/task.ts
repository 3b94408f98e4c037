/**
 * What a job asks for, with its addresses as files on this machine.
 *
 * @since 0.1.0
 */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { isOurs } from '../files/store.js'
import { fromProblem, type Refusal, refusal } from '../http/refusal.js'
import type { JobRequest } from '../http/shapes.js'
import type { World } from '../world.js'
import type { Task } from './queue.js'

const wrong = (where: string, expected: string, actual: string, status = 400): E.Either<Refusal, never> =>
  E.left(
    refusal(status, status === 404 ? 'not-found' : 'bad-request', 'The job cannot be done', { where, expected, actual })
  )

/** The file behind an address of an upload, a result or a sample here. */
const fileAt = async (
  { store, samples }: World,
  where: string,
  address: string
): Promise<E.Either<Refusal, string>> => {
  const [, kind, name = ''] = /^\/api\/(uploads|results|samples)\/([\w.-]+)$/.exec(address) ?? []
  if (kind === 'samples') {
    const file = await samples.file(name)
    if (file !== undefined) return E.mapLeft(fromProblem)(file)
  } else if (kind !== undefined && isOurs(name)) {
    const path = join(kind === 'uploads' ? store.uploads : store.results, name)
    const there = await access(path).then(
      () => true,
      () => false
    )
    if (there) return E.right(path)
  }
  return wrong(where, 'the address of an upload, a result or a sample', address, kind === undefined ? 400 : 404)
}

/**
 * The task of a request, or why it is none.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const taskOf = async (
  world: World,
  { source, driving, motion, model, options = {} }: JobRequest
): Promise<E.Either<Refusal, Task>> => {
  const known = model === undefined ? [...world.models.values()][0] : world.models.get(model)
  if (known === undefined) return wrong('model', [...world.models.keys()].join(', '), model ?? 'none', 404)
  if ((driving === undefined) === (motion === undefined))
    return wrong('driving', 'one of driving and motion', driving === undefined ? 'neither' : 'both')
  if (options.relative === true && options.absolute === true)
    return wrong('options', 'one of relative and absolute', 'both')
  const from = await fileAt(world, 'source', source)
  if (E.isLeft(from)) return from
  const by = await fileAt(world, driving === undefined ? 'motion' : 'driving', driving ?? motion ?? '')
  if (E.isLeft(by)) return by
  const files = {
    model: known.path,
    source: from.right,
    driving: driving === undefined ? undefined : by.right,
    motion: motion === undefined ? undefined : by.right
  }
  return E.right({ model: known.shown.name, files, options })
}
