import { basename, resolve } from 'node:path'
import { importRun, listNotes, type ImportedRun } from '../engine/weights/import-run'
import type { PreprocessingName } from '../engine/weights/known-preprocessing'
import { formatTable, printJson, type Output } from './output'
import { ProgressBar, describeProgress } from './progress-bar'

/** Options of `vgg-lab import`. */
export interface ImportFileOptions {
  /** Run folder to make. */
  readonly run: string
  readonly preprocessing?: PreprocessingName
  readonly json: boolean
  readonly signal: AbortSignal
}

/** `vgg-lab import <file> --run <run>`: a run of somebody else's weights, and what became of them. */
export async function importFile(
  file: string,
  options: ImportFileOptions,
  output: Output,
): Promise<void> {
  const { run, preprocessing, json, signal } = options
  const bar = new ProgressBar(output, json)
  const folder = resolve(run)
  let imported: ImportedRun
  try {
    imported = await importRun(
      resolve(file),
      () => Promise.resolve({ folder, name: basename(folder) }),
      {
        signal,
        ...(preprocessing && { preprocessing }),
        onProgress: (progress) => {
          const { text, share } = describeProgress(progress)
          bar.show(text, share)
        },
      },
    )
  } finally {
    bar.clear()
  }
  const { network, report, title } = imported
  if (json) printJson(output, { run: folder, network, ...report })
  else {
    output.out(`${title}\n\n`)
    output.out(
      formatTable(
        [{ title: 'layer' }, { title: 'in the file' }],
        report.mapped.map(({ layer, source }) => [layer, source]),
      ),
    )
    output.out(`\n${listNotes(report, network).join('\n')}\n${folder}\n`)
  }
}
