import { InvalidArgumentError, Option, type Command } from 'commander'
import type { CommandContext } from './command-context'
import type { FeaturesOptions } from './features'
import { JSON_HELP, readScales } from './options'

/** `vgg-lab features`: descriptors of pictures for other data sets. */
export function addFeatures(program: Command, context: CommandContext): void {
  program
    .command('features')
    .summary('Features of pictures as npy, and a linear classifier on them.')
    .description(
      "A layer's output over whole pictures, averaged over space, flip and scales and L2-normalised (appendix B), as a NumPy file of [pictures, numbers]. The file and class of each row are written beside it: features.csv for features.npy.",
    )
    .argument('<run>', 'run folder')
    .argument('[folder]', "folder or list of pictures; default: the run's own pictures")
    .requiredOption('--out <file>', 'File to write, which ends in .npy.')
    .option('--layer <layer>', 'Layer, such as pool5 or fc7.', 'fc7')
    .addOption(
      new Option(
        '--scales <list>',
        'Scales Q, the smallest side in pixels, such as 256,384. Default: the middle of the training scale.',
      ).argParser(readScales),
    )
    .option('--no-flip', 'The picture as it is alone, not averaged with the mirrored one.')
    .addOption(
      new Option(
        '--combine <how>',
        'Several scales: average (as in the paper for VOC) or stack (for Caltech).',
      )
        .choices(['average', 'stack'] satisfies FeaturesOptions['combine'][])
        .default('average' satisfies FeaturesOptions['combine']),
    )
    .option('--fuse <run...>', 'More runs, whose features stand beside those of the first.')
    .option('--no-normalise', 'Leave the length of the features as it is.')
    .addOption(
      new Option('--half <half>', 'Which half of the run or of the folder.')
        .choices(['train', 'validation', 'test', 'all'] satisfies FeaturesOptions['half'][])
        .default('all' satisfies FeaturesOptions['half']),
    )
    .option(
      '--checkpoint <name>',
      'Checkpoint of the first run, such as epoch-0003; default: the best.',
    )
    .option('--classify', 'Train linear classifiers on the features, and test them.', false)
    .addOption(
      new Option(
        '--split <split>',
        "Of --classify. given: train on the data's training half, test on the other. drawn: draw --train-per-class pictures of each class. Default: given where there are halves.",
      ).choices(['given', 'drawn']),
    )
    .addOption(
      makeCount('--train-per-class <N>', 'Of --classify: training pictures of each class.', 30),
    )
    .addOption(
      makeCount(
        '--test-per-class <N>',
        'Of --classify: test pictures of each class at most; default: all others.',
      ),
    )
    .addOption(makeCount('--splits <N>', 'Of --classify: how often a split is drawn, 1 to 20.', 3))
    .addOption(
      new Option(
        '--cost <F>',
        'Of --classify: C of the linear SVM, above 0. Default: the best in cross-validation.',
      ).argParser(readCost),
    )
    .addOption(makeCount('--seed <N>', 'Of --classify: seed of the splits.', 1))
    .option('--json', JSON_HELP, false)
    .action(async (run: string, folder: string | undefined, flags: FeaturesFlags) => {
      const { features } = await import('./features')
      const { scales = null, fuse = [], checkpoint = null, split = null, cost = null } = flags
      const { testPerClass = null } = flags
      const { signal, output } = context
      const options = { ...flags, scales, fuse, checkpoint, split, cost, testPerClass, signal }
      context.setExitCode(await features(run, folder ?? null, options, output))
    })
}

type Given = 'scales' | 'fuse' | 'checkpoint' | 'split' | 'cost' | 'testPerClass'
type FeaturesFlags = Omit<FeaturesOptions, Given | 'signal'> & Partial<Pick<FeaturesOptions, Given>>

function readCost(text: string): number {
  const cost = text.trim() === '' ? NaN : Number(text)
  if (cost > 0 && cost <= 1e6) return cost
  throw new InvalidArgumentError(`Expected a number above 0, at most 1,000,000; got ${text}.`)
}

function makeCount(flags: string, help: string, value?: number): Option {
  const option = new Option(flags, value === undefined ? help : `${help} Default: ${value}.`)
  option.argParser((text: string) => {
    const count = text.trim() === '' ? NaN : Number(text)
    if (Number.isInteger(count) && count >= 1 && count <= 100_000) return count
    throw new InvalidArgumentError(`Expected a whole number from 1 to 100,000; got ${text}.`)
  })
  return value === undefined ? option : option.default(value)
}
