import { basename, resolve } from 'node:path'
import { importWeightsAsRun, listNotes } from '../engine/weights/import-run'
import type { PreprocessingName } from '../engine/weights/known-preprocessing'
import { formatTable, printJson, type Output } from './output'
import { withProgressBar } from './progress-bar'

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
  const { run, preprocessing, json } = options
  const folder = resolve(run)
  const imported = await withProgressBar(output, options, (work) =>
    importWeightsAsRun(resolve(file), () => Promise.resolve({ folder, name: basename(folder) }), {
      ...work,
      ...(preprocessing && { preprocessing }),
    }),
  )
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
