import { Argument, Command, CommanderError, Option } from 'commander'
import { CLASSES, PARAMETERS, SAMPLE_PARAMETERS } from '../../shared/spec'
import type { NetworkChoice } from '../../shared/vgg'
import { PREPROCESSING_NAMES, type PreprocessingName } from '../engine/weights/known-preprocessing'
import { SHELLS, type Shell } from './shells'
import type { CommandContext } from './command-context'
import { EXIT } from './exit-codes'
import { toOneLine } from './failure'
import { addEvaluate } from './evaluate-command'
import { addFeatures } from './features-command'
import { addInspectCommands } from './inspect-commands'
import { parseNetwork } from './network-file'
import { JSON_HELP, makeNumberOption } from './options'
import { makeTrainOptions } from './train-options'
import { describeVersions } from './runtime-notes'
import { addTrainingCommands } from './training-commands'

/**
 * The command line. Commands that need the engine load it when they run, so that `describe` and
 * `--help` start without TensorFlow.
 */
export function makeProgram(context: CommandContext): Command {
  const program = new Command('vgg-lab')
    .description('A lab for VGG networks: train on your own pictures, look inside.')
    .option('-V, --version', 'Show the versions of the lab and its parts.')
    .on('option:version', () => {
      context.output.out(describeVersions(context.projectFolder))
      throw new CommanderError(EXIT.done, 'commander.version', '')
    })
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
  addCorrections(program, context)
  addTrainingCommands(program, context)
  addInspectCommands(program, context)
  addEvaluate(program, context)
  addFeatures(program, context)
  addImport(program, context)
  addDoctor(program, context)
  addCompletion(program, context)
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
    .summary("A network's layers, costs and receptive fields.")
    .description('Layers, parameters, multiply-adds and receptive fields of a network.')
    .addArgument(
      new Argument(
        '<config>',
        `one of ${PARAMETERS.configuration.choices.join(', ')}, or a network file (.json) from the Architecture view`,
      )
        .choices(PARAMETERS.configuration.choices)
        .argParser(parseNetwork),
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
    .argument(
      '<folder>',
      'one subfolder per class, or train/, val/ and test/ with class subfolders; or a list',
    )
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

function addCorrections(program: Command, { output }: CommandContext): void {
  program
    .command('corrections')
    .summary('Pictures of a data set that you excluded, relabelled or flagged.')
    .description(
      'What you decided about single pictures of a data set; `train` goes by it. The list is kept by the lab, not in the folder.',
    )
    .argument('<folder>', 'the folder or list that was opened as the data set')
    .option('--import <file>', 'Take up the corrections of a CSV file that was exported.')
    .option('--undo', 'Take the last change back.', false)
    .addOption(
      new Option('--csv', 'Print the list as a CSV file, which --import takes.')
        .default(false)
        .conflicts('json'),
    )
    .option('--json', JSON_HELP, false)
    .action(async (folder: string, { import: importFile, ...flags }: CorrectionFlags) => {
      const { printCorrections } = await import('./corrections')
      await printCorrections(folder, { importFile: importFile ?? null, ...flags }, output)
    })
}

interface CorrectionFlags {
  readonly import?: string
  readonly undo: boolean
  readonly csv: boolean
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

function addCompletion(program: Command, { output }: CommandContext): void {
  program
    .command('completion')
    .summary('A script for completion by Tab.')
    .description(
      'Print a script by which a shell completes commands, options and their values. For bash: source <(vgg-lab completion bash)',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { writeCompletion } = await import('./completion')
      output.out(writeCompletion(program, shell))
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
