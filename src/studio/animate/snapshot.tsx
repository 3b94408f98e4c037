/**
 * A picture from the camera.
 *
 * @since 0.1.0
 */
import { useEffect, useRef } from 'preact/hooks'
import { closeCamera, openCamera } from '../media/camera.js'
import { snapshot } from '../media/pictures.js'
import { takeSource } from '../state/intake.js'
import { settings } from '../state/settings.js'
import { attempt, tell } from '../state/troubles.js'

/** The camera's picture and a button that takes it. The camera goes off with it. */
export const Snapshot = ({ done }: { readonly done: () => void }) => {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    let [gone, stream] = [false, undefined as MediaStream | undefined]
    openCamera().then(
      (opened) => {
        if (gone || video.current === null) return closeCamera(opened)
        stream = opened
        video.current.srcObject = opened
      },
      (cause: unknown) => {
        tell('source', cause)
        done()
      }
    )
    return () => {
      gone = true
      if (stream !== undefined) closeCamera(stream)
    }
  }, [])
  const take = () =>
    attempt('source', async () => {
      if (video.current === null) return
      await takeSource(await snapshot(video.current, settings.mirror.value), 'Snapshot')
      done()
    })
  return (
    <div class="group snapshot">
      <video ref={video} autoplay muted playsInline class={settings.mirror.value ? 'mirrored' : ''} aria-label="Camera" />
      <button type="button" class="button first" onClick={take}>
        Take it
      </button>
    </div>
  )
}
