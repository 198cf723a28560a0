import type { Command } from 'commander'
import type { CommandContext } from './command-context'
import { PARAMETERS, RESUMABLE } from '../../shared/spec'
import { JSON_HELP } from './options'
import { makeTrainOptions, readResumable, readSettings, type TrainFlags } from './train-options'

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
    .description('Train on a folder of pictures; Ctrl-C stops and keeps the checkpoints.')
    .argument('[folder]', 'folder of pictures; with --resume, only if they were moved')
    .option('--run <run>', 'Run folder. Default: runs/<folder>-<configuration>, numbered.')
    .option('--resume', 'Continue --run from its last checkpoint; --epochs may be raised.', false)
    .option('--json', 'Print one JSON object per line: one per epoch, and a final one.', false)
  for (const option of makeTrainOptions()) command.addOption(option)
  command.action(async (folder: string | undefined, flags: TrainFlags) => {
    const settings = readSettings(flags)
    const isResume = flags.resume === true
    if (isResume) refuseChanges(command, flags)
    const { train } = await import('./train')
    const exitCode = await train(
      {
        folder: folder ?? null,
        run: typeof flags.run === 'string' ? flags.run : null,
        settings,
        changes: isResume
          ? { ...readResumable(flags), validationFolder: settings.validationFolder }
          : null,
        json: flags.json === true,
        signal,
      },
      output,
    )
    context.setExitCode(exitCode)
  })
}

/** Options that may be given to a run that is resumed. */
const RESUMABLE_OPTIONS: readonly string[] = RESUMABLE.map((key) => `--${PARAMETERS[key].flag}`)

function addFindRate(program: Command, { output, signal }: CommandContext): void {
  const command = program
    .command('find-rate')
    .description(
      'A learning-rate range test with the options of `train`: the rate rises for a hundred updates.',
    )
    .argument('<folder>', 'folder of pictures')
    .option('--json', JSON_HELP, false)
  for (const option of makeTrainOptions()) command.addOption(option)
  command.action(async (folder: string, flags: TrainFlags) => {
    const { findRate } = await import('./find-rate')
    const settings = readSettings(flags)
    await findRate(folder, { settings, json: flags.json === true, signal }, output)
  })
}

function addCheckStart(program: Command, { output, signal }: CommandContext): void {
  const command = program
    .command('check-start')
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
    .description('The presets of `train`: what each sets, and where each value comes from.')
    .option('--json', JSON_HELP, false)
    .action(async ({ json }: { json: boolean }) => {
      const { listPresets } = await import('./presets')
      listPresets(json, output)
    })
}

/** A resumed run keeps its settings: an option that would change one is refused, not ignored. */
function refuseChanges(command: Command, { val }: TrainFlags): void {
  const changed = makeTrainOptions().find((option) => {
    const name = option.attributeName()
    const isAllowed =
      RESUMABLE_OPTIONS.includes(option.long ?? '') || (name === 'val' && typeof val === 'string')
    return !isAllowed && command.getOptionValueSource(name) === 'cli'
  })
  if (changed?.long) {
    command.error(
      `error: option '${changed.long}' cannot be used with --resume: a run keeps its settings, except for ${RESUMABLE_OPTIONS.join(', ')} and where its pictures are (--val <folder>)`,
    )
  }
}
