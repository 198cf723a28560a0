import { resolve } from 'node:path'
import type { ClassSummary, CorrectionEffect, SkippedFile } from '../../shared/contract'
import { countWords } from '../../shared/corrections'
import { applyCorrections, tellEffect } from '../engine/data/corrections/apply-corrections'
import { readCorrections } from '../engine/data/corrections/corrections-file'
import { scanDataset } from '../engine/data/scan/scan-list'
import { drawSplit, joinValidationFolder } from '../engine/data/scan/split'
import type { Dataset } from '../engine/data/types'
import type { WorkOptions } from '../engine/work/progress-meter'
import { findDuplicates } from './find-duplicates'
import { formatCount, formatTable, printJson, type Output } from './output'
import { escapeLine } from '../../shared/visible-text'
import { withProgressBar } from './progress-bar'

/** Options of `vgg-lab scan`. */
export interface ScanOptions {
  /** Share of each class that is held out, or a folder of its own. */
  readonly validation: number | string
  readonly seed: number
  readonly json: boolean
  readonly signal: AbortSignal
}

/** The document of `scan --json`. */
export interface ScanReport {
  readonly folder: string
  readonly layout: Dataset['layout']
  readonly images: number
  readonly classes: readonly ClassSummary[]
  readonly skipped: readonly SkippedFile[]
  /** Groups of files with the same bytes. */
  readonly duplicates: readonly (readonly string[])[]
  /** What `train` makes of it by the corrections of the data set: see `CorrectionEffect`. */
  readonly corrections: CorrectionEffect
  readonly warnings: readonly string[]
}

/** `vgg-lab scan <folder>`: what training would make of a folder; nothing is written. */
export async function scan(folder: string, options: ScanOptions, output: Output): Promise<void> {
  const report = await withProgressBar(output, options, (work) => makeReport(folder, options, work))
  if (options.json) printJson(output, report)
  else printReport(report, output)
}

async function makeReport(
  folder: string,
  options: ScanOptions,
  work: WorkOptions,
): Promise<ScanReport> {
  const { signal, validation, seed } = options
  let dataset = await scanDataset(resolve(folder), work)
  if (typeof validation === 'string') {
    dataset = joinValidationFolder(dataset, await scanDataset(resolve(validation), work))
  }
  const share = typeof validation === 'number' ? validation : 0.5
  const split = drawSplit(dataset, { share, seed })
  const { corrections } = await readCorrections(dataset.source)
  const count = (indices: readonly number[], classIndex: number): number =>
    indices.filter((index) => dataset.files[index]?.classIndex === classIndex).length
  return {
    folder: dataset.source,
    layout: dataset.layout,
    images: dataset.files.length,
    classes: dataset.classNames.map((name, index) => ({
      name,
      train: count(split.train, index),
      validation: count(split.validation, index),
      test: count(split.test, index),
    })),
    skipped: dataset.skipped,
    duplicates: await findDuplicates(dataset.folder, dataset.files, signal),
    corrections: applyCorrections(dataset, split, corrections).effect,
    warnings: dataset.warnings,
  }
}

function printReport(report: ScanReport, output: Output): void {
  const hasTest = report.classes.some(({ test }) => test > 0)
  output.out(
    `${report.folder}: ${formatCount(report.images)} pictures in ${report.classes.length} classes\n\n`,
  )
  output.out(
    formatTable(
      [
        { title: 'class' },
        { title: 'train', align: 'right' },
        { title: 'validation', align: 'right' },
        ...(hasTest ? [{ title: 'test', align: 'right' } as const] : []),
      ],
      report.classes.map(({ name, train, validation, test }) => [
        name,
        formatCount(train),
        formatCount(validation),
        ...(hasTest ? [formatCount(test)] : []),
      ]),
    ),
  )
  const list = (title: string, lines: readonly string[]): void => {
    if (lines.length === 0) return
    output.out(`\n${title}\n${lines.map((line) => `  ${escapeLine(line)}\n`).join('')}`)
  }
  list(
    'Not used:',
    report.skipped.map(({ file, reason }) => `${file}: ${reason}`),
  )
  list(
    'Same picture more than once:',
    report.duplicates.map((group) => group.join(', ')),
  )
  list('Warnings:', report.warnings)
  list('Corrections:', describeCorrections(report.corrections))
}

function describeCorrections(effect: CorrectionEffect): string[] {
  const { flagged, strangers, unknownClasses, train, validation } = effect
  const told = tellEffect(effect)
  if (told.length > 0) {
    told.push(`Then ${formatCount(train)} to train, ${formatCount(validation)} to validate.`)
  }
  if (flagged > 0) told.push(`${countWords(flagged, 'picture')} flagged, used as they are.`)
  if (strangers > 0)
    told.push(`${countWords(strangers, 'correction')} of files that are not there.`)
  if (unknownClasses.length > 0) {
    told.push(
      `No run can begin: relabelled to ${unknownClasses.join(', ')}, which is no class here.`,
    )
  }
  return told
}
