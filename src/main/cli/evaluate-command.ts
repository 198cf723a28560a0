import { statSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { PROTOCOL_KINDS, type ProtocolKind } from '../../shared/evaluation/protocol'
import type { CommandContext } from './command-context'
import type { EvaluateOptions } from './evaluate'
import { JSON_HELP, readScales } from './options'

/** `vgg-lab evaluate`: the paper's test protocols. */
export function addEvaluate(program: Command, context: CommandContext): void {
  program
    .command('evaluate')
    .summary("Accuracy by the paper's test protocols.")
    .description(
      "Accuracy on labelled pictures by the test protocols of the paper (sections 3.2 and 4): top-1, top-5 and loss with 95% intervals, per class, and the confusion matrix. What was shown is kept in the run's folder and never computed again.",
    )
    .argument('<run>', 'run folder; or a bundle, whose numbers are computed again')
    .argument(
      '[folder]',
      "folder or list of labelled pictures; default: the run's own validation half",
    )
    .addOption(
      new Option(
        '--protocol <kind>',
        'center: one centre crop, as validation during training. dense: the whole picture by the fully convolutional pass. crops: 5x5 crops. both: the mean of dense and crops.',
      )
        .choices(PROTOCOL_KINDS)
        .default('center' satisfies ProtocolKind),
    )
    .addOption(
      new Option(
        '--scales <list>',
        'Test scales Q, the smallest side in pixels, such as 256,288: their soft-max outputs are averaged. Default: the middle of the training scale.',
      ).argParser(readScales),
    )
    .option('--flip', 'Average with the mirrored picture. Default, but for the centre crop.')
    .option('--no-flip', 'The picture as it is alone.')
    .addOption(
      new Option(
        '--preset <table>',
        'The protocol of a table of section 4, in proportion to the input size: table3 dense at one scale, table4 at several, table5 dense and crops, table6 as table4, for --fuse.',
      )
        .choices(Object.keys(PRESET_TABLES))
        .conflicts(['protocol', 'scales', 'flip']),
    )
    .option(
      '--fuse <run...>',
      'More runs, of the same classes: their soft-max outputs are averaged.',
    )
    .option(
      '--checkpoint <name>',
      'Checkpoint of the first run, such as epoch-0003; default: the best.',
    )
    .addOption(
      new Option(
        '--half <half>',
        'Which half of the run or of the folder. Default: validation; of a folder without one, test, or all.',
      ).choices(['train', 'validation', 'test', 'all']),
    )
    .option(
      '--csv <folder>',
      'Also write summary.csv, classes.csv, confusion.csv and pictures.csv.',
    )
    .option(
      '--report <file>',
      'Also write a report: one HTML file with numbers, matrix, curves and pictures. As PDF it is exported in the window.',
    )
    .option(
      '--bundle <file>',
      'Also write a bundle (.tar): networks, protocol, names and checksums of the pictures, results. "vgg-lab evaluate <bundle> <folder>" gives the numbers again.',
    )
    .option('--json', JSON_HELP, false)
    .action(async (run: string, folder: string | undefined, flags: EvaluateFlags) => {
      const { signal, output } = context
      if (isFile(run)) {
        const { repeatFromBundle } = await import('./repeat-bundle')
        const options = { json: flags.json, signal }
        context.setExitCode(await repeatFromBundle(run, folder ?? null, options, output))
        return
      }
      const { evaluate } = await import('./evaluate')
      const { protocol, scales = null, flip = null, fuse = [], json } = flags
      const { checkpoint = null, half = null, csv = null, report = null, bundle = null } = flags
      const table = flags.preset === undefined ? null : PRESET_TABLES[flags.preset]
      const files = { csv, report, bundle }
      const shown = { protocol, table, scales, flip, fuse, checkpoint, half }
      const options = { ...shown, ...files, json, signal }
      context.setExitCode(await evaluate(run, folder ?? null, options, output))
    })
}

const PRESET_TABLES = { table3: 3, table4: 4, table5: 5, table6: 6 } as const

interface EvaluateFlags {
  readonly protocol: ProtocolKind
  readonly preset?: keyof typeof PRESET_TABLES
  readonly scales?: readonly number[]
  readonly flip?: boolean
  readonly fuse?: readonly string[]
  readonly checkpoint?: string
  readonly half?: NonNullable<EvaluateOptions['half']>
  readonly csv?: string
  readonly report?: string
  readonly bundle?: string
  readonly json: boolean
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
