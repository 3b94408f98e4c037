/**
 * The commands that turn models and checkpoints into one another.
 *
 * @since 0.1.0
 */
import { choice, flag, needed } from '../option.js'

/**
 * The commands that turn models and checkpoints into one another.
 *
 * @category model
 * @since 0.1.0
 */
export const models = {
  import: {
    summary: "make a model of the original's checkpoint",
    args: { checkpoint: needed('CHECKPOINT', 'PyTorch checkpoint (.pth.tar), or safetensors with the same names') },
    options: {
      config: needed('FILE', 'configuration of the checkpoint (.yaml)'),
      out: needed('FILE', 'model to write (.safetensors)'),
      half: flag('keep kernels in 16 bits: half the size; training cannot go on from them'),
      weightsOnly: flag('leave the state of the optimisers out')
    },
    examples: ['keyflow import vox.pth.tar --config vox.yaml --out vox.safetensors']
  },
  export: {
    summary: "write a model's weights and training state as the original and PyTorch read them",
    args: { model: needed('MODEL', 'model (.safetensors)') },
    options: {
      out: needed('FILE', 'what to write: .safetensors, or .pth, .pth.tar or .pt for a checkpoint'),
      format: choice(
        ['safetensors', 'pth', 'pth-legacy'],
        'form, if the name of the file does not tell; pth-legacy is for PyTorch before 1.6'
      )
    },
    examples: [
      'keyflow export m.safetensors --out weights.safetensors',
      'keyflow export m.safetensors --out checkpoint.pth.tar'
    ]
  },
  inspect: {
    summary: 'list the tensors and metadata of a model, checkpoint or safetensors file',
    args: { file: needed('FILE', 'file to look into; nothing in it is run') },
    options: {},
    examples: ['keyflow inspect models/shapes.safetensors', 'keyflow inspect checkpoint.pth.tar --json']
  }
}
