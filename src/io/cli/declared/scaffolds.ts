/**
 * The commands that write the beginning of something of one's own.
 *
 * @since 0.1.0
 */
import { flag, needed, withDefault } from '../option.js'

const options = {
  out: withDefault('DIR', 'folder that the files are written to', '.'),
  force: flag('write over files that are there')
}

const name = needed('NAME', 'name, in words with hyphens between them: edge-glow')

/**
 * The commands that write the beginning of something of one's own.
 *
 * @category model
 * @since 0.1.0
 */
export const scaffolds = {
  'new node': {
    summary: 'write a node of your own: its spec, its laws, a test',
    args: { name },
    options,
    examples: ['keyflow new node edge-glow --out src']
  },
  'new graph': {
    summary: 'write a graph of your own, with its laws and a test',
    args: { name },
    options,
    examples: ['keyflow new graph two-speeds --out src']
  },
  'new pipeline': {
    summary: 'write a program that moves a picture by a film, with a test',
    args: { name },
    options,
    examples: ['keyflow new pipeline puppet --out src']
  }
}
