// @ts-check
/** Small parts of Markdown. */

/** Text that stands in a cell of a table, where a bar would end it and a bracket would be markup. @param {string} text */
export const cell = (text) =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('{{', '{&#123;').replaceAll('\n', ' ')

/** @param {string} text */
export const code = (text) => (text === '' ? '' : `\`${text.replaceAll('|', '\\|').replaceAll('\n', ' ')}\``)

/** @param {ReadonlyArray<string>} head @param {ReadonlyArray<ReadonlyArray<string>>} rows */
export const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** @param {string} language @param {string} text */
export const fence = (language, text) => `\`\`\`${language}\n${text}\n\`\`\``
