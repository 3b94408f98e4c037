// @ts-check
/** Drawings as SVG: shapes on light paper, lengths in pixels. */

export const ink = '#12303d'
export const faint = '#b9c6cf'
export const blue = '#12708f'
export const red = '#b3402a'
export const green = '#3c7a3f'

const at = (/** @type {number} */ n) => String(Math.round(n * 100) / 100)
const escaped = (/** @type {string} */ text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** @param {number} x @param {number} y @param {string} said @param {{ fill?: string, anchor?: string, size?: number }} [how] */
export const text = (x, y, said, { fill = ink, anchor = 'middle', size = 12 } = {}) =>
  `<text x="${at(x)}" y="${at(y)}" fill="${fill}" text-anchor="${anchor}" font-size="${size}">${escaped(said)}</text>`

/** @param {number} x @param {number} y @param {number} w @param {number} h @param {string} fill @param {string} [stroke] */
export const rect = (x, y, w, h, fill, stroke = faint) =>
  `<rect x="${at(x)}" y="${at(y)}" width="${at(w)}" height="${at(h)}" fill="${fill}" stroke="${stroke}"/>`

/** @param {number} x @param {number} y @param {number} r @param {string} fill */
export const dot = (x, y, r, fill) => `<circle cx="${at(x)}" cy="${at(y)}" r="${at(r)}" fill="${fill}"/>`

/** @param {number} x @param {number} y @param {number} toX @param {number} toY @param {string} stroke @param {boolean} [tip] */
export const line = (x, y, toX, toY, stroke, tip = false) =>
  `<path d="M${at(x)} ${at(y)}L${at(toX)} ${at(toY)}" stroke="${stroke}" fill="none"${tip ? ` marker-end="url(#${stroke.slice(1)})"` : ''}/>`

/** @param {number} x @param {number} y @param {number} rx @param {number} ry @param {number} degrees @param {string} stroke */
export const ellipse = (x, y, rx, ry, degrees, stroke) =>
  `<ellipse cx="${at(x)}" cy="${at(y)}" rx="${at(rx)}" ry="${at(ry)}" transform="rotate(${at(degrees)} ${at(x)} ${at(y)})" stroke="${stroke}" fill="none"/>`

const tips = [ink, blue, red, green]
  .map(
    (c) =>
      `<marker id="${c.slice(1)}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="${c}"/></marker>`
  )
  .join('')

/** A whole drawing. @param {number} width @param {number} height @param {string} title @param {ReadonlyArray<string>} parts */
export const svg = (width, height, title, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" role="img"><title>${escaped(title)}</title><defs>${tips}</defs><rect width="${width}" height="${height}" fill="#fff"/>${parts.join('')}</svg>\n`

/** Colours of keypoints. */
export const colours = [
  '#b3402a',
  '#12708f',
  '#3c7a3f',
  '#8a5a00',
  '#6a3d9a',
  '#00808a',
  '#a2185b',
  '#4b5d67',
  '#1f4fa3',
  '#7a6a00'
]
