/**
 * The commands that make films or measure them.
 *
 * @since 0.1.0
 */
import {
  amount,
  choice,
  choices,
  count,
  flag,
  needed,
  openChoice,
  optional,
  rate,
  several,
  size,
  times,
  withDefault
} from '../option.js'
import { backend, extensions, fit, limits, streamed } from './common.js'

const normalisation = {
  relative: flag("carry the driving's motion over (default: as the model's configuration says)"),
  absolute: flag("take the driving's positions as they are"),
  adaptScale: flag('scale the motion by the sizes of the objects'),
  adaptVariance: flag('carry the change of the keypoint variance over'),
  clip: flag('hold keypoints inside the picture')
}

const measure = several('NAME', 'measure of an extension to take as well')

/**
 * The commands that make films or measure them.
 *
 * @category model
 * @since 0.1.0
 */
export const animation = {
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
      driving: optional(
        'FILE',
        'film whose motion is taken: video, animation, strip or folder of frames; - for standard input, /dev/video0 or camera:0; or what a source of an extension takes'
      ),
      motion: optional('FILE', 'motion template instead of a film (.safetensors, from keyflow detect --out)'),
      out: needed(
        'PATH',
        'result: .mp4, .webm, .gif, .webp, .png (a strip of frames) or a folder; - for standard output; or what a sink of an extension takes'
      ),
      format: choice(['mp4', 'webm', 'mjpeg', 'raw'], 'what standard output is packed as (default mp4)'),
      policy: choice(
        ['block', 'latest'],
        'where frames come too fast: let them wait, or take the latest and drop others (default block)'
      ),
      ...streamed,
      ...normalisation,
      strength: amount('N', 'how far relative motion goes: 1 as driven, 0 not at all (default 1)', 10),
      smooth: flag('hold the driving keypoints steady (one-euro filter)'),
      minCutoff: amount('HZ', 'how steady at rest: lower is steadier (default 1)', 1000),
      beta: amount('N', 'how closely fast motion is followed (default 2)', 1000),
      recalibrate: times(
        'start relative motion anew at these seconds; that of a stream also at SIGUSR2, and at the key r in a terminal'
      ),
      bestFrame: flag('start the motion at the driving frame whose pose is nearest to the source'),
      compare: flag('show source, driving with keypoints, deformed source and prediction side by side'),
      size: size('size at which the networks work (default: that of the training)'),
      fit,
      batch: count('N', 'frames computed at once (default 8; 1 to standard output, from a camera, and for the latest)'),
      noAudio: flag("leave the driving film's sound out"),
      profile: flag('print the time that each kind of node took'),
      writeGraph: optional(
        'FILE',
        'also write the whole command down as a graph (.json), for graph show, check and run'
      ),
      ...extensions,
      ...limits,
      backend
    },
    examples: [
      'keyflow transfer --model models/shapes.safetensors --source me.png --driving dance.mp4 --out me.mp4',
      'keyflow transfer --model m.safetensors --source a.png --driving b.gif --out c.gif --compare --best-frame',
      'ffmpeg -i film.mkv -f mjpeg - | keyflow transfer --model m.safetensors --source a.png --driving - --out - --format mjpeg | ffplay -',
      'keyflow transfer --model m.safetensors --source a.png --driving camera:0 --policy latest --out - | ffplay -'
    ]
  },
  detect: {
    summary: 'keypoints of a picture or film',
    args: { file: needed('FILE', 'picture or film; - for standard input, /dev/video0 or camera:0') },
    options: {
      model: needed('FILE', 'model (.safetensors)'),
      out: optional('PATH', 'where to write them: .json, .csv or .safetensors (default: JSON on standard output)'),
      draw: optional('PATH', 'also write the frames with the keypoints drawn'),
      size: size('size at which the network works (default: that of the training)'),
      fit,
      batch: count('N', 'frames computed at once (default 8)'),
      ...streamed,
      ...extensions,
      ...limits,
      backend
    },
    examples: ['keyflow detect film.mp4 --model models/shapes.safetensors --out film.csv --draw film-keypoints.mp4']
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
      ...extensions,
      ...limits,
      backend
    },
    examples: [
      'keyflow predict --model run/model.safetensors --source horse.png --out horse.gif',
      'keyflow predict --model run/model.safetensors --source walk.gif --out walk.mp4 --frames 64 --compare'
    ]
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
      format: openChoice(
        ['png', 'frames', 'mp4', 'webm', 'gif', 'webp', 'none'],
        'what predictions are written as, or the ending of what a sink of an extension takes (default png, strips; frames where they are not square)'
      ),
      size: size('size at which the networks work (default: that of the training)'),
      fit,
      measure,
      batch: count('N', 'frames computed at once (default 16)'),
      ...extensions,
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
      measure,
      part: withDefault('NAME', 'part of the dataset, where a folder has parts', 'test'),
      videos: count('N', 'films that are measured, from the first on (default all)'),
      size: size('size at which films are compared (default: their own, which must be the same)'),
      frame: size('size of one frame of a strip (default: squares)'),
      fit,
      out: optional('FILE', 'report to write (.json)'),
      draw: optional('DIR', 'folder for films with the detected keypoints, real beside generated'),
      format: openChoice(
        ['mp4', 'webm', 'gif', 'webp', 'png', 'frames'],
        'what they are written as, or the ending of what a sink of an extension takes (default mp4)'
      ),
      batch: count('N', 'frames looked at at once (default 16)'),
      ...extensions,
      ...limits,
      backend
    },
    examples: [
      'keyflow evaluate --real real.mp4 --generated made.mp4 --detector face',
      'keyflow evaluate --real shapes/test --generated results --frechet --out report.json'
    ]
  }
}
