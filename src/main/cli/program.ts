import { Argument, Command, Option } from 'commander'
import { version } from '../../../package.json'
import { CLASSES, PARAMETERS, SAMPLE_PARAMETERS } from '../../shared/spec'
import type { NetworkChoice } from '../../shared/vgg'
import { PREPROCESSING_NAMES, type PreprocessingName } from '../engine/weights/known-preprocessing'
import type { CommandContext } from './command-context'
import { toOneLine } from './failure'
import { parseNetwork } from './network-file'
import { JSON_HELP, makeNumberOption } from './options'
import { makeTrainOptions } from './train-options'
import { addTrainingCommands } from './training-commands'

const CHECKPOINT_HELP = 'Checkpoint, such as epoch-0003; default: the best.'

/**
 * The command line. Commands that need the engine load it when they run, so that `describe` and
 * `--help` start without TensorFlow.
 */
export function makeProgram(context: CommandContext): Command {
  const program = new Command('vgg-lab')
    .description('A lab for VGG networks: train on your own pictures, look inside.')
    .version(version, '-V, --version', 'Show the versions of the lab and of what it runs on.')
    .usage('<command> [options]')
    .helpOption('-h, --help', 'Show this list; after a command, its options.')
    .helpCommand('help [command]', 'Show the options of a command.')
    .showHelpAfterError(false)
    // The text of an option made from the table has its default already.
    .configureHelp({
      optionDescription: (option) => option.description,
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(nameArgument)].join(' '),
    })
    .exitOverride()
    .configureOutput({
      // Commander would ask the process's own streams.
      getOutHelpWidth: () => context.output.columns,
      getErrHelpWidth: () => context.output.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      writeOut: (text) => context.output.out(text),
      writeErr: (text) => context.output.err(`${toOneLine(text)}\n`),
    })
  addDescribe(program, context)
  addSample(program, context)
  addScan(program, context)
  addTrainingCommands(program, context)
  addPredict(program, context)
  addActivations(program, context)
  addImport(program, context)
  addDoctor(program, context)
  addBench(program, context)
  addEngine(program)
  return program
}

/** `<image...>`, `[folder]`. */
function nameArgument(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '')
  return argument.required ? `<${name}>` : `[${name}]`
}

function addDescribe(program: Command, { output }: CommandContext): void {
  program
    .command('describe')
    .summary('A network in numbers: layers, parameters, receptive fields.')
    .description('Layers, parameters, multiply-adds and receptive fields of a network.')
    .addArgument(
      new Argument(
        '<config>',
        `one of ${PARAMETERS.configuration.choices.join(', ')}, or a network file (.json) from the Architecture view`,
      ).argParser(parseNetwork),
    )
    .addOption(makeNumberOption('input', { ...PARAMETERS.inputSize, default: 224 }))
    .addOption(makeNumberOption('classes', CLASSES))
    .addOption(makeNumberOption('width', { ...PARAMETERS.width, default: 1 }))
    .option('--json', JSON_HELP, false)
    .action(async (network: NetworkChoice, options: DescribeFlags) => {
      const { describe } = await import('./describe')
      const { input: inputSize, classes, width, json } = options
      describe({ ...network, inputSize, classes, width }, json, output)
    })
}

interface DescribeFlags {
  readonly input: number
  readonly classes: number
  readonly width: number
  readonly json: boolean
}

function addSample(program: Command, { output, signal }: CommandContext): void {
  program
    .command('sample')
    .summary('Write a generated picture data set.')
    .description('Write a generated picture data set: shapes and textures, one folder per class.')
    .argument('<folder>', 'a new or empty folder')
    .addOption(makeNumberOption('classes', SAMPLE_PARAMETERS.classes))
    .addOption(makeNumberOption('images', SAMPLE_PARAMETERS.images))
    .addOption(makeNumberOption('size', SAMPLE_PARAMETERS.size))
    .addOption(makeNumberOption('seed', PARAMETERS.seed))
    .option('--json', JSON_HELP, false)
    .action(async (folder: string, options: SampleFlags) => {
      const { sample } = await import('./sample')
      await sample(folder, { ...options, signal }, output)
    })
}

interface SampleFlags {
  readonly classes: number
  readonly images: number
  readonly size: number
  readonly seed: number
  readonly json: boolean
}

function addScan(program: Command, { output, signal }: CommandContext): void {
  program
    .command('scan')
    .summary('What training would read of a folder.')
    .description('How training would read a folder: classes, splits, skipped files, duplicates.')
    .argument('<folder>', 'one subfolder per class, or train/ and val/ with class subfolders')
    .addOption(findOption('--val'))
    .addOption(makeNumberOption('seed', PARAMETERS.seed))
    .option('--json', JSON_HELP, false)
    .action(async (folder: string, options: ScanFlags) => {
      const { scan } = await import('./scan')
      const { val = PARAMETERS.validationShare.default, seed, json } = options
      await scan(folder, { validation: val, seed, json, signal }, output)
    })
}

interface ScanFlags {
  readonly val?: number | string
  readonly seed: number
  readonly json: boolean
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

function addImport(program: Command, { output, signal }: CommandContext): void {
  program
    .command('import')
    .summary('A run from weights in .onnx or .safetensors.')
    .description('Import pre-trained weights (.onnx, .safetensors) as a run to inspect.')
    .argument('<file>', 'file of weights')
    .requiredOption('--run <run>', 'Run folder to create: new, or empty.')
    .addOption(
      new Option(
        '--preprocessing <name>',
        'Preprocessing, if it differs from what the file says or what is assumed for it.',
      ).choices(PREPROCESSING_NAMES),
    )
    .option('--json', JSON_HELP, false)
    .action(async (file: string, options: ImportFlags) => {
      const { importFile } = await import('./import-file')
      await importFile(file, { ...options, signal }, output)
    })
}

interface ImportFlags {
  readonly run: string
  readonly preprocessing?: PreprocessingName
  readonly json: boolean
}

function addDoctor(program: Command, { output, projectFolder }: CommandContext): void {
  program
    .command('doctor')
    .summary('What the lab runs on.')
    .description('What the lab runs on: TensorFlow, device and why, CPU features, GPU, Electron.')
    .option('--json', JSON_HELP, false)
    .action(async ({ json }: { json: boolean }) => {
      const { doctor } = await import('./doctor')
      doctor(projectFolder, json, output)
    })
}

function addEngine(program: Command): void {
  program
    .command('engine', { hidden: true })
    .description('The engine as a window starts it: frames on standard input and output.')
    .option('--stdio', 'Use standard input and output.', false)
    .action(async ({ stdio }: { stdio: boolean }) => {
      const { engine } = await import('./engine')
      await engine(stdio)
    })
}

function findOption(long: string): Option {
  const option = makeTrainOptions().find((candidate) => candidate.long === long)
  if (option === undefined) throw new Error(`No option ${long}.`)
  return option
}

function addBench(program: Command, { projectFolder, setExitCode }: CommandContext): void {
  program
    .command('bench')
    .summary('The benchmarks.')
    .description('The benchmark harness: engine, application, responsiveness, memory, data.')
    .argument('[args...]', 'a benchmark and its options, see `bench --help`')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args: string[]) => {
      const { bench } = await import('./bench')
      setExitCode(await bench(args, projectFolder))
    })
}
