/**
 * What every command is called, takes and does, as data; where its body is stands in `table.ts`.
 *
 * @since 0.1.0
 */
import type { Run } from './command.js'
import {
  assignments,
  box,
  choice,
  choices,
  count,
  flag,
  needed,
  numbers,
  optional,
  range,
  rate,
  share,
  size,
  withDefault
} from './option.js'

const backend = choice(['tensorflow', 'wasm', 'cpu'], 'engine to compute with (default: the best that is there)')
const limits = {
  maxPixels: count('N', 'most pixels of a frame that is read'),
  maxFrames: count('N', 'most frames that are read'),
  maxSeconds: count('N', 'longest film that is read')
}
const fit = choice(['crop', 'pad', 'stretch'], 'how pictures are brought to the size (default stretch)')
const cache = optional('DIR', "folder that decoded frames are kept in (default: the user's cache)")
const part = choice(['train', 'test'], 'half of the dataset (default train)')
const normalisation = {
  relative: flag("carry the driving's motion over (default: as the model's configuration says)"),
  absolute: flag("take the driving's positions as they are"),
  adaptScale: flag('scale the motion by the sizes of the objects'),
  adaptVariance: flag('carry the change of the keypoint variance over'),
  clip: flag('hold keypoints inside the picture')
}

/**
 * The commands, in the order of `keyflow --help`.
 *
 * @category model
 * @since 0.1.0
 */
