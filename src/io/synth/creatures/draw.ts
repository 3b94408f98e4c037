/**
 * A whole animal in one pose as SVG, back to front.
 *
 * @since 0.1.0
 */
import { blob, type Colour, css, lit, path, plus, ring, tube } from '../svg.js'
import { bordered, type Dressed, outlined } from './coat.js'
import { ear } from './ear.js'
import { back, behind, has, ruff } from './extras.js'
import { beak, face } from './face.js'
import { leg } from './leg.js'
import { onBody, onNeck } from './marks.js'
import { skull, throat, torso } from './outlines.js'
import type { Pose } from './pose.js'
import { tail } from './tail.js'

const ivory: Colour = [45, 40, 92]

/** The trunk of an elephant, and its tusk. */
const trunkOf = ({ animal, coat }: Dressed, { trunk, muzzle }: Pose): readonly [string, string] => {
  if (trunk.length === 0) return ['', '']
  const thick = animal.build.snout.thick
  const tusk = [ring(plus(muzzle, [-1, -2]), 1.7), ring(plus(muzzle, [4, -6]), 1.4), ring(plus(muzzle, [9, -6]), 0.5)]
  return [path(tube(trunk.map((at, i) => ring(at, thick * (1 - i * 0.11)))), coat.coat), path(tube(tusk), ivory)]
}

/** How much darker the legs of the far side are. */
const farSide = 0.74

/**
 * The animal in its own plane (y upwards). `id` tells its clip path from those of other frames.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const drawn = (d: Dressed, pose: Pose, id: string): string => {
  const { animal, coat, marks, outline, tint } = d
  const [body, neck] = [onBody(animal, pose), onNeck(animal, pose)]
  const bird = animal.species.legs === 2
  const wool = has(animal, 'wool')
  const [bodyPath, neckPath] = [torso(animal, pose), throat(animal, pose)]
  const [frontNear, frontFar, rearNear, rearFar] = pose.legs
  const edge = (shapes: string, line: Colour = coat.line): string => bordered(shapes, line, outline)
  const near = leg(d, rearNear, 1) + leg(d, frontNear, 1)
  const headPath = path(skull(animal, pose), wool ? coat.pale : coat.coat)
  const [trunk, tusk] = trunkOf(d, pose)
  const clip = `<clipPath id="${id}"><path d="${bodyPath}"/><path d="${neckPath}"/></clipPath>`
  const coated = `<g clip-path="url(#${id})">${marks.map((mark) => path(mark(body, neck), tint)).join('')}</g>`
  const wing = blob([
    body(0.95, 0.1),
    body(0.75, 0.5),
    body(0.2, 0.4),
    body(-0.55, 0.15),
    body(0.1, -0.35),
    body(0.7, -0.4)
  ])
  const apart = wool || has(animal, 'ruff') || trunk !== ''
  return [
    edge(leg(d, rearFar, farSide) + leg(d, frontFar, farSide), lit(coat.line, 0.9)),
    edge(tail(animal, pose, coat)),
    edge(ear(animal, pose, true, coat)),
    edge(behind(d, pose)),
    wool || bird ? edge(near) : '',
    // One border around body, neck, head and legs: what is drawn after it covers what lies inside.
    edge(
      back(d, body) +
        path(neckPath, coat.coat) +
        path(bodyPath, coat.coat) +
        (apart ? '' : headPath) +
        (wool || bird ? '' : near)
    ),
    marks.length === 0 ? '' : clip + coated,
    wool || bird ? '' : near,
    bird ? `<g ${outlined(css(coat.line), outline * 0.8)}>${path(wing, lit(coat.coat, 0.86))}</g>` : '',
    bird ? edge(beak(d, pose)) : '',
    edge(ruff(d, pose)),
    apart ? edge(headPath + trunk) : headPath,
    tusk,
    face(d, pose),
    edge(ear(animal, pose, false, coat))
  ].join('')
}
