/**
 * What will go wrong with a dataset, found before any step: every finding, by file name.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Config } from '../config/config.js'
import { multiple } from '../config/purpose.js'
import type { Shape } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { decodeAll, type Opening, openingOf } from './dataset.js'
import { datasetFormats } from './format.js'
import type { Clip, Division, Part } from './model.js'
import { pairsOf } from './pairs.js'

/**
 * Something found: in which part, and whether it stops the work (`breaks`) or is only unlikely to be meant.
 *
 * @category model
 * @since 0.1.0
 */
export interface Finding {
  readonly part: Part | null
  readonly breaks: boolean
  readonly problem: Problem
}

/**
 * All that was found, the clips that are sound, and the files that were passed over.
 *
 * @category model
 * @since 0.1.0
 */
export interface Checked {
  readonly division: Division
  readonly findings: ReadonlyArray<Finding>
  readonly train: ReadonlyArray<Clip>
  readonly test: ReadonlyArray<Clip>
  readonly passed: ReadonlyArray<string>
}

/** The sound clips of a dataset, and what they are for. */
interface Subject {
  readonly folder: string
  readonly train: ReadonlyArray<Clip>
  readonly test: ReadonlyArray<Clip>
  readonly config: Config | null
}

type Rule = (subject: Subject) => ReadonlyArray<Finding>

const finding = (
  part: Part | null,
  breaks: boolean,
  file: string,
  at: string,
  expected: string,
  actual: string
): Finding => ({ part, breaks, problem: { _tag: 'BadData', file, at, expected, actual } })

const parts = ['train', 'test'] as const
const shown = ({ height, width }: Shape): string => `${height}x${width}`

const short: Rule = (subject) =>
  parts.flatMap((part) =>
    subject[part]
      .filter(({ frames }) => frames < 2)
      .map(({ source }) => finding(part, true, source, 'frames', 'at least 2, to be source and driving', '1'))
  )

/** The size that most clips have. */
const usual = (clips: ReadonlyArray<Clip>): readonly [string, number] => {
  const counts = new Map<string, number>()
  for (const clip of clips) counts.set(shown(clip), (counts.get(shown(clip)) ?? 0) + 1)
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0])
}

const mixed: Rule = ({ train, test, config }) => {
  const cropped = config?.dataset_params?.augmentation_params.crop_param != null
  return [train, test].flatMap((clips, n) => {
    const [size, count] = usual(clips)
    return clips
      .filter((clip) => shown(clip) !== size)
      .map((clip) => {
        const expected = `${size} as ${count} of ${clips.length} clips`
        return finding(parts[n]!, n === 0 && !cropped, clip.source, 'size', expected, shown(clip))
      })
  })
}

/** The crop of the training, or null. */
const cropOf = (config: Config | null): Shape | null => {
  const [height, width] = config?.dataset_params?.augmentation_params.crop_param?.size ?? []
  return height === undefined || width === undefined ? null : { height, width }
}

const multiples: Rule = ({ train, test, config }) => {
  if (config === null) return []
  const by = multiple(config)
  const fits = ({ height, width }: Shape): boolean => height % by === 0 && width % by === 0
  const due = `multiples of ${by}, as the networks need`
  const crop = cropOf(config)
  const wrong = (part: Part, clips: ReadonlyArray<Clip>): ReadonlyArray<Finding> =>
    clips.filter((c) => !fits(c)).map((c) => finding(part, true, c.source, 'size', due, shown(c)))
  const ofCrop = crop !== null && !fits(crop)
  return [
    ...(ofCrop ? [finding('train', true, 'configuration', 'crop_param.size', due, shown(crop))] : []),
    ...(crop === null ? wrong('train', train) : []),
    ...wrong('test', test)
  ]
}

