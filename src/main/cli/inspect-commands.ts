import { Option, type Command } from 'commander'
import type { ClassifyFormat } from './classify'
import type { CommandContext } from './command-context'
import { JSON_HELP } from './options'

const CHECKPOINT_HELP = 'Checkpoint, such as epoch-0003; default: the best.'

/** The commands that ask a trained network: `predict`, `classify`, `activations`. */
export function addInspectCommands(program: Command, context: CommandContext): void {
  addPredict(program, context)
  addClassify(program, context)
  addActivations(program, context)
}

function addPredict(program: Command, context: CommandContext): void {
  program
    .command('predict')
    .summary('The five most probable classes of pictures.')
    .description('The five most probable classes of each picture, by the best checkpoint of a run.')
    .argument('<run>', 'run folder')
    .argument('<image...>', 'picture files')
    .option('--checkpoint <name>', CHECKPOINT_HELP)
    .option('--json', JSON_HELP, false)
    .action(async (run: string, images: string[], options: PredictFlags) => {
      const { predict } = await import('./predict')
      const { checkpoint = null, json } = options
      const { signal, output } = context
      context.setExitCode(await predict(run, images, { checkpoint, json, signal }, output))
    })
}

interface PredictFlags {
  readonly checkpoint?: string
  readonly json: boolean
}

function addClassify(program: Command, context: CommandContext): void {
  program
    .command('classify')
    .summary('Predictions for a folder without labels.')
    .description(
      'Predictions for a folder of pictures without labels, subfolders included, by the best checkpoint of a run: a table, CSV or JSON.',
    )
    .argument('<run>', 'run folder')
    .argument('<folder>', 'folder of pictures')
    .option('--checkpoint <name>', CHECKPOINT_HELP)
    .addOption(
      new Option(
        '--format <format>',
        'table, csv or json. Default: by the ending of --out, or table.',
      ).choices(['table', 'csv', 'json'] satisfies ClassifyFormat[]),
    )
    .option('--out <file>', 'File to write, instead of standard output.')
    .addOption(new Option('--json', 'The same as --format json.').conflicts('format'))
    .action(async (run: string, folder: string, options: ClassifyFlags) => {
      const { classify } = await import('./classify')
      const { checkpoint = null, out = null, json } = options
      const format = json === true ? 'json' : (options.format ?? null)
      const { signal, output } = context
      context.setExitCode(await classify(run, folder, { checkpoint, format, out, signal }, output))
    })
}

interface ClassifyFlags {
  readonly checkpoint?: string
  readonly format?: ClassifyFormat
  readonly out?: string
  readonly json?: boolean
}

function addActivations(program: Command, { output }: CommandContext): void {
  program
    .command('activations')
    .summary("A layer's activation, as npy or as a picture.")
    .description("One layer's activation for a picture: raw floats (.npy) or a picture (.png).")
    .argument('<run>', 'run folder')
    .argument('<image>', 'picture file')
    .requiredOption('--layer <layer>', 'Layer, such as conv3_3, pool5 or fc7.')
    .requiredOption('--out <file>', 'File to write: maps.npy or maps.png.')
    .addOption(
      new Option('--stage <stage>', 'Before or after the ReLU.')
        .choices(['pre-relu', 'output'])
        .default('output'),
    )
    .option('--checkpoint <name>', CHECKPOINT_HELP)
    .option('--json', JSON_HELP, false)
    .action(async (run: string, image: string, options: ActivationsFlags) => {
      const { activations } = await import('./activations')
      const { checkpoint = null, ...rest } = options
      await activations(run, image, { ...rest, checkpoint }, output)
    })
}

interface ActivationsFlags {
  readonly layer: string
  readonly stage: 'pre-relu' | 'output'
  readonly out: string
  readonly checkpoint?: string
  readonly json: boolean
}
