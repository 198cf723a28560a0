import { CONFIGURATION_NAMES } from '../vgg'

/**
 * Every hyper-parameter once: the form, the command line, the docs and the validation are all made
 * from this table.
 */
interface ParameterBase {
  /** Name of the field in the window, and of the column in the docs. */
  readonly label: string
  /** Option of the command line, without the dashes. */
  readonly flag: string
  /** Section of the paper, or null where the paper has no such thing. */
  readonly section: string | null
  /** One sentence: what it does, and how the default departs from the paper, if it does. */
  readonly help: string
}

/** A number with its range. */
export interface NumberParameter extends ParameterBase {
  readonly kind: 'integer' | 'number'
  readonly default: number
  readonly min: number
  readonly max: number
  /** The value is a whole multiple of this. */
  readonly multipleOf?: number
  /** The value is odd, and so is `min`. */
  readonly isOdd?: boolean
  /** Unit of the value; '' for a pure number. */
  readonly unit: string
}

/** One of a list of words. */
export interface ChoiceParameter<T extends string = string> extends ParameterBase {
  readonly kind: 'choice'
  readonly default: T
  readonly choices: readonly T[]
}

export type Parameter = NumberParameter | ChoiceParameter

const integer = (parameter: Omit<NumberParameter, 'kind'>): NumberParameter => ({
  kind: 'integer',
  ...parameter,
})
const number = (parameter: Omit<NumberParameter, 'kind'>): NumberParameter => ({
  kind: 'number',
  ...parameter,
})
const choice = <const T extends string>(
  parameter: Omit<ChoiceParameter<T>, 'kind'>,
): ChoiceParameter<T> => ({ kind: 'choice', ...parameter })

/** The initialisations of section 3.1: two readings of the text, Glorot & Bengio's, He's. */
export const INITIALISATIONS = ['paper', 'paper-sigma', 'glorot', 'he'] as const
export type Initialisation = (typeof INITIALISATIONS)[number]

/** How the learning rate goes on from where it starts. */
export const SCHEDULES = ['plateau', 'step', 'cosine', 'constant'] as const
export type Schedule = (typeof SCHEDULES)[number]

/** Arithmetic of the network; master weights and updates are float32 in both. */
export const PRECISIONS = ['float32', 'bfloat16'] as const
export type Precision = (typeof PRECISIONS)[number]

/** Order in which an epoch visits the training pictures. */
export const ORDERS = ['shuffled', 'sequential'] as const
export type Order = (typeof ORDERS)[number]

/** What is done about classes with unequal numbers of training pictures. */
export const BALANCES = ['none', 'sampling', 'loss'] as const
export type Balance = (typeof BALANCES)[number]

/** The steps of augmentation (section 3.1) that can be chosen, joined by commas; or `none`. */
export const AUGMENTATIONS = ['flip', 'crop', 'color'] as const
export type Augmentation = (typeof AUGMENTATIONS)[number]

