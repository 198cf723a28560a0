import { resolve } from 'node:path'
import { writeSampleDataset } from '../engine/data/sample/sample-dataset'
import { formatCount, printJson, type Output } from './output'
import { withProgressBar } from './progress-bar'

/** Options of `vgg-lab sample`. */
export interface SampleCommandOptions {
  readonly classes: number
  readonly images: number
  readonly size: number
  readonly seed: number
  readonly json: boolean
  readonly signal: AbortSignal
}

/** `vgg-lab sample <folder>`: writes the generated pictures, one folder per class. */
export async function sample(
  folder: string,
  options: SampleCommandOptions,
  output: Output,
): Promise<void> {
  const { classes, images, size, seed, json } = options
  const target = resolve(folder)
  await withProgressBar(output, options, (work) =>
    writeSampleDataset({ folder: target, classes, images, size, seed }, work),
  )
  if (json) printJson(output, { folder: target, classes, images, size, seed })
  else {
    output.out(
      `${formatCount(classes * images)} pictures of ${size} px in ${classes} classes: ${target}\n`,
    )
  }
}
