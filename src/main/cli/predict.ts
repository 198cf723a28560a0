import type { ClassProbability } from '../../shared/contract'
import { titleNetwork } from '../../shared/vgg'
import { TOP_CLASSES, rankClasses } from '../engine/inspect/rank-classes'
import { requireClassifier } from '../engine/runs/run-folder'
import { TRAIN_CLASSIFIER, fitForRun, withRun, type OpenedRun } from './ask-run'
import { EXIT } from './exit-codes'
import { describeFailure } from './failure'
import { formatShare, formatTable, printJson, type Output } from './output'

/** Options of `vgg-lab predict`. */
export interface PredictOptions {
  readonly checkpoint: string | null
  readonly json: boolean
  readonly signal: AbortSignal
}

interface PredictedImage {
  readonly file: string
  readonly top: readonly ClassProbability[]
}

/**
 * `vgg-lab predict <run> <image>...`: the first five classes of each picture, one centre crop. A
 * picture that cannot be read is told on standard error; the others are still predicted.
 * @returns the exit code: 2 when a picture could not be read
 */
export async function predict(
  runFolder: string,
  files: readonly string[],
  options: PredictOptions,
  output: Output,
): Promise<number> {
  return withRun(runFolder, options.checkpoint, async (opened) => {
    requireClassifier(opened.run, runFolder, TRAIN_CLASSIFIER)
    const images: PredictedImage[] = []
    let exitCode: number = EXIT.done
    for (const file of files) {
      if (options.signal.aborted) return EXIT.interrupted
      try {
        images.push({ file, top: await predictFile(opened, file) })
      } catch (error) {
        const failure = describeFailure(error)
        output.err(`${failure.line ?? ''}\n`)
        exitCode = failure.exitCode
      }
    }
    if (options.json) printJson(output, { images })
    else printPredictions(opened, images, output)
    return exitCode
  })
}

async function predictFile({ run, network }: OpenedRun, file: string): Promise<ClassProbability[]> {
  const pixels = await fitForRun(file, run)
  const { data } = network.infer({ count: 1, pixels })
  return rankClasses(data, run.classNames).slice(0, TOP_CLASSES)
}

function printPredictions(
  { run, checkpoint }: OpenedRun,
  images: readonly PredictedImage[],
  output: Output,
): void {
  const name = titleNetwork(run.network)
  output.out(`${run.name}, ${checkpoint}: ${name}, centre crop ${run.network.inputSize}\n\n`)
  const rows = images.flatMap(({ file, top }) =>
    top.map((entry, index) => [
      index === 0 ? file : '',
      entry.class,
      formatShare(entry.probability),
    ]),
  )
  output.out(
    formatTable(
      [{ title: 'image' }, { title: 'class' }, { title: 'probability', align: 'right' }],
      rows,
    ),
  )
}