const crops: Rule = ({ train, config }) => {
  const params = config?.dataset_params?.augmentation_params
  const crop = cropOf(config)
  if (crop === null) {
    if (params?.resize_param == null) return []
    return [finding('train', true, 'configuration', 'resize_param', 'a crop_param beside it', 'none')]
  }
  return train
    .filter((clip) => shown(clip) !== shown(crop))
    .map((clip) => {
      const smaller = clip.height < crop.height || clip.width < crop.width
      const effect = smaller ? 'smaller: its edges are repeated' : 'larger: a part by chance is seen'
      return finding('train', false, clip.source, 'size', `${shown(crop)}, the crop`, `${shown(clip)}, ${effect}`)
    })
}

const enough: Rule = ({ folder, train, config }) => {
  const size = config?.train_params?.batch_size ?? 1
  const due = `at least ${size}, one batch`
  return train.length === 0 || train.length >= size
    ? []
    : [finding('train', true, folder, 'train', due, `${train.length} clips`)]
}

const lasting: Rule = ({ train, config }) => {
  const due = config?.prediction_params?.num_frames ?? 0
  return train
    .filter(({ frames }) => frames >= 2 && frames < due)
    .map((clip) => finding('train', false, clip.source, 'frames', `${due} for the prediction`, `${clip.frames}`))
}

const leaked: Rule = ({ train, test }) => {
  const seen = new Map(train.map(({ sha256, source }) => [sha256, source]))
  return test.flatMap(({ sha256, source }) => {
    const same = seen.get(sha256)
    return same === undefined
      ? []
      : [finding('test', false, source, 'content', 'a clip that is not trained on', `that of ${same}`)]
  })
}

const rules: ReadonlyArray<Rule> = [short, mixed, multiples, crops, enough, lasting, leaked]

const pairs = (test: ReadonlyArray<Clip>, config: Config | null): TE.TaskEither<never, ReadonlyArray<Finding>> => {
  const list = config?.dataset_params?.pairs_list ?? null
  const none: ReadonlyArray<Finding> = []
  if (list === null || config === null) return TE.right(none)
  return pipe(
    pairsOf(test, list, config.transfer_params.num_pairs, 0),
    TE.match(
      (problem): ReadonlyArray<Finding> => [{ part: 'test', breaks: true, problem }],
      () => none
    ),
    TE.fromTask
  )
}

/**
 * Checks a dataset, for a configuration if there is one. All files are decoded, into the cache that training reads.
 *
 * What is wrong with the dataset is among its findings. Fails with `FileTrouble` or `BadData` where the folder or its split
 * file cannot be read, `Interrupted` by the signal.
 *
 * @category files
 * @since 0.1.0
 */
export const checkDataset = (
  folder: string,
  config: Config | null,
  options: Pick<Opening, 'cache' | 'signal' | 'progress' | 'limits' | 'format'>
): TE.TaskEither<Problem, Checked> => {
  const { part: _, ...opening } = config === null ? { part: 'train' as const } : openingOf(config, 'train')
  return pipe(
    (options.format ?? datasetFormats.folder).layout(folder, opening.seed ?? 0),
    TE.bindTo('layout'),
    TE.bind('found', ({ layout }) => decodeAll(folder, [...layout.train, ...layout.test], { ...opening, ...options })),
    TE.flatMap(({ layout, found }) => {
      const partOf = (n: number): Part => (n < layout.train.length ? 'train' : 'test')
      const clipsOf = (part: Part): ReadonlyArray<Clip> =>
        found.flatMap((one, n) => (E.isRight(one) && partOf(n) === part ? [one.right] : []))
      const subject = { folder, train: clipsOf('train'), test: clipsOf('test'), config }
      const empty = parts
        .filter((part) => layout[part].length === 0)
        .map((part) => finding(part, true, folder, part, 'videos', 'none'))
      const broken = found.flatMap(
        (one, n): ReadonlyArray<Finding> =>
          E.isLeft(one) ? [{ part: partOf(n), breaks: true, problem: one.left }] : []
      )
      return pipe(
        pairs(subject.test, config),
        TE.map((unpaired): Checked => {
          const findings = [...empty, ...broken, ...rules.flatMap((rule) => rule(subject)), ...unpaired]
          const { division, passed } = layout
          return { division, findings, train: subject.train, test: subject.test, passed }
        })
      )
    })
  )
}
