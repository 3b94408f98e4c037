/** What the page is built with. */
interface ImportMeta {
  readonly env: { readonly DEV: boolean }
}
