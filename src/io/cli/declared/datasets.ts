/**
 * The commands on datasets.
 *
 * @since 0.1.0
 */
import { box, choice, count, flag, needed, optional, range, rate, share, size } from '../option.js'
import { cache, extensions, limits, part } from './common.js'

/**
 * The commands on datasets.
 *
 * @category model
 * @since 0.1.0
 */
export const datasets = {
  'dataset check': {
    summary: 'what will go wrong with a dataset, by file name; exits 1 if anything',
    args: { folder: needed('DIR', 'folder of videos, with or without train and test inside') },
    options: {
      config: optional('FILE', 'configuration that it is for (.yaml)'),
      cache,
      ...extensions,
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
      ...extensions,
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
      ...extensions,
      ...limits
    },
    examples: ['keyflow dataset stats clips', 'keyflow dataset stats clips --part test --json']
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
  }
}
