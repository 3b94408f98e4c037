/**
 * The pictures of the stage.
 *
 * @since 0.1.0
 */
import { useEffect, useRef } from 'preact/hooks'
import { putPicture, putPixels, putPoints, sized } from '../draw/paint.js'
import { wheelKey } from '../draw/wheel.js'
import { pictured, video } from '../media/player.js'
import { Canvas } from '../parts/canvas.js'
import { driver, source } from '../state/chosen.js'
import { running, shown, sourcePoints } from '../state/live.js'
import { settings } from '../state/settings.js'
import { Tile } from './tile.js'

const clear = (canvas: HTMLCanvasElement) => void sized(canvas, 1, 1)
const square = { width: 64, height: 64 }

/** Keypoints over a picture, while they are to be shown. */
const over = (points: () => ArrayLike<number> | undefined) => (canvas: HTMLCanvasElement) => {
  const now = points()
  if (now === undefined || !settings.keypoints.value) clear(canvas)
  else putPoints(canvas, now, shown.value ?? square)
}

/** The chosen picture with the keypoints that were found on it. */
export const SourceTile = () => (
  <Tile
    title="Source"
    kind="source"
    empty={source.value === undefined && 'Choose a picture'}
    paint={(canvas) => (source.value === undefined ? clear(canvas) : putPicture(canvas, source.value.bitmap))}
    points={over(() => (source.value === undefined ? undefined : sourcePoints.value))}
  />
)

/** The video as it plays, under the frame whose result is shown. */
const Playing = () => {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    place.current?.append(video)
    video.setAttribute('aria-hidden', 'true')
    video.tabIndex = -1
    return () => video.remove()
  }, [])
  const mirrored = driver.value?.kind === 'camera' && settings.mirror.value
  return <div ref={place} class={`playing${mirrored ? ' mirrored' : ''}`} hidden={!pictured.value} />
}

/** The driving frame that the result was made of, with its keypoints. */
export const DrivingTile = () => (
  <Tile
    title="Driving"
    kind="driving"
    empty={driver.value === undefined ? 'Choose what moves it' : driver.value.kind === 'motion' && !running.value && driver.value.name}
    paint={(canvas) => {
      const image = running.value ? shown.value?.driving : undefined
      if (image === undefined) clear(canvas)
      else putPixels(canvas, image.data as Uint8ClampedArray<ArrayBuffer>, image.width, image.height)
    }}
    points={over(() => (running.value ? shown.value?.seen.mean : undefined))}
  >
    <Playing />
  </Tile>
)

/** The result. */
export const ResultTile = () => (
  <Tile
    title="Result"
    kind="result"
    empty={shown.value === undefined && !running.value && 'Press start'}
    paint={(canvas) => (shown.value === undefined ? clear(canvas) : putPicture(canvas, shown.value.prediction))}
  />
)

/** The source, bent by the optical flow alone. */
export const DeformedTile = () => (
  <Tile
    title="Deformed"
    kind="deformed"
    paint={(canvas) => (shown.value?.deformed === undefined ? clear(canvas) : putPicture(canvas, shown.value.deformed))}
  />
)

const putImage = (canvas: HTMLCanvasElement, image: ImageData | undefined) =>
  image === undefined
    ? clear(canvas)
    : putPixels(canvas, image.data as Uint8ClampedArray<ArrayBuffer>, image.width, image.height)

/** The optical flow as colours, with their key. */
export const FlowTile = () => (
  <Tile
    title="Optical flow"
    kind="flow"
    aside={
      <span class="key">
        <Canvas paint={(canvas) => putPixels(canvas, wheelKey(56), 56, 56)} />
      </span>
    }
    paint={(canvas) => putImage(canvas, shown.value?.flow)}
  />
)

/** Which keypoint each pixel follows. */
export const MaskTile = () => <Tile title="Mask" kind="mask" paint={(canvas) => putImage(canvas, shown.value?.mask)} points={over(() => shown.value?.aim.mean)} />
