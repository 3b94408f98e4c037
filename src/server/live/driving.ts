/**
 * Driving frames as the engine takes them.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Sent } from '../../client/protocol.js'
import type { Driving } from '../engine/wire.js'
import { type Refusal, refusal } from '../http/refusal.js'
import type { Known } from '../models.js'
import { toPixels } from './pixels.js'

const floatsEach = (variance: number | string): number =>
  typeof variance === 'number' ? 0 : variance === 'single' ? 1 : 4

/**
 * A driving frame at the model's size, or a pose with as many numbers as the model's have.
 *
 * @category conversion
 * @since 0.1.0
 */
export const drivingOf = async (
  sent: Sent,
  { shown, params }: Known,
  pixels: number
): Promise<E.Either<Refusal, Driving>> => {
  if (sent.kind !== 'pose')
    return E.map((bytes: Uint8Array): Driving => ({ pixels: bytes }))(await toPixels(sent.picture, shown.size, pixels))
  const { mean, var: spread } = sent.pose
  const each = floatsEach(params.common_params.kp_variance)
  const wrong = (where: string, expected: string, actual: number) =>
    E.left(refusal(422, 'pose', 'The pose is not one of this model', { where, expected, actual: String(actual) }))
  if (mean.length !== 2 * shown.keypoints) return wrong('keypoints', String(shown.keypoints), mean.length / 2)
  const given = spread?.length ?? 0
  if (given !== each * shown.keypoints) return wrong('variance', `${each} floats each`, given / shown.keypoints)
  return E.right({ pose: spread === undefined ? { mean } : { mean, var: spread } })
}
