// @ts-check
/**
 * What causes each error and what mends it. `example` is a value of the error, or a line where nothing shows it.
 *
 * @typedef {{ readonly cause: string, readonly remedy: string, readonly example?: any }} Entry
 */
import { session } from './remedies-of-sessions.mjs'

/** @type {Readonly<Record<string, Readonly<Record<string, Entry>>>>} */
export const remedies = {
  Problem: {
    Usage: {
      example: { _tag: 'Usage', at: '--size', expected: 'height and width in pixels, such as 128x96', actual: '64' },
      cause:
        'An option or argument is missing, is not of the form that its help tells, or does not go with another one.',
      remedy:
        'Say what stands after `expected`. `keyflow COMMAND --help` lists the options with examples; the [command reference](./commands.md) has all of them.'
    },
    BadData: {
      example: {
        _tag: 'BadData',
        file: 'film.mp4',
        at: 'frame 12',
        expected: 'a picture',
        actual: 'the end of the file'
      },
      cause:
        'A file is cut off, damaged, or something else than its use needs: a text instead of a film, a model without keypoints, a checkpoint of another network. What a file is, its content says; its name does not count.',
      remedy:
        'Look at the place that is named. `keyflow inspect FILE` lists what a model, checkpoint or safetensors file holds; `keyflow dataset check DIR` tells which clips of a dataset cannot be used. Copy or download the file again if it is cut off.'
    },
    OverLimit: {
      example: {
        _tag: 'OverLimit',
        file: 'long.mp4',
        what: 'number of frames',
        limit: 36000,
        actual: 90000,
        raise: '--max-frames'
      },
      cause:
        'The file is sound, but has more pixels, frames or seconds than one file may have, so that a file of strangers cannot take all memory or time.',
      remedy: 'If you trust the file, give the option that is named with a larger number. Else cut the film first.'
    },
    NoEngine: {
      example: { _tag: 'NoEngine', needed: 'tensorflow', actual: 'not there (no addon)', remedy: 'npm run setup' },
      cause:
        'Native TensorFlow was asked for, or is needed, and could not be loaded: set-up did not find Python 3, pip and a C++ compiler, or the machine is not Linux.',
      remedy:
        'Run the command that is named; `keyflow doctor` tells what is lacking. `--backend wasm` computes without it, many times slower.'
    },
    NoPackage: {
      example: {
        _tag: 'NoPackage',
        needed: '@vladmandic/face-api',
        for: '--detector face',
        remedy: 'npm install @vladmandic/face-api'
      },
      cause: 'The detectors of `evaluate` come from packages that Keyflow does not install by itself.',
      remedy: 'Install the package by the command that is named, in the project where Keyflow is installed.'
    },
    FileTrouble: {
      example: { _tag: 'FileTrouble', file: 'clips', doing: 'read', cause: 'no such file or directory' },
      cause:
        'The operating system refused: the file does not exist, may not be read or written, is a folder, or the disk is full.',
      remedy:
        'Check path, rights and space. Results are written under another name and then renamed, so what was there before is still whole.'
    },
    BadConfig: {
      example: {
        _tag: 'BadConfig',
        file: 'mine.yaml',
        line: 14,
        column: 13,
        at: 'model_params.common_params.num_kp',
        expected: 'a whole number from 1 on',
        actual: '"ten"'
      },
      cause: 'The configuration is not YAML, or a field is missing, misspelt or out of range.',
      remedy:
        'Go to the line and column that are named. [File formats](./formats.md#configuration) lists the sections; `models/creatures.yaml` is a whole one. Several mistakes are told at once.'
    },
    Interrupted: {
      example: { _tag: 'Interrupted', signal: 'SIGINT' },
      cause: 'Ctrl-C, or another program that ended this one.',
      remedy:
        'Nothing is broken: half-written files are removed. `train`, `train-predictor`, `dataset prepare` and `dataset synth` go on where they were (`--resume` for the first two).'
    },
    Problems: {
      example: {
        _tag: 'Problems',
        all: [
          {
            _tag: 'BadData',
            file: 'm.safetensors',
            at: 'kp_detector.predictor.decoder.conv.bias',
            expected: 'F32 of 4',
            actual: 'F32 of 10'
          },
          {
            _tag: 'BadData',
            file: 'm.safetensors',
            at: 'kp_detector.predictor.decoder.conv.weight',
            expected: 'F32 of 4x32x1x7x7',
            actual: 'nothing'
          }
        ]
      },
      cause: 'Several things are wrong with one input. They are told together, at most a hundred.',
      remedy:
        'Mend each as told for its kind. The exit code is that of the first. Often one cause has many effects: weights that all lack or all differ mean that configuration and checkpoint are not of the same model.'
    },
    Failed: {
      example: { _tag: 'Failed', at: 'generator.hourglass.conv', cause: 'out of memory' },
      cause:
        'A graph could not be compiled, or a node failed while it ran. The place is the path of the step, as `keyflow graph show` prints it.',
      remedy:
        'If the cause is one of the errors of graphs or runs below, its entry tells more. Out of memory: a smaller `--batch` or `--size`. NaN or infinity in training: a lower learning rate, from the last good checkpoint, which is named. Else it is a fault of Keyflow: please report it with `keyflow doctor --json`.'
    }
  },
  GraphError: {
    DuplicateStep: {
      example: { _tag: 'DuplicateStep', at: 'blur' },
      cause: 'Two steps of one graph have the same name. Steps made in a loop are the usual cause.',
      remedy:
        'Give each its own, such as the name and a number. To share weights between two steps, give both the same scope, the fourth argument of `step`.'
    },
    UnknownWire: {
      example: { _tag: 'UnknownWire', at: 'sum.b', wire: 'blur.z' },
      cause:
        'A step reads a wire that no earlier step makes: of another graph, of a later step, or under a name that the node does not have.',
      remedy:
        'Wires are what `step` returned: pass those on instead of writing names. In JSON, order the steps so that each stands behind those it reads.'
    },
    BadDoor: {
      example: { _tag: 'BadDoor', at: 'sources', expected: 'one that ticks', actual: 'film, camera' },
      cause:
        'A graph with sources and sinks cannot be played: two sources tick, a sink keeps the timing of nothing, or an input has no source.',
      remedy:
        'One film sets the pace; everything else is held (`readPicture`, `readFrame`). Join films of different rates as streams, with the operators of `keyflow/streams`.'
    },
    WeightConflict: {
      example: { _tag: 'WeightConflict', at: 'conv', expected: 'float32[3 3 3 8]', actual: 'float32[3 3 8 8]' },
      cause: 'Two steps have one scope, so they would share weights, but need weights of different sizes.',
      remedy: 'Give them different scopes, or make them nodes of the same settings.'
    },
    DtypeConflict: {
      example: { _tag: 'DtypeConflict', at: 'pick.index', expected: 'int32', actual: 'float32' },
      cause: 'A wire carries numbers of another type than the step reads.',
      remedy: 'Put a node between that casts, or alter the spec of the node that makes them.'
    },
    RankConflict: {
      example: { _tag: 'RankConflict', at: 'warp.flow', expected: 'B h w 2', actual: 'B K 2' },
      cause:
        'A wire carries a tensor with another number of dimensions, often because two wires of a record were exchanged.',
      remedy: 'Compare the two specs that are shown and wire the other one.'
    },
    SizeConflict: {
      example: { _tag: 'SizeConflict', at: 'sum.b[1]', expected: 'H', actual: 'W' },
      cause:
        'Two sizes that must be equal are not, for any input: here the second dimension of `b` is due to be `H` and is `W`. Or a size of a network does not divide, such as 65 by 32.',
      remedy:
        'Compare the dims of both sides. `keyflow graph check` and `compile` tell all of them before a tensor exists. Sizes of pictures: a multiple of 2 to the depth of the hourglass (`num_blocks`).'
    }
  },
  RunError: {
    BadInput: {
      example: {
        _tag: 'BadInput',
        at: '',
        errors: [{ _tag: 'WrongRank', at: 'image', expected: '[B H W 3]', actual: '[64 64 3]' }]
      },
      cause:
        'A value that was given to a graph or node does not fit its spec. The rest of the line is an error of a spec, below.',
      remedy: 'Give what is expected; a batch of one picture is `[1, H, W, 3]` (`tf.expandDims`).'
    },
    BadOutput: {
      example: {
        _tag: 'BadOutput',
        at: 'points',
        errors: [{ _tag: 'WrongSize', at: 'mean[1]', expected: '5', actual: '4', known: 'B=1 H=8 W=8 K=5' }]
      },
      cause: 'A node returned something else than its spec promises. Looked for under `{ check: true }` alone.',
      remedy: 'Mend the node, or its spec. `keyflow new node` writes a test that finds this.'
    },
    BadWeights: {
      example: {
        _tag: 'BadWeights',
        at: 'generator.conv',
        errors: [{ _tag: 'NotATensor', at: 'weight', actual: 'undefined' }]
      },
      cause: 'The weights that were given are not those that the program needs: of another model, or some are missing.',
      remedy:
        'Take `valuesOf(model)` of a model of this graph, or `initial(program, seed)` for new ones; `program.weights` lists what is needed.'
    },
    NodeThrew: {
      example: {
        _tag: 'NodeThrew',
        at: 'motion.blur',
        cause: 'depth of input (3) must match input depth for filter 8'
      },
      cause: 'The body of a node threw. `cause` is what it threw, with its stack.',
      remedy:
        'For a node of yours, mend it. A step that TensorFlow refuses is most often a size that the spec does not say.'
    },
    NotFinite: {
      example: { _tag: 'NotFinite', at: 'losses' },
      cause: 'A loss or an update is NaN or infinite: training diverged, or a picture held such values.',
      remedy:
        'Go on from the last good checkpoint with a lower rate (`--init`, `--fine-tune`), and look at the data with `keyflow dataset check`.'
    }
  },
  SpecError: {
    NotATensor: {
      example: { _tag: 'NotATensor', at: 'image', actual: 'undefined' },
      cause: 'The value at this path is missing, or is an array instead of a tensor.',
      remedy: 'Make it one (`tf.tensor`), under the name that the spec has.'
    },
    WrongDtype: {
      example: { _tag: 'WrongDtype', at: 'image', expected: 'float32', actual: 'int32' },
      cause: 'Bytes or indices where floats are due, or the other way round.',
      remedy: "`tf.cast(x, 'float32')`; pictures are floats from 0 to 1."
    },
    WrongRank: {
      example: { _tag: 'WrongRank', at: 'image', expected: '[B H W 3]', actual: '[64 64 3]' },
      cause: 'The number of dimensions differs.',
      remedy: 'Add or remove one: `tf.expandDims`, `tf.squeeze`, `tf.reshape`.'
    },
    WrongSize: {
      example: { _tag: 'WrongSize', at: 'flow[0]', expected: '2', actual: '3', known: 'B=2 H=64 W=64' },
      cause:
        'One name stands for two sizes, or a size is not the number that the spec says. `known` are the sizes that the other values fix.',
      remedy: 'Compare the value at the path with the known sizes. `1|B` takes 1 or `B` only.'
    }
  },
  JsonError: {
    BadGraph: {
      example: 'steps.2.node.kind: expected one of the catalogue, got "wrap"',
      cause:
        'A graph in JSON has a field that is missing or wrong, or names a kind of node or a setting that there is not.',
      remedy:
        'Compare with what `keyflow graph show NAME --as json` writes. A kind of your own must be given: `keyflow graph check FILE` tells every mistake with its place.'
    }
  },
  ...session
}
