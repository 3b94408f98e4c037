/**
 * The commands that learn.
 *
 * @since 0.1.0
 */
import { count, flag, needed, numbers, optional } from '../option.js'
import { backend, cache, extensions, limits } from './common.js'

/**
 * The commands that learn.
 *
 * @category model
 * @since 0.1.0
 */
export const training = {
  train: {
    summary: 'train a model on a folder of videos',
    args: {},
    options: {
      config: needed('FILE', "configuration (.yaml), as the original's"),
      data: needed('DIR', 'dataset: train/ and test/, or one folder of videos that is divided by chance'),
      out: needed('DIR', 'folder of the run: log, curves, pictures, checkpoints'),
      init: optional(
        'FILE',
        'model to start from; goes on with its training where it has a state of it (.safetensors)'
      ),
      resume: flag('go on with the run in the folder'),
      fineTune: flag('start from the weights of --init alone, at a tenth of the learning rate'),
      seed: count('N', 'seed of weights, order and augmentation (default 0)', 0),
      steps: count('N', 'the step to stop at (default: the epochs of the configuration)'),
      checkpointEvery: count('N', 'steps between checkpoints (default 250); the last two and the best are kept'),
      keepEvery: count('N', 'steps between checkpoints that are kept for good (default: none)'),
      pictureEvery: count('N', "steps between pictures (default: the configuration's log_freq_iter)"),
      cache,
      ...extensions,
      ...limits,
      backend
    },
    examples: [
      'keyflow train --config shapes.yaml --data clips --out run --steps 2000 --seed 1',
      'keyflow train --config shapes.yaml --data clips --out run --resume'
    ]
  },
  ablate: {
    summary: 'train and measure a model for each of several numbers of keypoints',
    args: {},
    options: {
      config: needed('FILE', 'configuration (.yaml) whose number of keypoints is varied'),
      data: needed('DIR', 'dataset with the parts train and test'),
      keypoints: numbers('N,N,...', 'numbers of keypoints', [1, 2, 5, 10, 20]),
      out: needed('DIR', 'folder for the models, ablation.json, ablation.txt and ablation.svg'),
      steps: count('N', 'steps of each training (default: as the configuration says)'),
      seed: count('N', 'seed of each training (default 0)', 0),
      videos: count('N', 'films of the test part that are measured (default all)'),
      batch: count('N', 'frames measured at once (default 16)'),
      cache,
      ...extensions,
      ...limits,
      backend
    },
    examples: ['keyflow ablate --config taichi.yaml --data taichi --keypoints 1,2,5,10,20 --out ablation']
  },
  'train-predictor': {
    summary: 'teach a model how keypoints move on, so that it makes films of one picture',
    args: {},
    options: {
      model: needed('FILE', 'model whose keypoints are learned (.safetensors)'),
      data: needed('DIR', 'dataset: train/ and test/, or one folder of videos that is divided by chance'),
      out: needed('DIR', 'folder of the run; model.safetensors in it is the model with its predictor'),
      config: optional('FILE', "configuration (.yaml) whose prediction_params are taken, instead of the model's"),
      resume: flag('go on with the run in the folder'),
      seed: count('N', 'seed of weights, windows and dropout (default 0)', 0),
      steps: count('N', 'the step to stop at (default: the epochs of the configuration)'),
      checkpointEvery: count('N', 'steps between checkpoints (default 250)'),
      cache,
      ...extensions,
      ...limits,
      backend
    },
    examples: [
      'keyflow train-predictor --model m.safetensors --data clips --out run --config moving-gif.yaml',
      'keyflow train-predictor --model m.safetensors --data clips --out run --config moving-gif.yaml --resume'
    ]
  }
}
