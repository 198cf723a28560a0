import type { Command } from 'commander'
import type { CommandContext } from './command-context'
import { JSON_HELP } from './options'
import { listGiven, makeTrainOptions, readSettings, type TrainFlags } from './train-options'

/** The commands that train: `train`, `check-start`, `find-rate`, `presets`. */
export function addTrainingCommands(program: Command, context: CommandContext): void {
  addTrain(program, context)
  addCheckStart(program, context)
  addFindRate(program, context)
  addPresets(program, context)
}

function addTrain(program: Command, context: CommandContext): void {
  const { output, signal } = context
  const command = program
    .command('train')
    .summary('Train on a folder of pictures.')
    .description('Train on a folder of pictures; Ctrl-C stops and keeps the checkpoints.')
    .argument('[folder]', 'folder of pictures; with --resume, only if they were moved')
    .option('--run <run>', 'Run folder. Default: runs/<folder>-<configuration>, numbered.')
    .option(
      '--resume',
      'Continue --run from its last checkpoint, or start it if there is none: the same line can be sent again. --epochs may be raised.',
      false,
    )
    .option('--json', 'Print one JSON object per line: one per epoch, and a final one.', false)
  for (const option of makeTrainOptions()) command.addOption(option)
  command.action(async (folder: string | undefined, flags: TrainFlags) => {
    const settings = readSettings(flags)
    const { train } = await import('./train')
    const exitCode = await train(
      {
        folder: folder ?? null,
        run: typeof flags.run === 'string' ? flags.run : null,
        settings,
        given: listGiven(flags),
        isResume: flags.resume === true,
        json: flags.json === true,
        signal,
      },
      output,
    )
    context.setExitCode(exitCode)
  })
}

function addFindRate(program: Command, context: CommandContext): void {
  const { output, signal } = context
  const command = program
    .command('find-rate')
    .summary('A learning-rate range test.')
    .description(
      'A learning-rate range test with the options of `train`: the rate rises for a hundred updates.',
    )
    .argument('<folder>', 'folder of pictures')
    .option('--json', JSON_HELP, false)
  for (const option of makeTrainOptions()) command.addOption(option)
  command.action(async (folder: string, flags: TrainFlags) => {
    const { findRate } = await import('./find-rate')
    const settings = readSettings(flags)
    const json = flags.json === true
    context.setExitCode(await findRate(folder, { settings, json, signal }, output))
  })
}

function addCheckStart(program: Command, { output, signal }: CommandContext): void {
  const command = program
    .command('check-start')
    .summary('Whether signal and gradient reach every layer.')
    .description(
      'How signal and gradient propagate through the network before training, with the options of `train`, for each initialisation.',
    )
    .argument('<folder>', 'folder of pictures')
    .option('--json', JSON_HELP, false)
  for (const option of makeTrainOptions()) command.addOption(option)
  command.action(async (folder: string, flags: TrainFlags) => {
    const { printStart } = await import('./check-start')
    const settings = readSettings(flags)
    await printStart(folder, { settings, json: flags.json === true, signal }, output)
  })
}

function addPresets(program: Command, { output }: CommandContext): void {
  program
    .command('presets')
    .summary('Settings that belong together, for train.')
    .description('The presets of `train`: what each sets, and where each value comes from.')
    .option('--json', JSON_HELP, false)
    .action(async ({ json }: { json: boolean }) => {
      const { listPresets } = await import('./presets')
      listPresets(json, output)
    })
}
