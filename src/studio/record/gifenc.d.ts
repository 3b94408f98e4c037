/** What is used of gifenc, which brings no types. */
declare module 'gifenc' {
  type Palette = ReadonlyArray<ReadonlyArray<number>>
  export const quantize: (rgba: Uint8ClampedArray, colours: number) => Palette
  export const applyPalette: (rgba: Uint8ClampedArray, palette: Palette) => Uint8Array
  export const GIFEncoder: () => {
    readonly writeFrame: (
      index: Uint8Array,
      width: number,
      height: number,
      options: { readonly palette: Palette; readonly delay: number }
    ) => void
    readonly finish: () => void
    readonly bytes: () => Uint8Array<ArrayBuffer>
  }
}
