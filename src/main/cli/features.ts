import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { LabError } from '../../shared/contract'
import type {
  DenseFeatures,
  DenseFeatureSpec,
  FeatureClassification,
  FeatureClassifierSpec,
  Spread,
} from '../../shared/contract/dense-features'
import { middleScale } from '../../shared/spec'
import { classifyFeatures } from '../engine/evaluate/features/classify-features'
import { describeExtracted } from '../engine/evaluate/features/describe-features'
import { extractFeatures } from '../engine/evaluate/features/extract-features'
import {
  nameFeatureFiles,
  writeFeatures,
  type FeatureFiles,
} from '../engine/evaluate/features/write-features'
import { readRun } from '../engine/training'
import { askModels } from './ask-models'
import { EXIT } from './exit-codes'
import { formatCount, formatShare, formatTable, printJson, type Output } from './output'
import { checkOutputFile } from './output-file'

/** Options of `vgg-lab features`. */
export interface FeaturesOptions {
  /** A `.npy` file. */
  readonly out: string
  readonly layer: string
  /** null for the middle of the training scale. */
  readonly scales: readonly number[] | null
  readonly flip: boolean
  readonly combine: DenseFeatureSpec['combine']
  /** Run folders. */
  readonly fuse: readonly string[]
  readonly normalise: boolean
  readonly half: DenseFeatureSpec['data']['half']
  readonly checkpoint: string | null
  /** Whether classifiers are trained. */
  readonly classify: boolean
  /** null: given where the data has halves. */
  readonly split: 'given' | 'drawn' | null
  readonly trainPerClass: number
  readonly testPerClass: number | null
  readonly splits: number
  readonly cost: number | null
  readonly seed: number
  readonly json: boolean
  readonly signal: AbortSignal
}

/** The document of `features --json`. */
export interface FeaturesReport {
  readonly features: string
  readonly data: string
  /** `[N, D]` */
  readonly shape: readonly [number, number]
  readonly out: string
  readonly names: string
  readonly classes: DenseFeatures['classes']
  readonly unreadable: DenseFeatures['unreadable']
  readonly notes: readonly string[]
  /** Of `--classify`; shares in 0..1. */
  readonly classifier?: Omit<FeatureClassification, 'features'>
}

/**
 * `vgg-lab features <run> [folder]`: descriptors of pictures (appendix B) as npy with names, and linear
 * classifiers on them.
 * @returns the exit code: 2 when a picture could not be read
 */
export async function features(
  runFolder: string,
  folder: string | null,
  options: FeaturesOptions,
  output: Output,
): Promise<number> {
  const { json, signal } = options
  const files = nameFeatureFiles(resolve(options.out))
  checkOutputFile(files.npy)
  checkNames(files)
  const isTraining = (): boolean => false
  const kept = 'Features: cancelled. What was computed by then is kept.'
  const { made, classified } = await askModels(
    output,
    { json, signal },
    kept,
    async (models, work) => {
      const spec = await makeSpec(runFolder, folder, options)
      const extracted = await extractFeatures(models, isTraining, spec, work)
      await writeFeatures(files, extracted)
      const description = describeExtracted(extracted)
      if (!options.classify) return { made: description, classified: null }
      const classifier = makeClassifier(options, description)
      return {
        made: description,
        classified: await classifyFeatures(extracted, classifier, isTraining, work),
      }
    },
  )
  for (const { file, reason } of made.unreadable) output.err(`error: ${file}: ${reason}\n`)
  if (json) printJson(output, makeReport(made, classified, files))
  else output.out(formatReport(made, classified, files))
  return made.unreadable.length === 0 ? EXIT.done : EXIT.badInput
}

/** The names were not asked for by their own name: a file that is no other's pair is not replaced. */
function checkNames({ npy, csv }: FeatureFiles): void {
  checkOutputFile(csv)
  if (!existsSync(csv) || existsSync(npy)) return
  throw new LabError(
    'bad-input',
    `Expected to write the names of the rows to ${csv}; there is another file of that name.`,
    'Choose another --out, or move that file.',
  )
}

