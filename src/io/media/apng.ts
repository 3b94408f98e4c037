/**
 * Animated PNG: its chunks taken apart here, each picture decoded by sharp as a PNG of its own, then composed as the
 * specification says (dispose none, background, previous; blend source, over).
 *
 * @since 0.1.0
 */
import { badData } from './failure.js'
import { overPixels } from './limits.js'
import { type Chunk, chunksOf, pngOf } from './png.js'

/**
 * One frame as it lies in the file: its place on the canvas, how it is laid and taken away, its compressed pixels.
 *
 * @category model
 * @since 0.1.0
 */
interface Part {
  readonly width: number
  readonly height: number
  readonly x: number
  readonly y: number
  readonly delay: number
  readonly dispose: number
  readonly over: boolean
  readonly data: Array<Uint8Array>
}

/**
 * An animated PNG taken apart; `head` are the chunks that each frame needs to be decoded.
 *
 * @category model
 * @since 0.1.0
 */
export interface Apng {
  readonly width: number
  readonly height: number
  readonly head: ReadonlyArray<Chunk>
  readonly parts: ReadonlyArray<Part>
}

/** Chunks that change what the compressed pixels mean. */
const needed: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT'])

const view = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength)

/** Reads the control chunk of the frame of an index. */
const control = (file: string, index: number, canvas: { width: number; height: number }, chunk: Chunk): Part => {
  const bad = (expected: string, actual: string) => badData(file, `frame ${index}, fcTL`, expected, actual)
  if (chunk.data.length !== 26) throw bad('26 bytes', `${chunk.data.length}`)
  const v = view(chunk.data)
  const [width, height, x, y] = [v.getUint32(4), v.getUint32(8), v.getUint32(12), v.getUint32(16)]
  if (width < 1 || height < 1 || x + width > canvas.width || y + height > canvas.height) {
    throw bad(`a place on ${canvas.width}x${canvas.height}`, `${width}x${height}+${x}+${y}`)
  }
  const [num, den, dispose, blend] = [v.getUint16(20), v.getUint16(22), v.getUint8(24), v.getUint8(25)]
  if (dispose > 2 || blend > 1) throw bad('a known dispose and blend', `${dispose} and ${blend}`)
  return { width, height, x, y, delay: (1000 * num) / (den || 100), dispose, over: blend === 1, data: [] }
}

/**
 * Takes an animated PNG apart and judges it: sequence numbers, places, and as many frames as it announces, each with
 * pixels. A picture ahead of the first frame's control chunk is for readers that know no animation: no frame.
 *
 * @category reading
 * @since 0.1.0
 */
export const takeApart = (file: string, bytes: Uint8Array, pixels: number): Apng => {
  const head: Array<Chunk> = []
  const parts: Array<Part> = []
  let canvas = { width: 0, height: 0 }
  let due = 0
  let sequence = 0
  const inOrder = (chunk: Chunk): void => {
    const given = chunk.data.length >= 4 ? view(chunk.data).getUint32(0) : -1
    if (given !== sequence) throw badData(file, `byte ${chunk.at}, ${chunk.name}`, `number ${sequence}`, `${given}`)
    sequence += 1
  }
  for (const chunk of chunksOf(file, bytes)) {
    const { name, data } = chunk
    if (name === 'IHDR' && data.length === 13) {
      canvas = { width: view(data).getUint32(0), height: view(data).getUint32(4) }
      overPixels(file, canvas, pixels)
    }
    if (name === 'acTL') due = data.length === 8 ? view(data).getUint32(0) : 0
    if (needed.has(name)) head.push(chunk)
    if (name === 'fcTL') {
      inOrder(chunk)
      parts.push(control(file, parts.length, canvas, chunk))
    }
    if (name === 'IDAT') parts[0]?.data.push(data)
    if (name === 'fdAT') {
      inOrder(chunk)
      const part = parts[parts.length - 1]
      if (part === undefined) throw badData(file, `byte ${chunk.at}, fdAT`, 'an fcTL chunk before it', 'none')
      part.data.push(data.subarray(4))
    }
  }
  if (due < 1) throw badData(file, 'acTL', 'one frame or more', `${due}`)
  if (parts.length !== due) throw badData(file, `frame ${parts.length}`, `${due} frames`, `${parts.length}`)
  const empty = parts.findIndex((part) => part.data.length === 0)
  if (empty >= 0) throw badData(file, `frame ${empty}`, 'pixels', 'no fdAT chunk')
  return { ...canvas, head, parts }
}

/** The pixels of one part as RGBA. */
const decode = async (file: string, { head }: Apng, part: Part, index: number): Promise<Uint8Array> => {
  const { default: sharp } = await import('sharp')
  const chunks = head.map((chunk) => {
    if (chunk.name !== 'IHDR') return chunk
    const data = Uint8Array.from(chunk.data)
    view(data).setUint32(0, part.width)
    view(data).setUint32(4, part.height)
    return { ...chunk, data }
  })
  try {
    const png = pngOf([...chunks, { name: 'IDAT', data: Buffer.concat(part.data) }])
    return await sharp(png, { limitInputPixels: false, failOn: 'error' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer()
  } catch (cause) {
    throw badData(file, `frame ${index}`, 'a picture that decodes', String((cause as Error).message).trim())
  }
}

/** Lays a part on the canvas. */
const lay = (canvas: Uint8Array, width: number, part: Part, pixels: Uint8Array): void => {
  for (let row = 0; row < part.height; row++) {
    let to = 4 * ((part.y + row) * width + part.x)
    const end = 4 * (row + 1) * part.width
    for (let from = 4 * row * part.width; from < end; from += 4, to += 4) {
      const alpha = pixels[from + 3]!
      if (!part.over || alpha === 255) {
        canvas.set(pixels.subarray(from, from + 4), to)
      } else if (alpha > 0) {
        const under = (canvas[to + 3]! * (255 - alpha)) / 255
        const sum = alpha + under
        for (let c = 0; c < 3; c++)
          canvas[to + c] = Math.round((pixels[from + c]! * alpha + canvas[to + c]! * under) / sum)
        canvas[to + 3] = Math.round(sum)
      }
    }
  }
}

const clear = (canvas: Uint8Array, width: number, part: Part): void => {
  for (let row = part.y; row < part.y + part.height; row++) {
    canvas.fill(0, 4 * (row * width + part.x), 4 * (row * width + part.x + part.width))
  }
}

/**
 * The canvas after each frame, as RGBA, from the first one. The canvas goes on changing: copy what you keep.
 *
 * @category reading
 * @since 0.1.0
 */
export async function* compose(file: string, apng: Apng): AsyncGenerator<Uint8Array, void, undefined> {
  const canvas = new Uint8Array(4 * apng.width * apng.height)
  for (const [index, part] of apng.parts.entries()) {
    const before = part.dispose === 2 ? canvas.slice() : undefined
    lay(canvas, apng.width, part, await decode(file, apng, part, index))
    yield canvas
    if (part.dispose === 1 || (part.dispose === 2 && index === 0)) clear(canvas, apng.width, part)
    else if (before !== undefined) canvas.set(before)
  }
}