/** The table. Defaults are the small-data preset: they train from scratch on a CPU in minutes. */
export const PARAMETERS = {
  configuration: choice({
    label: 'Configuration',
    flag: 'config',
    default: 'A',
    choices: CONFIGURATION_NAMES,
    section: '2.1',
    help: 'Column of Table 1. A is the shallowest, so the quickest to train.',
  }),
  inputSize: integer({
    label: 'Input size',
    flag: 'input',
    default: 64,
    min: 32,
    max: 1024,
    multipleOf: 32,
    unit: 'px',
    section: '2.1',
    help: 'Side of the square input; five pools must halve it. The paper has 224.',
  }),
  width: number({
    label: 'Width',
    flag: 'width',
    default: 0.25,
    min: 0.01,
    max: 4,
    unit: '',
    section: null,
    help: 'Multiplies the channels of every convolution and the units of fc6 and fc7. The paper has 1.',
  }),
  batchSize: integer({
    label: 'Batch size',
    flag: 'batch',
    default: 16,
    min: 1,
    max: 4096,
    unit: 'images',
    section: '3.1',
    help: 'Pictures of one gradient step before accumulation. The paper has 256.',
  }),
  accumulate: integer({
    label: 'Accumulation',
    flag: 'accumulate',
    default: 1,
    min: 1,
    max: 1024,
    unit: 'batches',
    section: null,
    help: 'Batches whose gradients are averaged into one update.',
  }),
  microBatch: integer({
    label: 'Micro-batch',
    flag: 'micro-batch',
    default: 0,
    min: 0,
    max: 4096,
    unit: 'images',
    section: null,
    help: 'Pictures of one call into TensorFlow, at most; a larger batch is cut and its gradients are added up. 0 lets the lab choose by time and memory.',
  }),
  epochs: integer({
    label: 'Epochs',
    flag: 'epochs',
    default: 50,
    min: 1,
    max: 10_000,
    unit: 'epochs',
    section: '3.1',
    help: 'Passes over the training pictures. The paper has 74.',
  }),
  learningRate: number({
    label: 'Learning rate',
    flag: 'lr',
    default: 0.001,
    min: 1e-8,
    max: 10,
    unit: '',
    section: '3.1',
    help: 'Step of gradient descent at the start; what becomes of it, Schedule says. The paper has 0.01, for batches of 256.',
  }),
  schedule: choice({
    label: 'Schedule',
    flag: 'schedule',
    default: 'plateau',
    choices: SCHEDULES,
    section: '3.1',
    help: 'plateau: the learning rate is divided by 10 when validation stops improving, three times in all; step: after every so many epochs; cosine: it falls along half a cosine to 0; constant: it stays.',
  }),
  momentum: number({
    label: 'Momentum',
    flag: 'momentum',
    default: 0.9,
    min: 0,
    max: 0.9999,
    unit: '',
    section: '3.1',
    help: 'Share of the velocity kept from step to step; v = momentum v + gradient, as torch.optim.SGD.',
  }),
  weightDecay: number({
    label: 'Weight decay',
    flag: 'weight-decay',
    default: 5e-4,
    min: 0,
    max: 1,
    unit: '',
    section: '3.1',
    help: 'L2 decay of weights, not of biases: decay times weight is added to the gradient.',
  }),
  dropout: number({
    label: 'Dropout',
    flag: 'dropout',
    default: 0.5,
    min: 0,
    max: 0.95,
    unit: '',
    section: '3.1',
    help: 'Probability that a unit of fc6 or fc7 is dropped in training.',
  }),
  initialisation: choice({
    label: 'Initialisation',
    flag: 'init',
    default: 'glorot',
    choices: INITIALISATIONS,
    section: '3.1',
    help: 'paper: N(0, variance 0.01); paper-sigma: N(0, sigma 0.01); glorot: its footnote, brings pictures in 0..255 to scores of order one; he: keeps the signal through ReLUs, so scores begin large.',
  }),
  patience: integer({
    label: 'Patience',
    flag: 'patience',
    default: 10,
    min: 1,
    max: 10_000,
    unit: 'epochs',
    section: '3.1',
    help: 'With the plateau schedule: epochs without a better validation top-1 before the learning rate is divided by 10.',
  }),
  stepEpochs: integer({
    label: 'Step length',
    flag: 'step-epochs',
    default: 20,
    min: 1,
    max: 10_000,
    unit: 'epochs',
    section: null,
    help: 'With the step schedule: epochs before the learning rate is divided by 10, and again.',
  }),
  warmupEpochs: number({
    label: 'Warm-up',
    flag: 'warmup',
    default: 0,
    min: 0,
    max: 1000,
    unit: 'epochs',
    section: null,
    help: 'The learning rate rises evenly over so many epochs, which may be a fraction; 0 for none.',
  }),
  layerDecay: number({
    label: 'Layer decay',
    flag: 'layer-decay',
    default: 1,
    min: 0.01,
    max: 1,
    unit: '',
    section: null,
    help: 'Discriminative rates (Howard & Ruder 2018): each layer learns at this share of the rate of the one above it, fc8 at all of it; 1 for one rate.',
  }),
  validationShare: number({
    label: 'Validation share',
    flag: 'val',
    default: 0.2,
    min: 0.01,
    max: 0.9,
    unit: '',
    section: null,
    help: 'Share of each class that is held out, where the folder has no val folder of its own.',
  }),
  order: choice({
    label: 'Order',
    flag: 'order',
    default: 'shuffled',
    choices: ORDERS,
    section: null,
    help: 'Order in which an epoch visits the training pictures.',
  }),
  balance: choice({
    label: 'Class balance',
    flag: 'balance',
    default: 'none',
    choices: BALANCES,
    section: null,
    help: 'For classes of unequal size. none: each picture once an epoch; sampling: each class equally often, pictures of small classes repeatedly; loss: the loss of a picture is weighted by the inverse of its class frequency.',
  }),
  precision: choice({
    label: 'Precision',
    flag: 'precision',
    default: 'float32',
    choices: PRECISIONS,
    section: null,
    help: 'Arithmetic of the network; bfloat16 where the hardware has it, with float32 master weights.',
  }),
  seed: integer({
    label: 'Seed',
    flag: 'seed',
    default: 1,
    min: 0,
    max: 2_147_483_647,
    unit: '',
    section: null,
    help: 'Keys every random choice: split, initial weights, order, augmentation, dropout.',
  }),
  keepLast: integer({
    label: 'Keep the last',
    flag: 'keep-last',
    default: 2,
    min: 1,
    max: 10_000,
    unit: 'epochs',
    section: null,
    help: 'Checkpoints of so many of the newest epochs are kept, and always the best.',
  }),
  keepEvery: integer({
    label: 'Keep every',
    flag: 'keep-every',
    default: 0,
    min: 0,
    max: 10_000,
    unit: 'epochs',
    section: null,
    help: 'The checkpoint of every so many epochs is kept as well; 0 for none.',
  }),
  saveMinutes: number({
    label: 'Save after',
    flag: 'save-minutes',
    default: 10,
    min: 0,
    max: 10_000,
    unit: 'minutes',
    section: null,
    help: 'Inside an epoch, a checkpoint after so many minutes of training, so that a crash loses no more; 0 for none.',
  }),
  saveSteps: integer({
    label: 'Save every',
    flag: 'save-steps',
    default: 0,
    min: 0,
    max: 1_000_000,
    unit: 'steps',
    section: null,
    help: 'Inside an epoch, a checkpoint after every so many updates; 0 for none.',
  }),
  layerSteps: integer({
    label: 'Layers every',
    flag: 'layer-steps',
    default: 0,
    min: 0,
    max: 1_000_000,
    unit: 'steps',
    section: null,
    help: 'Weights, gradients, updates and dead channels of each layer are measured in one of so many updates; 0 for the first of each epoch.',
  }),
}

export type ParameterKey = keyof typeof PARAMETERS

/** Checks one number against its parameter; the message says what was expected and what came. */
export function checkNumber(parameter: NumberParameter, value: number): string | null {
  const { label, min, max, unit, multipleOf, isOdd = false } = parameter
  const kind = parameter.kind === 'number' ? 'a number' : isOdd ? 'an odd number' : 'a whole number'
  const range = `${label} must be ${kind} from ${min} to ${max}${unit && ` ${unit}`}${multipleOf ? `, a multiple of ${multipleOf}` : ''}`
  const isWhole = parameter.kind === 'number' || Number.isInteger(value)
  const isMultiple = multipleOf === undefined || value % multipleOf === 0
  const isFitting = isWhole && isMultiple && (!isOdd || value % 2 === 1)
  if (Number.isFinite(value) && isFitting && value >= min && value <= max) return null
  return `${range}; got ${String(value)}.`
}

/** Checks one word against its parameter. */
export function checkChoice(parameter: ChoiceParameter, value: string): string | null {
  if (parameter.choices.includes(value)) return null
  return `${parameter.label} must be one of ${parameter.choices.join(', ')}; got ${value}.`
}