async function makeSpec(
  runFolder: string,
  folder: string | null,
  options: FeaturesOptions,
): Promise<DenseFeatureSpec> {
  const first = resolve(runFolder)
  const { layer, flip, combine, normalise, half, checkpoint } = options
  const others = options.fuse.map((run) => ({ folder: resolve(run), checkpoint: null }))
  const { scale } = (await readRun(first)).settings
  return {
    models: [{ folder: first, checkpoint }, ...others].map((model) => ({ kind: 'run', ...model })),
    data: folder === null ? { kind: 'run', half } : { kind: 'folder', path: resolve(folder), half },
    scales: [...(options.scales ?? [middleScale(scale)])],
    ...{ layer, flip, combine, normalise },
  }
}

function makeClassifier(
  { split, trainPerClass, testPerClass, splits: count, seed, cost }: FeaturesOptions,
  { halves: { train, validation, test } }: DenseFeatures,
): FeatureClassifierSpec {
  const isGiven = split === null ? train > 0 && validation + test > 0 : split === 'given'
  if (isGiven) return { split: { kind: 'given' }, cost }
  return { split: { kind: 'drawn', trainPerClass, testPerClass, count, seed }, cost }
}

function makeReport(
  made: DenseFeatures,
  classified: FeatureClassification | null,
  { npy, csv }: FeatureFiles,
): FeaturesReport {
  const { protocolWords, dataWords, pictures, dims, classes, unreadable, notes } = made
  const report: FeaturesReport = {
    features: protocolWords,
    data: dataWords,
    shape: [pictures, dims],
    out: npy,
    names: csv,
    ...{ classes, unreadable, notes },
  }
  if (classified === null) return report
  const { classNames, splits, splitWords, meanRecall, top1, meanPrecision } = classified
  const { recalls, tested } = classified
  const means = { meanRecall, top1, meanPrecision }
  return { ...report, classifier: { classNames, splits, splitWords, ...means, recalls, tested } }
}

function formatReport(
  made: DenseFeatures,
  classified: FeatureClassification | null,
  { npy, csv }: FeatureFiles,
): string {
  const { protocolWords, dataWords, pictures, dims, notes } = made
  const lines = [
    `${protocolWords}: ${dataWords}`,
    ...notes,
    `${formatCount(pictures)} x ${formatCount(dims)}: ${npy}, names: ${csv}`,
    ...(classified === null ? [] : ['', formatClassifier(classified)]),
  ]
  return `${lines.join('\n')}\n`
}

function formatClassifier(classified: FeatureClassification): string {
  const { splits, splitWords, meanRecall, top1, meanPrecision, classNames, recalls } = classified
  const right = (title: string) => ({ title, align: 'right' }) as const
  const splitTable = formatTable(
    [
      right('split'),
      right('trained'),
      right('tested'),
      right('C'),
      right('mean class recall'),
      right('top-1'),
      right('mAP'),
    ],
    [
      ...splits.map((split, index) => [
        String(index + 1),
        formatCount(split.trained),
        formatCount(split.tested),
        String(split.cost),
        formatShare(split.meanRecall),
        formatShare(split.top1),
        split.meanPrecision === null ? '-' : formatShare(split.meanPrecision),
      ]),
      [
        'mean',
        '',
        '',
        '',
        formatSpread(meanRecall),
        formatSpread(top1),
        meanPrecision === null ? '-' : formatSpread(meanPrecision),
      ],
    ],
  )
  const classTable = formatTable(
    [{ title: 'class' }, right('recall')],
    classNames.map((name, index) => {
      const recall = recalls[index] ?? null
      return [name, recall === null ? '-' : formatSpread(recall)]
    }),
  )
  return `Linear SVM. ${splitWords}.\n\n${splitTable}\n${classTable}`
}

/** "91.8% +- 0.4" */
function formatSpread({ mean, deviation }: Spread): string {
  return deviation === null
    ? formatShare(mean)
    : `${formatShare(mean)} +- ${(deviation * 100).toFixed(1)}`
}