export const declarations = {
  demo: {
    summary: 'animate a picture with a film, both in the package',
    args: {},
    options: { out: withDefault('DIR', 'folder to write into', 'out'), backend },
    examples: ['keyflow demo']
  },
  transfer: {
    summary: 'animate a picture with the motion of a film',
    args: {},
    options: {
      model: needed('FILE', 'model (.safetensors)'),
      source: needed('FILE', 'picture to animate'),
      driving: needed(
        'FILE',
        'film whose motion is taken: video, animation, strip or folder of frames; - for standard input'
      ),
      out: needed('PATH', 'result: .mp4, .webm, .gif, .webp, .png (a strip of frames) or a folder'),
      ...normalisation,
      bestFrame: flag('start the motion at the driving frame whose pose is nearest to the source'),
      compare: flag('show source, driving with keypoints, deformed source and prediction side by side'),
      size: size('size at which the networks work (default: that of the training)'),
      fit,
      batch: count('N', 'frames computed at once (default 8)'),
      noAudio: flag("leave the driving film's sound out"),
      profile: flag('print the time that each kind of node took'),
      writeGraph: optional(
        'FILE',
        'also write the whole command down as a graph (.json), for graph show, check and run'
      ),
      ...limits,
      backend
    },
    examples: [
      'keyflow transfer --model models/shapes.safetensors --source me.png --driving dance.mp4 --out me.mp4',
      'keyflow transfer --model m.safetensors --source a.png --driving b.gif --out c.gif --compare --best-frame'
    ]
  },
  detect: {
    summary: 'keypoints of a picture or film',
    args: { file: needed('FILE', 'picture or film') },
    options: {
      model: needed('FILE', 'model (.safetensors)'),
      out: optional('PATH', 'where to write them: .json, .csv or .safetensors (default: JSON on standard output)'),
      draw: optional('PATH', 'also write the frames with the keypoints drawn'),
      size: size('size at which the network works (default: that of the training)'),
      fit,
      batch: count('N', 'frames computed at once (default 16)'),
      ...limits,
      backend
    },
    examples: ['keyflow detect film.mp4 --model models/shapes.safetensors --out film.csv --draw film-keypoints.mp4']
  },
  reconstruct: {
    summary: 'make films again from their first frames, and measure how near they come',
    args: {},
    options: {
      model: needed('FILE', 'model (.safetensors)'),
      data: needed('DIR', 'dataset, or a folder of films; ground truth lies beside them as NAME.safetensors'),
      part: withDefault('NAME', 'part of the dataset, where it has parts', 'test'),
      videos: count('N', 'films that are measured, from the first on (default all)'),
      trainVideos: count('N', 'films of the train part that lead from keypoints to true joints (default 200)'),
      out: optional('DIR', 'folder for report.json and the predictions'),
      sheet: optional('FILE', 'also draw the keypoints of the first films on one picture (.png)'),
      format: choice(
        ['png', 'frames', 'mp4', 'webm', 'gif', 'webp', 'none'],
        'what predictions are written as (default png, strips; frames where they are not square)'
      ),
      size: size('size at which the networks work (default: that of the training)'),
      fit,
      batch: count('N', 'frames computed at once (default 16)'),
      ...limits,
      backend
    },
    examples: [
      'keyflow reconstruct --model shapes.safetensors --data shapes --videos 100',
      'keyflow reconstruct --model m.safetensors --data creatures --out results --format mp4'
    ]
  },
  evaluate: {
    summary: 'measure how near generated films come to real ones',
    args: {},
    options: {
      real: needed('PATH', 'real film, or folder of films'),
      generated: needed('PATH', 'generated film, or folder of films of the same names'),
      detector: choices(
        ['face', 'body', 'truth'],
        'whose keypoints are compared: 68 face landmarks, 17 body points, or joints in NAME.safetensors beside the films'
      ),
      frechet: flag('also measure a Frechet distance, on the features of the InceptionV3 of nsfwjs'),
      part: withDefault('NAME', 'part of the dataset, where a folder has parts', 'test'),
      videos: count('N', 'films that are measured, from the first on (default all)'),
      size: size('size at which films are compared (default: their own, which must be the same)'),
      frame: size('size of one frame of a strip (default: squares)'),
      fit,
      out: optional('FILE', 'report to write (.json)'),
      draw: optional('DIR', 'folder for films with the detected keypoints, real beside generated'),
      batch: count('N', 'frames looked at at once (default 16)'),
      ...limits,
      backend
    },
    examples: [
      'keyflow evaluate --real real.mp4 --generated made.mp4 --detector face',
      'keyflow evaluate --real shapes/test --generated results --frechet --out report.json'
    ]
  },
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
  },
  'graph list': {
    summary: 'the graphs that there are',
    args: {},
    options: {},
    examples: ['keyflow graph list']
  },
  'graph show': {
    summary: 'draw a graph, or write it down',
    args: { name: needed('NAME', 'graph, or a file that graph show --as json wrote') },
    options: {
      model: optional('FILE', 'model whose configuration the graph is made for'),
      config: optional('FILE', 'configuration (.yaml), instead of a model'),
      as: choice(['mermaid', 'dot', 'json', 'plan'], 'form (default mermaid)'),
      fast: flag('as it is run: with the fast forms, and with what it learns by (mermaid, dot and plan)'),
      set: assignments('option of the graph, as for graph run')
    },
    examples: [
      'keyflow graph show detect --model models/shapes.safetensors',
      'keyflow graph show transfer --config shapes.yaml --as dot | dot -Tsvg > transfer.svg'
    ]
  },
  'graph check': {
    summary: 'every mistake of a graph, or what it takes and gives',
    args: { name: needed('NAME', 'graph, or a JSON file') },
    options: {
      model: optional('FILE', 'model whose configuration the graph is made for'),
      config: optional('FILE', 'configuration (.yaml), instead of a model'),
      set: assignments('option of the graph, as for graph run')
    },
    examples: ['keyflow graph check my-graph.json']
  },
  'graph run': {
    summary: 'run a graph on tensors',
    args: { name: needed('NAME', 'graph, or a JSON file') },
    options: {
      model: needed('FILE', 'model (.safetensors)'),
      inputs: optional('FILE', 'inputs (.safetensors), channels last; not for a graph with sources of its own'),
      outputs: optional('FILE', 'where to write the outputs (.safetensors)'),
      next: optional('FILE', 'model after it, training state and all, for a graph that learns (.safetensors)'),
      config: optional('FILE', "configuration (.yaml), instead of the model's own"),
      taps: flag('write the side outputs too, as taps.NAME'),
      set: assignments(
        'option of the graph: move_location, movement_mult, adapt_variance, clip_mean, frames, init_frames'
      ),
      ...limits,
      backend
    },
    examples: [
      'keyflow graph run detect --model m.safetensors --inputs frames.safetensors --outputs points.safetensors'
    ]
  },
  'dataset check': {
    summary: 'what will go wrong with a dataset, by file name; exits 1 if anything',
    args: { folder: needed('DIR', 'folder of videos, with or without train and test inside') },
    options: {
      config: optional('FILE', 'configuration that it is for (.yaml)'),
      cache,
      ...limits
    },
    examples: ['keyflow dataset check clips --config shapes.yaml']
  },
  'dataset prepare': {
    summary: 'cut training clips out of raw videos; goes on where it was stopped',
    args: { raw: needed('RAW', 'folder of videos, or one video') },
    options: {
      out: needed('DIR', 'folder of the clips, with manifest.json'),
      boxes: optional(
        'FILE',
        'what to cut out, a row for each clip: file,x,y,width,height[,start,end], in pixels and seconds (.csv)'
      ),
      box: box('what to cut out of every video'),
      size: size('size of the clips (default: that of the box or video)'),
      fit: choice(['crop', 'pad', 'stretch'], 'how pictures are brought to the size (default crop)'),
      frames: range('frames of a clip: longer shots become several, shorter ones are left out (default 16-128)'),
      fps: rate('frames per second of the clips (default: those of the video)'),
      cut: share('change of the picture, 0 to 1, from which on a new shot begins (default 0.15)'),
      skipStatic: share('leave out clips that change less than this from frame to frame, such as 0.005'),
      as: choice(
        ['png', 'mp4', 'gif', 'folder'],
        'form of the clips (default png: a strip of frames; where they are not square, image_shape tells their shape)'
      ),
      ...limits
    },
    examples: [
      'keyflow dataset prepare talks --out clips --box 100,60,200,200 --size 128x128 --fps 12',
      'keyflow dataset prepare raw --out clips --boxes boxes.csv --size 64x64 --frames 32-64 --skip-static 0.005'
    ]
  },
  'dataset split': {
    summary: 'keep some clips back for tests: writes split.json, moves nothing',
    args: { folder: needed('DIR', 'folder of clips without train and test inside') },
    options: {
      test: share('share of the clips that is for tests (default 0.2)'),
      seed: count('S', 'seed of the draw (default 0)', 0),
      replace: flag('replace a split that is there')
    },
    examples: ['keyflow dataset split clips --test 0.1 --seed 1', 'rm clips/split.json  # undo it']
  },
  'dataset show': {
    summary: 'draw a contact sheet: a clip in each row',
    args: { folder: needed('DIR', 'folder of a dataset') },
    options: {
      out: needed('FILE', 'picture to write (.png)'),
      part,
      rows: count('N', 'clips, drawn by chance (default 8)'),
      columns: count('N', 'frames of each, evenly spread (default 8)'),
      seed: count('S', 'seed of the draw (default 0)', 0),
      config: optional('FILE', 'configuration (.yaml): size of the frames of strips'),
      augment: flag("show pairs as training draws them, with the configuration's augmentation"),
      cache,
      ...limits
    },
    examples: [
      'keyflow dataset show clips --out sheet.png',
      'keyflow dataset show clips --out pairs.png --config shapes.yaml --augment'
    ]
  },
  'dataset stats': {
    summary: 'how much is in a dataset: clips, sizes, lengths, colours, motion',
    args: { folder: needed('DIR', 'folder of a dataset') },
    options: {
      part,
      config: optional('FILE', 'configuration (.yaml): size of the frames of strips'),
      cache,
      ...limits
    },
    examples: ['keyflow dataset stats clips', 'keyflow dataset stats clips --part test --json']
  },
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
      ...limits,
      backend
    },
    examples: [
      'keyflow train --config shapes.yaml --data clips --out run --steps 2000 --seed 1',
      'keyflow train --config shapes.yaml --data clips --out run --resume'
    ]
  },
  'dataset synth': {
    summary: 'draw videos whose every joint is known; goes on where it was stopped',
    args: {},
    options: {
      kind: choice(['shapes', 'creatures'], 'what to draw: shapes over black, or cartoon animals (must be given)'),
      seed: count('S', 'seed of the drawing (default 0)', 0),
      videos: count('N', 'videos (default 100); more of the same seed begin with the same ones'),
      size: size('size of the frames (default 64x64)'),
      frames: range('frames of a video (default 32-32 for shapes, 16-32 for creatures)'),
      test: count('N', 'one video in so many is for tests, 0 for none (default 10)', 0),
      format: choice(['png', 'gif', 'mp4'], 'form of the videos (default png: a strip of frames)'),
      out: needed('DIR', 'folder for train, test and synth.json; a .safetensors with the joints beside every video')
    },
    examples: [
      'keyflow dataset synth --kind creatures --videos 1000 --size 128x128 --out creatures',
      'keyflow dataset synth --kind shapes --seed 1 --videos 200 --out shapes'
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
      ...limits,
      backend
    },
    examples: [
      'keyflow train-predictor --model m.safetensors --data clips --out run --config moving-gif.yaml',
      'keyflow train-predictor --model m.safetensors --data clips --out run --config moving-gif.yaml --resume'
    ]
  },
  predict: {
    summary: 'make a film of one picture, with a model that has a predictor',
    args: {},
    options: {
      model: needed('FILE', 'model with a predictor (.safetensors)'),
      source: needed('FILE', 'picture to animate; of a film its first frame'),
      driving: optional('FILE', 'film whose first frames begin the motion (default: the source)'),
      out: needed('PATH', 'result: .mp4, .webm, .gif, .webp, .png (a strip of frames) or a folder'),
      frames: count('N', 'frames to make (default: as many as the predictor was trained with)'),
      fps: rate('frames per second (default: those of the driving film; 25 for a picture)'),
      compare: flag(
        'show source, prediction with the predicted keypoints, deformed source and prediction side by side'
      ),
      size: size('size at which the networks work (default: that of the training)'),
      fit,
      batch: count('N', 'frames computed at once (default 8)'),
      ...limits,
      backend
    },
    examples: [
      'keyflow predict --model run/model.safetensors --source horse.png --out horse.gif',
      'keyflow predict --model run/model.safetensors --source walk.gif --out walk.mp4 --frames 64 --compare'
    ]
  },
  doctor: {
    summary: 'what runs here, how fast, and what would mend what does not',
    args: {},
    options: { backend },
    examples: ['keyflow doctor', 'keyflow doctor --json']
  }
}

/** The body of a declared command. */
export type RunOf<K extends keyof typeof declarations> = Run<
  (typeof declarations)[K]['args'],
  (typeof declarations)[K]['options']
>
